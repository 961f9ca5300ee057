/**
 * Rules about who may examine whom. Three are off, warn or block, as the school chooses; that nobody examines oneself, and that
 * who starts an assessment does not examine it, holds everywhere.
 *
 * Contract
 * 1. A rule is about those who score something, not about who is chosen and replaced everywhere.
 * 2. What blocks stops an invitation, never the keeping of a choice. What warns asks for a reason, which goes into the record.
 * 3. Without facts there is no conflict: no coach, no company or nobody chosen breaks no rule.
 */
import { searchable } from './text.ts';

export const ConflictRule = {
  /** An examiner is the student's own coach. */
  OwnCoach: 'ownCoach',
  /** Every examiner works at the company where the student learns. */
  NoneIndependent: 'noneIndependent',
  /** Nobody from practice examines. */
  NoneFromPractice: 'noneFromPractice',
} as const;
export type ConflictRule = (typeof ConflictRule)[keyof typeof ConflictRule];
export const CONFLICT_RULES: readonly ConflictRule[] = Object.values(ConflictRule);

/** Always blocks; no school can choose otherwise. */
export const FixedConflictRule = {
  /** The examiner is the student. */
  IsStudent: 'isStudent',
  /** The examiner is who started the assessment, and who may never use a link of its examiners. */
  IsInitiator: 'isInitiator',
} as const;
export type FixedConflictRule = (typeof FixedConflictRule)[keyof typeof FixedConflictRule];

export const ConflictLevel = { Off: 'off', Warn: 'warn', Block: 'block' } as const;
export type ConflictLevel = (typeof ConflictLevel)[keyof typeof ConflictLevel];

export type ConflictPolicy = Readonly<Record<ConflictRule, ConflictLevel>>;

/** What a school has until it chooses otherwise. */
export const DEFAULT_CONFLICT_POLICY: ConflictPolicy = {
  ownCoach: ConflictLevel.Warn,
  noneIndependent: ConflictLevel.Off,
  noneFromPractice: ConflictLevel.Off,
};

/** The policy in the settings of a school; what is absent there is the default. */
export function conflictPolicyOf(settings: { readonly conflicts?: Partial<ConflictPolicy> }): ConflictPolicy {
  return { ...DEFAULT_CONFLICT_POLICY, ...settings.conflicts };
}

/** A person of the school, as far as it tells whether two are one. */
export interface StaffFacts {
  readonly membershipId: string;
  /** The address without what does not tell mailboxes apart (case, a tag behind `+`). */
  readonly mailbox: string;
}

/** Somebody who scores a part of the assessment. */
export interface ExaminerFacts {
  readonly contactId: string;
  readonly name: string;
  /** Membership in the same school, when the contact has an account there. */
  readonly membershipId: string | null;
  readonly mailbox: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
}

/** What the rules look at, for one assessment. */
export interface ConflictFacts {
  readonly assessmentId: string;
  readonly student: {
    readonly id: string;
    readonly name: string;
    readonly mailbox: string;
    readonly coach: StaffFacts | null;
    /** Empty when it is not known. */
    readonly trainingCompany: string;
  };
  readonly initiator: StaffFacts;
  /** Each once. */
  readonly examiners: readonly ExaminerFacts[];
}

interface ConflictOf<Rule extends string, Level extends string> {
  readonly assessmentId: string;
  readonly studentId: string;
  readonly rule: Rule;
  readonly level: Level;
  /** Whom it is about; empty when nobody chosen is to blame because somebody is missing. */
  readonly examinerIds: readonly string[];
}

/** A rule that is broken, at the level that the school gave it. */
export type Conflict = ConflictOf<ConflictRule, 'warn' | 'block'> | ConflictOf<FixedConflictRule, 'block'>;

/** All broken rules, in the order of the facts; of one assessment those that always block come first. */
export function findConflicts(policy: ConflictPolicy, facts: readonly ConflictFacts[]): Conflict[] {
  return facts.flatMap((each) => [...fixedConflicts(each), ...chosenConflicts(policy, each)]);
}

/** Whether it stops an invitation. */
export function isBlocking(conflict: Conflict): boolean {
  return conflict.level === ConflictLevel.Block;
}

function fixedConflicts({ assessmentId, student, initiator, examiners }: ConflictFacts): Conflict[] {
  const found = {
    [FixedConflictRule.IsStudent]: examiners.filter(({ mailbox }) => mailbox === student.mailbox),
    [FixedConflictRule.IsInitiator]: examiners.filter((examiner) => isSamePerson(examiner, initiator)),
  };
  return Object.values(FixedConflictRule).flatMap((rule): Conflict[] =>
    found[rule].length === 0
      ? []
      : [{ assessmentId, studentId: student.id, rule, level: ConflictLevel.Block, examinerIds: idsOf(found[rule]) }],
  );
}

function chosenConflicts(policy: ConflictPolicy, facts: ConflictFacts): Conflict[] {
  const { assessmentId, student } = facts;
  return CONFLICT_RULES.flatMap((rule): Conflict[] => {
    const level = policy[rule];
    if (level === ConflictLevel.Off) return [];
    const examinerIds = BROKEN_BY[rule](facts);
    return examinerIds === null ? [] : [{ assessmentId, studentId: student.id, rule, level, examinerIds }];
  });
}

/** By whom each rule is broken; null: by nobody. */
const BROKEN_BY: Readonly<Record<ConflictRule, (facts: ConflictFacts) => string[] | null>> = {
  ownCoach({ student: { coach }, examiners }) {
    const coaches = coach === null ? [] : examiners.filter((examiner) => isSamePerson(examiner, coach));
    return coaches.length === 0 ? null : idsOf(coaches);
  },
  noneIndependent({ student: { trainingCompany }, examiners }) {
    const isDependent = ({ organisation }: ExaminerFacts) => isSameCompany(organisation, trainingCompany);
    return examiners.length > 0 && examiners.every(isDependent) ? idsOf(examiners) : null;
  },
  noneFromPractice({ examiners }) {
    return examiners.length > 0 && examiners.every(({ kind }) => kind !== 'practice') ? [] : null;
  },
};

function idsOf(examiners: readonly ExaminerFacts[]): string[] {
  return examiners.map(({ contactId }) => contactId);
}

function isSamePerson(examiner: ExaminerFacts, member: StaffFacts): boolean {
  return examiner.membershipId === member.membershipId || examiner.mailbox === member.mailbox;
}

/** Legal forms that stand behind or before a name and are written or left out at will. */
const LEGAL_FORM =
  'b ?v|n ?v|v ?o ?f|c ?v|u ?a|b ?a|eenmanszaak|stichting|cooperatie|vereniging|ltd|limited|inc|llc|gmbh';
const FORM_BEHIND = new RegExp(` (?:${LEGAL_FORM})$`, 'u');
const FORM_BEFORE = /^(?:stichting|vereniging|cooperatie) /u;

/**
 * The name of a company in the form in which two are compared: without case, diacritics, punctuation and legal form.
 * Empty when nothing that can be read is left.
 */
export function companyKey(name: string): string {
  let key = searchable(
    searchable(name)
      .replace(/[.'’]/gu, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' '),
  );
  for (let shorter = withoutForm(key); shorter !== key; shorter = withoutForm(key)) key = shorter;
  return key;
}

function withoutForm(key: string): string {
  return key.replace(FORM_BEHIND, '').replace(FORM_BEFORE, '');
}

/** Whether both name the same company; a name that is not there is none. */
export function isSameCompany(a: string, b: string): boolean {
  const key = companyKey(a);
  return key !== '' && key === companyKey(b);
}
