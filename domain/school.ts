import { AgreementPolicy } from './agreement.ts';
import { type ConflictPolicy, DEFAULT_CONFLICT_POLICY } from './conflicts.ts';
import { DEFAULT_DECIDING_POLICY, type DecidingPolicy } from './deciding.ts';
import { EvidencePolicy } from './evidence.ts';
import { JustificationPolicy } from './justification.ts';
import { DEFAULT_REMINDER_POLICY, type ReminderPolicy } from './reminders.ts';

export { searchable } from './text.ts';

/** Whether finishing a form asks for a code that is mailed to the address on file. */
export const FinishCodePolicy = {
  Off: 'off',
  /** Once in a session of the browser. */
  Session: 'session',
  /** For every form. */
  Always: 'always',
} as const;
export type FinishCodePolicy = (typeof FinishCodePolicy)[keyof typeof FinishCodePolicy];

/** Roles of a membership; an examiner needs none. */
export const Role = {
  Teacher: 'teacher',
  Committee: 'committee',
  Administrator: 'administrator',
  Supervisor: 'supervisor',
  Student: 'student',
} as const;
export type Role = (typeof Role)[keyof typeof Role];
export const ROLES: readonly Role[] = Object.values(Role);

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

export const Lang = { Dutch: 'nl', English: 'en' } as const;
export type Lang = (typeof Lang)[keyof typeof Lang];

export interface SchoolBranding {
  /** `#rrggbb`; contrast is checked when it is saved. */
  readonly primaryColor: string;
  readonly shortName: string;
  /** Absent: none. */
  readonly logo?: SchoolLogo;
}

/** Which logo a school has; its bytes are kept apart. */
export interface SchoolLogo {
  /** Of its PNG, hexadecimal. */
  readonly sha256: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The name of the school stands in it, so it need not stand beside it. */
  readonly hasName: boolean;
}

export interface SchoolSettings {
  readonly justificationPolicy: JustificationPolicy;
  readonly dueWorkingDays: number;
  /** Working days after the due date on which scoring closes; null: never by itself. */
  readonly closesAfterWorkingDays: number | null;
  readonly reminders: ReminderPolicy;
  readonly timeZone: string;
  /** Domains a typed exam-office address may have; empty: any. */
  readonly examOfficeDomains: readonly string[];
  readonly defaultLang: Lang;
  readonly schemeCode: string;
  /** Absent in settings from before there were such rules: the default. */
  readonly conflicts?: ConflictPolicy;
  /** Domains of the mail addresses of students; absent or empty: a student is not mailed by us for a number. */
  readonly studentDomains?: readonly string[];
  /** Of the fields below the absent ones have their default: see {@link examiningPolicy}. */
  readonly agreement?: AgreementPolicy;
  readonly evidence?: EvidencePolicy;
  readonly finishCode?: FinishCodePolicy;
  /** Months after the decision for which what belongs to no result (an examiner's notes) is kept. */
  readonly retentionMonths?: number;
  /** Rules for deciding; see {@link decidingPolicy}. */
  readonly deciding?: Partial<DecidingPolicy>;
}

/** Source: the inspectorate expects exam papers for a year and a half after the diploma. */
const DEFAULT_RETENTION_MONTHS = 18;

/** The school's rules for examiners, every one with its default in place. */
export function examiningPolicy(settings: SchoolSettings) {
  return {
    agreement: settings.agreement ?? AgreementPolicy.Committee,
    evidence: settings.evidence ?? EvidencePolicy.Off,
    finishCode: settings.finishCode ?? FinishCodePolicy.Off,
    retentionMonths: settings.retentionMonths ?? DEFAULT_RETENTION_MONTHS,
  };
}

/** The school's rules for deciding, every one with its default in place. */
export function decidingPolicy(settings: SchoolSettings): DecidingPolicy {
  return { ...DEFAULT_DECIDING_POLICY, ...settings.deciding };
}

export const DEFAULT_SCHOOL_SETTINGS: SchoolSettings = {
  justificationPolicy: JustificationPolicy.Og,
  dueWorkingDays: 10,
  closesAfterWorkingDays: null,
  reminders: DEFAULT_REMINDER_POLICY,
  timeZone: 'Europe/Amsterdam',
  examOfficeDomains: [],
  defaultLang: Lang.Dutch,
  schemeCode: 'voorbeeld',
  conflicts: DEFAULT_CONFLICT_POLICY,
};

/** Days a link stays valid after the deadline. Source: security notes on link life. */
const LINK_DAYS_AFTER_DUE = 14;
/** No link lives longer than this, counted from its issue. */
const LINK_MAX_DAYS = 90;
/** Days the read-only view stays open after the last form of an invitation is finished. */
const RECEIPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * When a link for an open invitation ends.
 * @param issuedAt ISO instant
 * @param dueAt ISO instant, or null when there is no deadline
 * @returns ISO instant: deadline + 14 days, at least 14 days from now, at most 90
 */
export function linkExpiry(issuedAt: string, dueAt: string | null): string {
  const issued = Date.parse(issuedAt);
  const wanted = Math.max(issued, dueAt === null ? issued : Date.parse(dueAt)) + LINK_DAYS_AFTER_DUE * DAY_MS;
  return new Date(Math.min(wanted, issued + LINK_MAX_DAYS * DAY_MS)).toISOString();
}

/** When the read-only view behind a link ends, counted from the last finish (ISO instants). */
export function receiptExpiry(finishedAt: string): string {
  return new Date(Date.parse(finishedAt) + RECEIPT_DAYS * DAY_MS).toISOString();
}

/** Full name in Dutch order: given name, infix, family name. */
export function fullName(person: {
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}): string {
  return [person.givenName, person.infix, person.familyName].filter((part) => part !== '').join(' ');
}
