/** What happened before a decision, as the document tells it: from the events themselves. */
import type { AssessmentEvent, AssessmentEventType } from '../domain/assessment.ts';
import type { DocumentAuditLine, DocumentCorrection, DocumentReopening } from '../domain/result-document.ts';
import { fullName } from '../domain/school.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface DocumentHistory {
  readonly audit: readonly DocumentAuditLine[];
  readonly corrections: readonly DocumentCorrection[];
  readonly reopenings: readonly DocumentReopening[];
  /** The last event that is stored; null when there is none. */
  readonly chain: { readonly seq: number; readonly hash: string } | null;
}

type Told = AssessmentEvent & { readonly at: string };
type Event<Type extends AssessmentEventType> = Extract<AssessmentEvent, { type: Type }> & { readonly at: string };

/** Names and texts by id. An id without one is shown as nothing. */
interface Words {
  readonly examiner: (id: string) => string;
  readonly member: (id: string) => string;
  readonly text: (id: string) => string;
  readonly initiator: string;
}

/** The events so far; the decision that is being taken is not among them. */
export async function readHistory(unit: UnitOfWork, assessmentId: string): Promise<DocumentHistory> {
  const { tx, schoolId } = unit;
  const rows = await tx.event.findMany({ where: { streamId: assessmentId, schoolId }, orderBy: { seq: 'asc' } });
  const events = rows.map(
    ({ type, body, at }) => ({ ...(JSON.parse(body) as object), type, at: at.toISOString() }) as Told,
  );
  const words = await readWords(unit, assessmentId, events);
  const last = rows.at(-1);
  return {
    audit: events.map((event) => ({ at: event.at, type: event.type, name: namesIn(event, words) })),
    corrections: events.flatMap((event) => (event.type === 'FormCorrected' ? [correctionOf(event, words)] : [])),
    reopenings: reopeningsOf(events, words),
    chain: last ? { seq: last.seq, hash: last.hash } : null,
  };
}

/** The newest document before this version; nothing for a first one. */
export async function readReplaced({ tx, schoolId }: UnitOfWork, assessmentId: string, version: number) {
  if (version === 1) return {};
  const found = await tx.document.findFirst({
    where: { schoolId, assessmentId, version: { lt: version } },
    orderBy: { version: 'desc' },
    select: { number: true, version: true, data: true },
  });
  if (!found) return {};
  const { document } = found.data as unknown as { readonly document: { readonly madeAt: string } };
  return { replaces: { number: found.number, version: found.version, at: document.madeAt } };
}

export async function memberNames({ tx, schoolId }: UnitOfWork, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.membership.findMany({
    where: { schoolId, id: { in: [...new Set(ids)] } },
    include: { account: true },
  });
  return new Map(rows.map((row) => [row.id, fullName(row.account)]));
}

async function readWords(unit: UnitOfWork, assessmentId: string, events: readonly Told[]): Promise<Words> {
  const { tx, schoolId } = unit;
  const examinerIds = [...new Set(events.flatMap(examinersIn))];
  const contacts = await tx.contact.findMany({
    where: { schoolId, id: { in: examinerIds } },
    select: { id: true, name: true },
  });
  const members = await memberNames(unit, events.flatMap(memberIn));
  const textIds = events.flatMap(reasonIn);
  const texts = textIds.length === 0 ? [] : await tx.textNote.findMany({ where: { schoolId, id: { in: textIds } } });
  const assessment = await tx.assessment.findFirst({
    where: { schoolId, id: assessmentId },
    select: { initiator: { select: { account: true } } },
  });
  const nameOf = new Map(contacts.map(({ id, name }) => [id, name]));
  const bodyOf = new Map(texts.map(({ id, body }) => [id, body]));
  return {
    examiner: (id) => nameOf.get(id) ?? '',
    member: (id) => members.get(id) ?? '',
    text: (id) => bodyOf.get(id) ?? '',
    initiator: assessment ? fullName(assessment.initiator.account) : '',
  };
}

/** The member of the committee who did it. */
function memberIn(event: Told): string[] {
  switch (event.type) {
    case 'AssessmentFinalised':
      return [event.decidedBy];
    case 'FinalisationProposed':
      return [event.proposedBy];
    case 'FinalisationWithdrawn':
      return [event.withdrawnBy];
    case 'AssessmentReopened':
      return [event.reopenedBy];
    case 'ReopeningEnded':
      return [event.endedBy];
    case 'FormCorrected':
      return [event.correctedBy];
    case 'ResultPublished':
      return event.publishedBy === null ? [] : [event.publishedBy];
    default:
      return [];
  }
}

/** Whom it is about: one examiner, or those who stand for a judgement. Also whoever was withdrawn is named. */
function examinersIn(event: Told): string[] {
  const content: { readonly examinerId?: string | null; readonly by?: string | readonly string[] } = event as object;
  return [content.examinerId ?? content.by ?? []].flat();
}

function reasonIn(event: Told): string[] {
  const isTold =
    event.type === 'FormCorrected' || event.type === 'AssessmentReopened' || event.type === 'ReopeningEnded';
  return isTold ? [event.reason.textId] : [];
}

function namesIn(event: Told, words: Words): string {
  const isInitiators = event.type === 'AssessmentCreated' || event.type === 'ExaminersAssigned';
  const names = [...examinersIn(event).map(words.examiner), ...memberIn(event).map(words.member)].filter(Boolean);
  return names.length === 0 && isInitiators ? words.initiator : names.join(', ');
}

function correctionOf(event: Event<'FormCorrected'>, words: Words): DocumentCorrection {
  return {
    at: event.at,
    byName: words.member(event.correctedBy),
    examinerName: words.examiner(event.examinerId),
    components: event.components,
    rescored: event.rescored,
    reason: words.text(event.reason.textId),
  };
}

function reopeningsOf(events: readonly Told[], words: Words): DocumentReopening[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'AssessmentReopened') return [];
    const next = events
      .slice(index + 1)
      .find((later) => later.type === 'ReopeningEnded' || later.type === 'AssessmentFinalised');
    const opened = {
      at: event.at,
      byName: words.member(event.reopenedBy),
      version: event.version,
      reason: words.text(event.reason.textId),
    };
    if (next?.type !== 'ReopeningEnded') return [opened];
    const ended = { at: next.at, byName: words.member(next.endedBy), reason: words.text(next.reason.textId) };
    return [{ ...opened, ended }];
  });
}
