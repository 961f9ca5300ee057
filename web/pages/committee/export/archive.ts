/** All documents of a period in one zip file, with an index and checksums. */
import type { Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { noteExportRows, startExport } from '../../../../prisma/commands/exporting.ts';
import { ExportKind } from '../../../../prisma/repositories/exporting.ts';
import type { DocumentCounts } from '../../../../prisma/repositories/exporting-documents.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { sendTooMany } from '../../../page-kit.ts';
import { singleOf } from '../../../posted.ts';
import { schoolOf } from '../../initiator/requests.ts';
import { archiveModel } from './archive.model.ts';
import { writeArchive } from './archive-zip.ts';
import { checkPeriod, type FieldError, instantsOf } from './asked.ts';
import { sendFile, type Tally } from './send-file.ts';

/** What a person can handle as one file, and what a disk and a connection stand. */
export const MOST_DOCUMENTS = 10_000;
export const MOST_BYTES = 4_000_000_000;
const SHOWN_RUNS = 10;

interface AskedPeriod {
  /** As typed. */
  readonly from: string;
  readonly to: string;
  readonly isNewestOnly: boolean;
}

export function createArchivePages(kit: PageKit) {
  function readPeriod(source: unknown): AskedPeriod {
    return {
      from: (singleOf(source, 'van') ?? '').trim(),
      to: (singleOf(source, 'tot') ?? '').trim(),
      isNewestOnly: singleOf(source, 'versies') !== 'alle',
    };
  }

  /** @returns what is wrong with the days; both must be there */
  function check(res: Response, asked: AskedPeriod): FieldError[] {
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const missing = (['from', 'to'] as const)
      .filter((end) => asked[end] === '')
      .map((end) => ({ field: end === 'from' ? 'van' : 'tot', message: t('exporting.error.dayRequired') }));
    return [...missing, ...checkPeriod(wording, asked)];
  }

  function choiceOf(res: Response, asked: AskedPeriod) {
    const { from, before } = instantsOf(wordingOf(res), asked);
    if (from === null || before === null) throw new Error('a period without an end was not refused');
    return { from, before, isNewestOnly: asked.isNewestOnly };
  }

  async function send(
    res: Response,
    asked: AskedPeriod,
    found: {
      readonly errors: readonly FieldError[];
      readonly counts: DocumentCounts | null;
      readonly isRefused?: boolean;
    },
  ): Promise<void> {
    const wording = wordingOf(res);
    const runs = await repositoriesOf(kit, res).exporting.listRuns(ExportKind.Documents, null, SHOWN_RUNS);
    const limits = { documents: MOST_DOCUMENTS, bytes: MOST_BYTES };
    const model = archiveModel(wording, { ...asked, errors: found.errors, counts: found.counts, runs, limits });
    const hasErrors = found.errors.length > 0 || found.isRefused === true;
    kit.sendPage(res, 'document-archive', model, {
      title: model.title,
      width: 'wide',
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'archive',
    });
  }

  async function show(req: Request, res: Response): Promise<void> {
    const asked = readPeriod(req.query);
    // Nothing asked yet: an empty form, not a faulty one.
    if (req.query.van === undefined && req.query.tot === undefined)
      return send(res, asked, { errors: [], counts: null });
    const errors = check(res, asked);
    if (errors.length > 0) return send(res, asked, { errors, counts: null });
    const counts = await repositoriesOf(kit, res).exportingDocuments.count(choiceOf(res, asked));
    await send(res, asked, { errors: [], counts });
  }

  async function download(req: Request, res: Response): Promise<void> {
    const asked = readPeriod(req.body);
    const errors = check(res, asked);
    if (errors.length > 0) return send(res, asked, { errors, counts: null });
    const { exportingDocuments } = repositoriesOf(kit, res);
    const choice = choiceOf(res, asked);
    const counts = await exportingDocuments.count(choice);
    const isTooMuch = counts.count > MOST_DOCUMENTS || counts.bytes > MOST_BYTES;
    if (counts.count === 0 || isTooMuch) return send(res, asked, { errors: [], counts, isRefused: true });
    const { membershipId, name, schoolId } = memberOf(res);
    const seconds = await kit.limits.take('exportFile', membershipId);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const by = { schoolId, actor: memberActor(res) };
    const outcome = await kit.command(
      startExport,
      {
        kind: ExportKind.Documents,
        filter: { from: asked.from, to: asked.to, isNewestOnly: asked.isNewestOnly },
        examId: null,
        profile: null,
        startedById: membershipId,
      },
      { ...by, commandId: uuidv7() },
    );
    if (!outcome.ok) throw new Error(`a file of documents was refused: ${outcome.code}`);
    const { runId, startedAt } = outcome.value;
    const tally: Tally = { rowCount: 0, documentCount: 0, missingCount: 0 };
    await sendFile(kit, res, {
      runId,
      name: `documenten-${asked.from}-${asked.to}.zip`,
      type: 'application/zip',
      tally,
      pieces: writeArchive({
        documents: exportingDocuments.read(choice),
        store: kit.documents,
        logger: kit.logger,
        tally,
        wording: wordingOf(res),
        about: { school: schoolOf(res).name, byName: name, at: startedAt, ...asked },
        note: (documentIds) => kit.command(noteExportRows, { runId, documentIds }, by),
      }),
    });
  }

  return { show, download };
}
