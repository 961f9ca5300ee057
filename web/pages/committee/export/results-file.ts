/** The list of results itself, sent while it is read. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { toLocalDate } from '../../../../domain/calendar.ts';
import { type DecidedResult, type ExportProfile, rowsOf } from '../../../../domain/exporting.ts';
import { createCsvWriter } from '../../../../platform/export-csv.ts';
import { noteExportRows, startExport } from '../../../../prisma/commands/exporting.ts';
import { type ExportExam, ExportKind, type FetchChoice } from '../../../../prisma/repositories/exporting.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { sendTooMany } from '../../../page-kit.ts';
import { moment } from '../../../wording.ts';
import { sendNotFound } from '../../initiator/requests.ts';
import { type Asked, choiceOf } from './asked.ts';
import { findWanted, sendChoose, sendPreview } from './choose.ts';
import { plainName, sendFile, type Tally } from './send-file.ts';

/** Results that are written at one go; between two of them others get their turn. */
const AT_ONE_GO = 20;

export function downloadResults(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wanted = await findWanted(kit, req.body, res);
    if (wanted === null) return sendNotFound(kit, req, res);
    const { exam, asked, errors, profile } = wanted;
    if (errors.length > 0 || profile === null) return sendChoose(kit, res, wanted);
    const seconds = await kit.limits.take('exportFile', memberOf(res).membershipId);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    await start(kit, res, { exam, asked, profile });
  };
}

interface Wanted {
  readonly exam: ExportExam;
  readonly asked: Asked;
  readonly profile: ExportProfile;
}

async function start(kit: PageKit, res: Response, wanted: Wanted): Promise<void> {
  const { exam, asked, profile } = wanted;
  const wording = wordingOf(res);
  const { exporting } = repositoriesOf(kit, res);
  const choice = choiceOf(wording, exam, asked);
  const newSince = asked.isNewOnly ? { newSince: await exporting.findLastEnded(profile.id) } : {};
  const counts = await exporting.count(choice, profile.id);
  // The page says that there is nothing.
  if (counts.ready - (asked.isNewOnly ? counts.fetched : 0) === 0)
    return sendPreview(kit, res, wanted, { message: wording.translator.t('exporting.error.nothing') });
  const outcome = await kit.command(
    startExport,
    {
      kind: ExportKind.Results,
      filter: {
        version: asked.versionId,
        unit: asked.unitCode,
        from: asked.from || null,
        to: asked.to || null,
        isNewOnly: asked.isNewOnly,
      },
      examId: exam.id,
      profile: { id: profile.id, name: profile.name, format: profile.format },
      startedById: memberOf(res).membershipId,
      ...newSince,
    },
    by(res),
  );
  if (!outcome.ok) {
    const at = moment(wording, String(outcome.params.at));
    return sendPreview(kit, res, wanted, { message: wording.translator.t('exporting.error.running', { at }) });
  }
  const { runId, startedAt } = outcome.value;
  const tally: Tally = { rowCount: 0, documentCount: 0, missingCount: 0 };
  // What is decided from here on is for the next time.
  const before = [choice.before ?? new Date(startedAt), new Date(startedAt)].reduce((a, b) => (a < b ? a : b));
  const fetch: FetchChoice = { ...choice, before, notFetchedWith: asked.isNewOnly ? profile.id : null };
  await sendFile(kit, res, {
    runId,
    name: `${plainName(`resultaten ${exam.code} ${toLocalDate(startedAt, wording.timeZone)}`)}.csv`,
    type: 'text/csv; charset=utf-8',
    tally,
    pieces: writePieces({ kit, res, runId, profile, tally }, exporting.readResults(fetch)),
  });
}

function by(res: Response) {
  return { schoolId: memberOf(res).schoolId, actor: memberActor(res), commandId: uuidv7() };
}

interface Run {
  readonly kit: PageKit;
  readonly res: Response;
  readonly runId: string;
  readonly profile: ExportProfile;
  readonly tally: Tally;
}

async function* writePieces(
  { kit, res, runId, profile: { format }, tally }: Run,
  pieces: AsyncIterable<readonly DecidedResult[]>,
): AsyncGenerator<Uint8Array> {
  const writer = createCsvWriter(format);
  if (writer.head !== '') yield Buffer.from(writer.head);
  for await (const results of pieces) {
    await kit.command(noteExportRows, { runId, documentIds: results.map(({ documentId }) => documentId) }, by(res));
    for (let from = 0; from < results.length; from += AT_ONE_GO) {
      const rows = results.slice(from, from + AT_ONE_GO).flatMap((result) => rowsOf(result, format.grain));
      tally.rowCount += rows.length;
      tally.documentCount += Math.min(AT_ONE_GO, results.length - from);
      yield Buffer.from(writer.rows(rows));
      await breathe();
    }
  }
}
