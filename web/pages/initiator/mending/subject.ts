/** What a page of mending is about, and what all of them do in the same way. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import type {
  AssessmentStatusPage,
  ExaminerProgress,
  OwnAssessment,
} from '../../../../prisma/repositories/initiator.ts';
import { memberActor, memberOf, type PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { listNames, timeOfDay, type Wording } from '../../../wording.ts';
import { idsOf, initiatorOf } from '../requests.ts';
import { refusalText } from '../words.ts';

/** An examiner who was invited. */
export interface InvitedExaminer extends ExaminerProgress {
  readonly invitation: NonNullable<ExaminerProgress['invitation']>;
}

export interface Subject {
  readonly page: AssessmentStatusPage;
  readonly examiner: InvitedExaminer;
}

/** The assessment and the invited examiner that the path names, or null when they are not this initiator's. */
export async function findSubject(kit: PageKit, req: Request, res: Response): Promise<Subject | null> {
  const { id, contactId } = req.params;
  if (!isId(id)) return null;
  const page = await initiatorOf(kit, res).findStatus(memberOf(res).membershipId, id);
  const examiner = page?.examiners.find((each) => each.contactId === contactId);
  const invitation = examiner?.invitation;
  return page && examiner && invitation ? { page, examiner: { ...examiner, invitation } } : null;
}

const BUSY: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

/** Whether the examiner still has to score something here. */
export function isBusy({ formStatus }: ExaminerProgress): boolean {
  return BUSY.includes(formStatus);
}

/** Whether the examiner wrote or scored something already. */
export function hasDraft({ startedAt, doneCount, savedAt }: ExaminerProgress): boolean {
  return startedAt !== null || savedAt !== null || doneCount > 0;
}

/** As whom a command is applied. */
export function by(res: Response, commandId?: string) {
  const { schoolId } = memberOf(res);
  return { schoolId, actor: memberActor(res), ...(commandId === undefined ? {} : { commandId }) };
}

const OVER: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
/** More than a list or a series has. */
const MAX_MANY = 100;

export interface Many {
  /** What takes changes. */
  readonly open: readonly OwnAssessment[];
  /** What does not any more. */
  readonly over: readonly OwnAssessment[];
}

/** The assessments that are ticked in a list, or the one in the path; null when one of them is not this initiator's. */
export async function findMany(kit: PageKit, req: Request, res: Response): Promise<Many | null> {
  const { id } = req.params;
  const ids = id === undefined ? idsOf(req.method === 'GET' ? req.query : req.body, 'afname') : [id].filter(isId);
  if (ids.length === 0 || ids.length > MAX_MANY) return null;
  const found = await initiatorOf(kit, res).findOwn(memberOf(res).membershipId, ids);
  if (!found) return null;
  const isOver = ({ state }: OwnAssessment) => OVER.includes(state.status);
  return { open: found.filter((each) => !isOver(each)), over: found.filter(isOver) };
}

/** Where one goes back to: the assessment, or the series when all are of one, or the list. */
export async function wayBack(kit: PageKit, res: Response, ids: readonly string[]): Promise<string> {
  const [first] = ids;
  if (first === undefined) return paths.assessments();
  if (ids.length === 1) return paths.assessment(first);
  const seriesId = await initiatorOf(kit, res).findSeriesOf(memberOf(res).membershipId, ids);
  return seriesId === null ? paths.assessments() : paths.series(seriesId);
}

/** What somebody saw when the page was shown, as a short mark: a page that is behind says so instead of acting. */
export function markOf(seen: unknown): string {
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16);
}

/** What counts for stopping something: how far everybody is. */
export function progressOf(assessments: readonly OwnAssessment[]): unknown {
  return assessments.map(({ id, state }) => [
    id,
    state.status,
    Object.entries(state.examiners).map(([contactId, { form, ask }]) => [contactId, form, ask !== undefined]),
  ]);
}

/** What counts for telling two presses of a button apart. */
export function versionsOf(assessments: readonly OwnAssessment[]): unknown {
  return assessments.map(({ id, version }) => [id, version]);
}

export function namesOf(wording: Wording, assessments: readonly OwnAssessment[]): string {
  return listNames(
    wording,
    assessments.map(({ student }) => student.name),
  );
}

/** "… doen niet mee"; empty when all take part. */
export function skippedText(wording: Wording, { over }: Many): string {
  if (over.length === 0) return '';
  return wording.translator.t('mending.skipped', { count: over.length, names: namesOf(wording, over) });
}

interface Refused {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a refused command says here. @param name of the examiner whom it is about */
export function sayRefused(wording: Wording, { code, params }: Refused, name: string): string {
  const { translator } = wording;
  const timeAt = (at: unknown) => (typeof at === 'string' ? timeOfDay(wording, at) : '');
  const other = typeof params.name === 'string' ? params.name : name;
  const max = typeof params.max === 'number' ? params.max : '';
  const words = { name: other, max, time: timeAt(params.at), again: timeAt(params.againAt) };
  const key = `mending.refusal.${code}`;
  return translator.has(key, words) ? translator.t(key, words) : refusalText(wording, code, other);
}
