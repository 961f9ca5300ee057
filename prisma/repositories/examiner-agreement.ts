/**
 * What an examiner may see of others who scored the same component: nothing before all have finished, and nothing unless they
 * look (or looked) for one judgement together.
 */
import {
  type AgreedComponent,
  AgreementPolicy,
  type AgreementProposal,
  type AgreementState,
  type DifferenceKind,
} from '../../domain/agreement.ts';
import {
  type ComponentDifference,
  findDifferences,
  inOrderOfInvitation,
  mayCompare,
  wordsNeeded,
} from '../../domain/agreement-queries.ts';
import {
  type AssessmentEvent,
  type AssessmentState,
  AssessmentStatus,
  type ExaminerState,
  FormStatus,
  finishedExaminersOf,
  type TextRef,
} from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { defineForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import type { GradingScheme } from '../../domain/result.ts';
import type { Score } from '../../domain/score.ts';
import type { SchoolScope } from './index.ts';

/** How an examiner stands to the search for one judgement; null: there is nothing to say. */
export type AgreementTurn =
  /** Their word is needed. */
  | 'yours'
  /** They said what they had to say; somebody else must. */
  | 'waiting'
  /** The lead examiner decides. */
  | 'watching'
  /** A third examiner scores. */
  | 'third'
  /** They agreed, or the lead decided. */
  | 'settled'
  | null;

/** Of the search alone: whether it waits for this examiner, or for somebody else who decides with them. */
export function searchTurn(agreement: AgreementState, examinerId: string): 'yours' | 'waiting' | null {
  if (wordsNeeded({ agreement }).includes(examinerId)) return 'yours';
  const isDecider = Object.values(agreement.components).some((deciders) => deciders.includes(examinerId));
  return isDecider ? 'waiting' : null;
}

export function agreementTurn(state: AssessmentState, examinerId: string): AgreementTurn {
  const examiner = state.examiners[examinerId];
  if (examiner?.form !== FormStatus.Finished || state.status === AssessmentStatus.Cancelled) return null;
  const isTheirs = (ref: string) => examiner.components.includes(ref);
  const { agreement, agreed = {} } = state;
  if (agreement === undefined) return Object.keys(agreed).some(isTheirs) ? 'settled' : null;
  const turn = searchTurn(agreement, examinerId);
  if (turn !== null) return turn;
  if (!Object.keys(agreement.components).some(isTheirs)) return null;
  return agreement.policy === AgreementPolicy.Third ? 'third' : 'watching';
}

/** Somebody who scored the same, or decides about it. */
export interface AgreementParty {
  readonly contactId: string;
  readonly name: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
}

export interface AgreementSet {
  readonly contactId: string;
  readonly scores: Readonly<Record<string, Score>>;
  readonly justification: string;
}

/** A component about which examiners differed. */
export interface AgreementComponent {
  readonly ref: string;
  /** Whose word counts. */
  readonly deciders: readonly string[];
  /** What each scored on their own, in the order in which they were invited. */
  readonly sets: readonly AgreementSet[];
  readonly kinds: readonly DifferenceKind[];
  /** Why a difference matters, by criterion; only those on which they differ. */
  readonly criteria: Readonly<Record<string, readonly DifferenceKind[]>>;
  readonly proposal: (Omit<AgreementProposal, 'justification'> & { readonly justification: string }) | null;
  readonly agreed: (Omit<AgreedComponent, 'justification'> & { readonly justification: string }) | null;
}

export interface OpenAgreement {
  /** `abandoned`: the committee decides about what is not agreed. */
  readonly kind: 'running' | 'settled' | 'abandoned';
  readonly policy: AgreementPolicy;
  readonly since: string;
  /** The components, with the texts that were scored. */
  readonly definition: FormDefinition;
  readonly parties: readonly AgreementParty[];
  readonly components: readonly AgreementComponent[];
  /** Who ended it; null as long as nobody did. */
  readonly end: { readonly by: string | null; readonly at: Date; readonly reason: string } | null;
}

/**
 * `none`: nobody else scored the same, or the committee decides by itself; `blind`: somebody has not finished; `third`: a third
 * examiner scores, who must know nothing of the others, nor they of that one.
 */
export type ExaminerAgreement = { readonly kind: 'none' | 'blind' | 'third' } | OpenAgreement;

/** The form behind a link, which the caller has checked. */
export interface AgreementKey {
  readonly formId: string;
  readonly assessmentId: string;
  readonly contactId: string;
}

type Sought = Extract<AssessmentEvent, { type: 'AgreementSought' }>;
type Abandoned = Extract<AssessmentEvent, { type: 'AgreementAbandoned' }>;

interface History {
  readonly sought: (Omit<Sought, 'type'> & { readonly at: Date; readonly seq: number }) | null;
  readonly abandoned: (Omit<Abandoned, 'type'> & { readonly at: Date; readonly seq: number }) | null;
}

export type ExaminerAgreementReads = ReturnType<typeof createExaminerAgreementReads>;

export function createExaminerAgreementReads({ database, schoolId }: SchoolScope) {
  /** The newest search, and how it was given up; the state forgets a search that ended. */
  async function readHistory(assessmentId: string): Promise<History> {
    const rows = await database.event.findMany({
      where: { schoolId, streamId: assessmentId, type: { in: ['AgreementSought', 'AgreementAbandoned'] } },
      orderBy: { seq: 'desc' },
      select: { type: true, body: true, at: true, seq: true },
    });
    const newest = (type: string) => {
      const row = rows.find((each) => each.type === type);
      return row ? { ...JSON.parse(row.body), at: row.at, seq: row.seq } : null;
    };
    return { sought: newest('AgreementSought'), abandoned: newest('AgreementAbandoned') };
  }

  async function readSets(state: AssessmentState, ids: readonly string[]): Promise<ReadonlyMap<string, FormContent>> {
    const formOf = new Map(ids.map((id) => [state.examiners[id]?.formId ?? '', id]));
    const rows = await database.formSubmission.findMany({
      where: { schoolId, formId: { in: [...formOf.keys()].filter((id) => id !== '') } },
      orderBy: { formVersion: 'asc' },
      select: { formId: true, content: true },
    });
    return new Map(rows.map((row) => [formOf.get(row.formId) ?? '', row.content as unknown as FormContent]));
  }

  async function readParties(ids: readonly string[]): Promise<AgreementParty[]> {
    const rows = await database.contact.findMany({ where: { schoolId, id: { in: [...ids] } } });
    return ids.flatMap((id) => {
      const row = rows.find((each) => each.id === id);
      if (!row) return [];
      const { name, jobTitle, organisation } = row;
      return { contactId: id, name, jobTitle, organisation, kind: row.kind === 'school' ? 'school' : 'practice' };
    });
  }

  async function readTexts(refs: readonly (TextRef | null | undefined)[]): Promise<(ref: TextRef | null) => string> {
    const ids = refs.flatMap((ref) => ref?.textId ?? []);
    const notes = ids.length === 0 ? [] : await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    return (ref) => notes.find(({ id }) => id === ref?.textId)?.body ?? '';
  }

  async function readExam(assessmentId: string): Promise<{ exam: ExamDefinition; scheme: GradingScheme }> {
    const row = await database.assessment.findFirstOrThrow({
      where: { schoolId, id: assessmentId },
      select: { examVersion: { select: { definition: true } }, gradingScheme: { select: { definition: true } } },
    });
    return {
      exam: row.examVersion.definition as unknown as ExamDefinition,
      scheme: row.gradingScheme.definition as unknown as GradingScheme,
    };
  }

  async function describe(
    state: AssessmentState,
    { assessmentId, refs, history }: { assessmentId: string; refs: readonly string[]; history: History },
  ): Promise<OpenAgreement> {
    const { agreement } = state;
    const { exam, scheme } = await readExam(assessmentId);
    const differences = findDifferences(state, exam, scheme);
    const agreed = { ...state.agreed, ...agreement?.agreed };
    const proposals = agreement?.proposals ?? {};
    const deciders = agreement?.components ?? history.sought?.components ?? {};
    const { abandoned } = history;
    const ended = isGivenUp(state, history) ? abandoned : null;
    const ids = refs.flatMap((ref) => [...finishedInOrder(state, ref), ...(deciders[ref] ?? [])]);
    const [parties, contents, textOf] = await Promise.all([
      readParties([...new Set(ids)]),
      readSets(state, [...new Set(ids)]),
      readTexts([...refs.flatMap((ref) => [proposals[ref]?.justification, agreed[ref]?.justification]), ended?.reason]),
    ]);
    return {
      kind: agreement ? 'running' : ended ? 'abandoned' : 'settled',
      policy: agreement?.policy ?? history.sought?.policy ?? AgreementPolicy.Together,
      since: agreement?.since ?? history.sought?.at.toISOString() ?? state.statusSince,
      definition: defineForm(exam, refs, state.justificationPolicy),
      parties,
      components: refs.map((ref) => {
        const difference = differences.find(({ component }) => component === ref);
        const proposal = proposals[ref];
        const settled = agreed[ref];
        return {
          ref,
          deciders: deciders[ref] ?? [],
          sets: finishedInOrder(state, ref).map((contactId) => ({
            contactId,
            scores: state.examiners[contactId]?.scores ?? {},
            justification: contents.get(contactId)?.justifications[ref] ?? '',
          })),
          kinds: difference?.kinds ?? [],
          criteria: kindsByCriterion(difference),
          proposal: proposal ? { ...proposal, justification: textOf(proposal.justification) } : null,
          agreed: settled ? { ...settled, justification: textOf(settled.justification) } : null,
        };
      }),
      end: ended ? { by: ended.examinerId, at: ended.at, reason: textOf(ended.reason) } : null,
    };
  }

  return {
    /**
     * What this examiner sees of the others.
     * @param key of a form that a link of the visitor grants
     */
    async findAgreement({ formId, assessmentId, contactId }: AgreementKey): Promise<ExaminerAgreement> {
      const stream = await database.stream.findFirst({ where: { schoolId, id: assessmentId } });
      const state = stream?.state as unknown as AssessmentState | undefined;
      const examiner = state?.examiners[contactId];
      if (!state || examiner?.formId !== formId || examiner.form !== FormStatus.Finished) return { kind: 'none' };
      if (state.status === AssessmentStatus.Cancelled || !isShared(state, contactId)) return { kind: 'none' };
      const history = await readHistory(assessmentId);
      if (!mayCompare(state, contactId)) return { kind: knowsOfThird(examiner, history) ? 'third' : 'blind' };
      const refs = refsFor(state, contactId, history);
      return refs.length === 0 ? { kind: 'none' } : describe(state, { assessmentId, refs, history });
    },
  };
}

/** Whoever had finished when it was sought may know that a third one is at work; that one may know nothing. */
function knowsOfThird({ components, finishedAt }: ExaminerState, { sought }: History): boolean {
  return (
    sought?.policy === AgreementPolicy.Third &&
    components.some((ref) => Object.hasOwn(sought.components, ref)) &&
    (finishedAt ?? '') <= sought.at.toISOString()
  );
}

/** Whether another examiner scores one of the same components. */
function isShared({ examiners }: AssessmentState, contactId: string): boolean {
  const own = examiners[contactId]?.components ?? [];
  return Object.entries(examiners).some(
    ([id, { form, components }]) =>
      id !== contactId && form !== FormStatus.Withdrawn && components.some((ref) => own.includes(ref)),
  );
}

/** The components that this examiner scored, or decides about, and over which there is or was a search. */
function refsFor(state: AssessmentState, contactId: string, history: History): string[] {
  const { agreement, agreed = {} } = state;
  const own = state.examiners[contactId]?.components ?? [];
  const sought = agreement
    ? { ...agreement.components, ...agreement.agreed }
    : isOver(state)
      ? { ...(isGivenUp(state, history) ? history.sought?.components : {}), ...agreed }
      : {};
  const isTheirs = (ref: string) => own.includes(ref) || (agreement?.components[ref]?.includes(contactId) ?? false);
  return state.components.map(({ ref }) => ref).filter((ref) => Object.hasOwn(sought, ref) && isTheirs(ref));
}

function isOver({ status }: AssessmentState): boolean {
  return status === AssessmentStatus.Assessed || status === AssessmentStatus.Final;
}

/** Whether the newest search was given up, and not ended by agreeing. */
function isGivenUp(state: AssessmentState, { sought, abandoned }: History): boolean {
  return state.agreement === undefined && sought !== null && abandoned !== null && abandoned.seq > sought.seq;
}

function finishedInOrder(state: AssessmentState, ref: string): string[] {
  return inOrderOfInvitation(state, finishedExaminersOf(state, ref));
}

function kindsByCriterion(difference: ComponentDifference | undefined): AgreementComponent['criteria'] {
  return Object.fromEntries((difference?.criteria ?? []).map(({ ref, kinds }) => [ref, kinds]));
}
