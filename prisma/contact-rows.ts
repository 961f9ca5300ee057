/** How rows of the address book are written: the one place that knows what is searched, and the trail that each change leaves. */
import { v7 as uuidv7 } from 'uuid';
import { searchable } from '../domain/school.ts';
import type { Tx } from './client.ts';
import type { Actor } from './unit-of-work.ts';

export interface ContactTexts {
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
}

/** What a contact is found by. It begins with the name, so that the list in the order of it is in the order of names. */
export function contactSearchText({ name, email, jobTitle, organisation }: ContactTexts): string {
  return searchable(name, email, jobTitle, organisation);
}

/** What can be done to a contact. */
export const ContactAction = {
  Added: 'added',
  Changed: 'changed',
  Archived: 'archived',
  Restored: 'restored',
  Merged: 'merged',
  /** Somebody said that it is not the same person as the other one. */
  KeptApart: 'keptApart',
} as const;
export type ContactAction = (typeof ContactAction)[keyof typeof ContactAction];

export interface ContactChangeNote {
  readonly contactId: string;
  readonly action: ContactAction;
  /** Names of what changed. What was there before is nobody's business any more. */
  readonly fields?: readonly string[];
  readonly otherId?: string;
}

/** What a trail says beside the changes themselves. */
interface TrailOf {
  readonly tx: Tx;
  readonly schoolId: string;
  readonly actor: Actor;
  readonly now: Date;
}

/** Says who changed what and when, in a table to which rows are only added. */
export async function leaveContactTrail(
  { tx, schoolId, actor, now }: TrailOf,
  changes: readonly ContactChangeNote[],
  importId: string | null = null,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ contactId, action, fields = [], otherId = null }) => ({
    id: uuidv7(),
    contactId,
    action,
    fields,
    otherId,
  }));
  await tx.$executeRaw`
    INSERT INTO contact_change (id, school_id, contact_id, action, fields, other_id, import_id, actor_kind, actor_id, at)
    SELECT id, ${schoolId}::uuid, "contactId", action, fields, "otherId", ${importId}::uuid, ${actor.kind}, ${actor.id}::uuid,
      ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS given(id uuid, "contactId" uuid, action text, fields text[], "otherId" uuid)`;
}

/** One change of a school's address book at a time, so that what was looked up before a write still holds at the write. */
export async function lockAddressBook(tx: Tx, schoolId: string): Promise<void> {
  await tx.$executeRaw`SELECT id FROM school WHERE id = ${schoolId}::uuid FOR NO KEY UPDATE`;
}
