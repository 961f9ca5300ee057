/**
 * What a file would do to the address book: row by row, before anything is done. Pure.
 *
 * Contract
 * 1. The address says whom a row is about. An empty cell leaves what is there.
 * 2. Who has an account, and who was merged into another, is not touched: such a row is skipped, with the reason.
 * 3. A row that may not be is refused, and then nothing of the file is done.
 * 4. The same file on what came of it plans nothing.
 */
import { createHash } from 'node:crypto';
import { searchable } from '../../domain/school.ts';
import { emailAddressKey } from '../email-address.ts';
import type { ContactFields, ImportedBookRow } from './contacts.ts';

/** A contact as it is in the address book. */
export interface KnownContact extends ContactFields {
  readonly id: string;
  readonly hasAccount: boolean;
  readonly isArchived: boolean;
  /** Name of the contact that this one was merged into. */
  readonly mergedInto: string | null;
}

export const PlannedOutcome = {
  Added: 'added',
  Changed: 'changed',
  /** It was deleted, and comes back. */
  Restored: 'restored',
  Same: 'same',
  Skipped: 'skipped',
  Refused: 'refused',
} as const;
export type PlannedOutcome = (typeof PlannedOutcome)[keyof typeof PlannedOutcome];

export const PLANNED_FIELDS = ['name', 'jobTitle', 'organisation', 'kind', 'lang'] as const;
export type PlannedField = (typeof PLANNED_FIELDS)[number];

export interface PlannedChange {
  readonly field: PlannedField;
  readonly from: string;
  readonly to: string;
}

export interface PlannedRow {
  readonly row: number;
  readonly name: string;
  readonly email: string;
  readonly outcome: PlannedOutcome;
  /** Null for who is new. */
  readonly contactId: string | null;
  readonly changes: readonly PlannedChange[];
  /** Why it is skipped or refused. */
  readonly reason: string | null;
  readonly params: Readonly<Record<string, string>>;
  /** Somebody of the same name and organisation is there under another address. */
  readonly resembles: { readonly id: string; readonly email: string } | null;
}

export type PlanCounts = Readonly<Record<PlannedOutcome, number>>;

export interface ContactPlan {
  readonly rows: readonly PlannedRow[];
  readonly counts: PlanCounts;
  /** Of all that it would do: another one when the address book moved on in a way that matters. */
  readonly digest: string;
}

/** What planning looks things up in. */
export interface PlanFacts {
  /** By {@link emailAddressKey}. */
  readonly known: ReadonlyMap<string, KnownContact>;
  /** By {@link nameKey}: contacts in the address book now. */
  readonly alike: ReadonlyMap<string, { readonly id: string; readonly email: string }>;
  /** Why links may not go to an address; null when they may. */
  judge(row: ImportedBookRow): { readonly code: string; readonly params: Readonly<Record<string, string>> } | null;
}

/** Under which two contacts are probably one person. */
export function nameKey(name: string, organisation: string): string {
  return `${searchable(name)}|${searchable(organisation)}`;
}

export function planContacts(rows: readonly ImportedBookRow[], facts: PlanFacts): ContactPlan {
  const planned = rows.map((row) => planRow(row, facts));
  const counts: Record<PlannedOutcome, number> = { added: 0, changed: 0, restored: 0, same: 0, skipped: 0, refused: 0 };
  for (const { outcome } of planned) counts[outcome] += 1;
  const deeds = planned
    .filter(({ outcome }) => outcome !== PlannedOutcome.Same && outcome !== PlannedOutcome.Skipped)
    .map(({ outcome, email, contactId, changes, reason }) => [outcome, email, contactId, changes, reason]);
  return { rows: planned, counts, digest: createHash('sha256').update(JSON.stringify(deeds)).digest('hex') };
}

/** How many contacts a plan touches. */
export function deedCount({ added, changed, restored }: PlanCounts): number {
  return added + changed + restored;
}

function planRow(row: ImportedBookRow, facts: PlanFacts): PlannedRow {
  const known = facts.known.get(emailAddressKey(row.email));
  const base = {
    row: row.row,
    name: row.name,
    email: known?.email ?? row.email,
    contactId: known?.id ?? null,
    changes: [] as readonly PlannedChange[],
    reason: null,
    params: {},
    resembles: null,
  };
  if (!known) {
    const refusal = facts.judge(row);
    if (refusal) return { ...base, outcome: PlannedOutcome.Refused, reason: refusal.code, params: refusal.params };
    return { ...base, outcome: PlannedOutcome.Added, resembles: resembling(row, facts) };
  }
  const changes = changesOf(row, known);
  if (known.mergedInto !== null) {
    return { ...base, outcome: PlannedOutcome.Skipped, reason: 'MERGED', params: { name: known.mergedInto } };
  }
  if (known.isArchived) return { ...base, outcome: PlannedOutcome.Restored, changes };
  if (changes.length === 0) return { ...base, outcome: PlannedOutcome.Same };
  if (known.hasAccount) return { ...base, outcome: PlannedOutcome.Skipped, reason: 'ACCOUNT' };
  return { ...base, outcome: PlannedOutcome.Changed, changes };
}

function resembling(row: ImportedBookRow, facts: PlanFacts): PlannedRow['resembles'] {
  return row.organisation === '' ? null : (facts.alike.get(nameKey(row.name, row.organisation)) ?? null);
}

function changesOf(row: ImportedBookRow, known: KnownContact): PlannedChange[] {
  return PLANNED_FIELDS.flatMap((field) => {
    const [from, to] = [known[field], row[field]];
    return to === '' || to === from ? [] : [{ field, from, to }];
  });
}
