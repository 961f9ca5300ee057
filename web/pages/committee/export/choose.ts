/** Choosing an exam and what of it, and looking at the list before it is fetched. */
import type { Request, Response } from 'express';
import { type ExportProfile, rowsOf } from '../../../../domain/exporting.ts';
import { createCsvWriter } from '../../../../platform/export-csv.ts';
import { type ExportExam, ExportKind } from '../../../../prisma/repositories/exporting.ts';
import { type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { isId, singleOf } from '../../../posted.ts';
import { sendNotFound } from '../../initiator/requests.ts';
import { type Asked, checkPeriod, choiceOf, type FieldError, findProfile, findProfiles, readAsked } from './asked.ts';
import { chooseModel, pickModel } from './choose.model.ts';
import { previewModel } from './preview.model.ts';

const SHOWN_RUNS = 10;
/** Results that a preview reads. */
const SHOWN_RESULTS = 5;
const SHOWN_ROWS = 10;

export interface WantedList {
  readonly exam: ExportExam;
  readonly asked: Asked;
  readonly errors: readonly FieldError[];
  /** Null: there is no such profile any more. */
  readonly profile: ExportProfile | null;
}

/** @returns null when the school has no such exam */
export async function findWanted(kit: PageKit, source: unknown, res: Response): Promise<WantedList | null> {
  const { exporting } = repositoriesOf(kit, res);
  const wording = wordingOf(res);
  const examId = singleOf(source, 'examen');
  const exam = isId(examId) ? await exporting.findExam(examId) : null;
  if (exam === null) return null;
  const asked = readAsked(source, exam);
  const profile = await findProfile(wording, exporting, asked.profileId);
  const gone = { field: 'profiel', message: wording.translator.t('exporting.error.profileGone') };
  return { exam, asked, profile, errors: [...checkPeriod(wording, asked), ...(profile === null ? [gone] : [])] };
}

/** The choices of one exam; with errors it is the answer to what cannot be done. */
export async function sendChoose(kit: PageKit, res: Response, wanted: WantedList): Promise<void> {
  const { exporting } = repositoriesOf(kit, res);
  const wording = wordingOf(res);
  const { exam, asked, errors, profile } = wanted;
  const hasErrors = errors.length > 0;
  const [exams, profiles, runs, counts] = await Promise.all([
    exporting.listExams(),
    findProfiles(wording, exporting),
    exporting.listRuns(ExportKind.Results, exam.id, SHOWN_RUNS),
    hasErrors || profile === null ? null : exporting.count(choiceOf(wording, exam, asked), profile.id),
  ]);
  const model = chooseModel(wording, { exam, asked, errors, exams, profiles, runs, counts, profile });
  kit.sendPage(res, 'export-choose', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'exporting',
  });
}

/** @param problem why the list that was asked for is not made */
export async function sendPreview(
  kit: PageKit,
  res: Response,
  wanted: { readonly exam: ExportExam; readonly asked: Asked; readonly profile: ExportProfile },
  problem: { readonly message: string } | null = null,
): Promise<void> {
  const { exporting } = repositoriesOf(kit, res);
  const wording = wordingOf(res);
  const { exam, asked, profile } = wanted;
  const choice = choiceOf(wording, exam, asked);
  const fetch = { ...choice, notFetchedWith: asked.isNewOnly ? profile.id : null };
  const [counts, leftOut] = await Promise.all([exporting.count(choice, profile.id), exporting.findLeftOut(choice)]);
  const results = [];
  for await (const piece of exporting.readResults(fetch, SHOWN_RESULTS)) results.push(...piece);
  const rows = results.flatMap((result) => rowsOf(result, profile.format.grain)).slice(0, SHOWN_ROWS);
  const writer = createCsvWriter(profile.format);
  const model = previewModel(wording, {
    exam,
    asked,
    profile,
    counts,
    leftOut,
    cells: rows.map((row) => writer.cells(row)),
    text: writer.head + writer.rows(rows),
    problem: problem?.message ?? null,
  });
  kit.sendPage(res, 'export-preview', model, {
    title: model.title,
    width: 'wide',
    hasErrors: problem !== null,
    status: problem === null ? 200 : 422,
    helpKey: 'exporting',
  });
}

export function createExportPages(kit: PageKit) {
  async function show(req: Request, res: Response): Promise<void> {
    const { exporting } = repositoriesOf(kit, res);
    const chosen = singleOf(req.query, 'examen') ?? '';
    const exams = await exporting.listExams();
    const [only] = exams;
    const examen = chosen === '' && exams.length === 1 && only ? only.id : chosen;
    if (examen !== '') {
      const wanted = await findWanted(kit, { ...req.query, examen }, res);
      return wanted === null ? sendNotFound(kit, req, res) : sendChoose(kit, res, wanted);
    }
    const runs = await exporting.listRuns(ExportKind.Results, null, SHOWN_RUNS);
    const model = pickModel(wordingOf(res), { exams, runs });
    kit.sendPage(res, 'export-pick', model, { title: model.title, width: 'wide', helpKey: 'exporting' });
  }

  async function preview(req: Request, res: Response): Promise<void> {
    const wanted = await findWanted(kit, req.query, res);
    if (wanted === null) return sendNotFound(kit, req, res);
    const { exam, asked, errors, profile } = wanted;
    if (errors.length > 0 || profile === null) return sendChoose(kit, res, wanted);
    await sendPreview(kit, res, { exam, asked, profile });
  }

  return { show, preview };
}
