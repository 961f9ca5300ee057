/**
 * A file of contacts, from upload to done.
 *
 * Contract
 * 1. A file is kept as its rows, by who uploaded it, until it is done or a day old; of what is done only the numbers are left.
 * 2. What was shown is what is done: the plan is made again, with the address book held still, and must be the same.
 * 3. All or nothing, in one transaction. Done twice is done once.
 */
import { v7 as uuidv7 } from 'uuid';
import { emailAddressKey, mailboxOf } from '../../platform/email-address.ts';
import {
  type ContactPlan,
  deedCount,
  type KnownContact,
  nameKey,
  type PlanCounts,
  type PlannedRow,
  planContacts,
} from '../../platform/import/contact-plan.ts';
import type { ContactFields, ImportedBookRow } from '../../platform/import/contacts.ts';
import type { RowError } from '../../platform/import/import-error.ts';
import type { LeftOutRow } from '../../platform/import/table.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { Database, Tx } from '../client.ts';
import {
  ContactAction,
  type ContactChangeNote,
  contactSearchText,
  leaveContactTrail,
  lockAddressBook,
} from '../contact-rows.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { judgeMailbox, readSchoolMailboxes } from './examiner-address.ts';

export const ContactImportStatus = {
  /** The file is being read. */
  Checking: 'checking',
  /** Read without errors: it waits for a yes. */
  Checked: 'checked',
  /** There is something in the file to mend first. */
  Wrong: 'wrong',
  Applied: 'applied',
} as const;
export type ContactImportStatus = (typeof ContactImportStatus)[keyof typeof ContactImportStatus];

/** What is kept of a file. */
export interface ContactImportContent {
  readonly rows: readonly ImportedBookRow[];
  readonly errors: readonly RowError[];
  readonly ignoredColumns: readonly string[];
  readonly leftOut: readonly LeftOutRow[];
  /** What was done, once it is. */
  readonly result: PlanCounts | null;
}

export const NO_CONTENT: ContactImportContent = { rows: [], errors: [], ignoredColumns: [], leftOut: [], result: null };

const HOUR_MS = 60 * 60 * 1000;
/** A file that nobody said yes to is no longer needed after this: of anybody, and of who uploads another one. */
const KEPT_MS = 24 * HOUR_MS;
const KEPT_BESIDE_ANOTHER_MS = HOUR_MS;

/** Begins a file. What was uploaded before and not used is thrown away after a while. */
export const beginImport: CommandHandler<{ readonly fileName: string }, { importId: string }> = {
  type: 'beginContactImport',
  streams: () => [],
  async run(unit, { fileName }) {
    const { tx, schoolId, now } = unit;
    const membershipId = memberOf(unit);
    await tx.contactImport.deleteMany({
      where: {
        schoolId,
        status: { not: ContactImportStatus.Applied },
        OR: [
          { membershipId, createdAt: { lt: new Date(now.getTime() - KEPT_BESIDE_ANOTHER_MS) } },
          { createdAt: { lt: new Date(now.getTime() - KEPT_MS) } },
        ],
      },
    });
    const id = uuidv7();
    await tx.contactImport.create({
      data: {
        id,
        schoolId,
        membershipId,
        fileName: fileName.slice(0, 120),
        status: ContactImportStatus.Checking,
        content: json(NO_CONTENT),
        createdAt: now,
      },
    });
    return { importId: id };
  },
};

export interface FinishImport {
  readonly importId: string;
  readonly content: ContactImportContent;
}

/** Keeps what was found in the file; it may have been replaced by another meanwhile, and then it is of no use any more. */
export const keepImport: CommandHandler<FinishImport, null> = {
  type: 'keepContactImport',
  streams: () => [],
  async run(unit, { importId, content }) {
    await unit.tx.contactImport.updateMany({
      where: { id: importId, schoolId: unit.schoolId, status: ContactImportStatus.Checking },
      data: {
        status: content.errors.length > 0 ? ContactImportStatus.Wrong : ContactImportStatus.Checked,
        content: json(content),
      },
    });
    return null;
  },
};

export interface ApplyImport {
  readonly importId: string;
  /** Of the plan that was shown. */
  readonly digest: string;
}

/**
 * Does what the file says.
 * @throws CommandRefused `IMPORT_UNKNOWN`, `IMPORT_WRONG`, `IMPORT_MOVED_ON` (the address book changed in a way that matters)
 */
export const applyImport: CommandHandler<ApplyImport, { counts: PlanCounts }> = {
  type: 'applyContactImport',
  streams: () => [],
  async run(unit, { importId, digest }) {
    const { tx, schoolId, now } = unit;
    await lockAddressBook(tx, schoolId);
    const found = await tx.contactImport.findFirst({ where: { id: importId, schoolId, membershipId: memberOf(unit) } });
    if (!found) throw new CommandRefused('IMPORT_UNKNOWN');
    const content = found.content as unknown as ContactImportContent;
    if (found.status === ContactImportStatus.Applied && content.result) return { counts: content.result };
    if (found.status !== ContactImportStatus.Checked) throw new CommandRefused('IMPORT_WRONG');
    const plan = await planImport(tx, schoolId, content.rows, unit.actor.id);
    if (plan.counts.refused > 0) throw new CommandRefused('IMPORT_WRONG');
    if (plan.digest !== digest) throw new CommandRefused('IMPORT_MOVED_ON');
    if (deedCount(plan.counts) > 0) await carryOut(unit, importId, plan, content.rows);
    await tx.contactImport.update({
      where: { id: importId },
      data: {
        status: ContactImportStatus.Applied,
        appliedAt: now,
        content: json({ ...NO_CONTENT, result: plan.counts }),
      },
    });
    return { counts: plan.counts };
  },
};

interface WrittenContact extends ContactFields {
  readonly id: string;
  readonly searchText: string;
}

/** All of it in three statements, however many rows there are. */
async function carryOut(
  unit: UnitOfWork,
  importId: string,
  plan: ContactPlan,
  rows: readonly ImportedBookRow[],
): Promise<void> {
  const { tx, schoolId } = unit;
  const byRow = new Map(rows.map((row) => [row.row, row]));
  const known = await readKnown(
    tx,
    schoolId,
    plan.rows.map(({ email }) => emailAddressKey(email)),
  );
  const written: WrittenContact[] = [];
  const trail: ContactChangeNote[] = [];
  for (const planned of plan.rows) {
    const action = ACTIONS[planned.outcome];
    const row = byRow.get(planned.row);
    if (action === null || row === undefined) continue;
    const contact = contactAfter(planned, row, known.get(emailAddressKey(planned.email)));
    written.push(contact);
    trail.push({ contactId: contact.id, action, fields: planned.changes.map(({ field }) => field) });
  }
  await tx.$executeRaw`
    INSERT INTO contact (id, school_id, name, email, job_title, organisation, kind, lang, search_text)
    SELECT id, ${schoolId}::uuid, name, email, "jobTitle", organisation, kind, lang, "searchText"
    FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb) AS given(id uuid, name text, email text, "jobTitle" text,
      organisation text, kind text, lang text, "searchText" text)
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, job_title = EXCLUDED.job_title,
      organisation = EXCLUDED.organisation, kind = EXCLUDED.kind, lang = EXCLUDED.lang,
      search_text = EXCLUDED.search_text, archived_at = NULL`;
  await leaveContactTrail(unit, trail, importId);
}

const ACTIONS: Readonly<Record<PlannedRow['outcome'], ContactAction | null>> = {
  added: ContactAction.Added,
  changed: ContactAction.Changed,
  restored: ContactAction.Restored,
  same: null,
  skipped: null,
  refused: null,
};

/** An empty cell leaves what is there. */
function contactAfter(planned: PlannedRow, row: ImportedBookRow, known: KnownContact | undefined): WrittenContact {
  const texts = {
    name: row.name,
    email: planned.email,
    jobTitle: row.jobTitle || (known?.jobTitle ?? ''),
    organisation: row.organisation || (known?.organisation ?? ''),
  };
  return {
    id: known?.id ?? uuidv7(),
    ...texts,
    kind: row.kind,
    lang: row.lang || (known?.lang ?? 'nl'),
    searchText: contactSearchText(texts),
  };
}

/** What a file would do now. @param actorId who would do it */
export async function planImport(
  tx: Tx | Database,
  schoolId: string,
  rows: readonly ImportedBookRow[],
  actorId: string | null,
): Promise<ContactPlan> {
  const known = await readKnown(
    tx,
    schoolId,
    rows.map(({ email }) => emailAddressKey(email)),
  );
  const mailboxes = await readSchoolMailboxes(
    tx,
    schoolId,
    rows.map(({ email }) => mailboxOf(email)),
  );
  return planContacts(rows, {
    known,
    alike: await readAlike(tx, schoolId),
    judge: (row) => judgeMailbox(mailboxes, row, actorId, []),
  });
}

async function readKnown(
  tx: Tx | Database,
  schoolId: string,
  keys: readonly string[],
): Promise<Map<string, KnownContact>> {
  const rows = await tx.$queryRaw<KnownContact[]>`
    SELECT contact.id, contact.name, contact.email, contact.job_title AS "jobTitle", contact.organisation, contact.kind,
      contact.lang, contact.account_id IS NOT NULL AS "hasAccount", contact.archived_at IS NOT NULL AS "isArchived",
      other.name AS "mergedInto"
    FROM contact LEFT JOIN contact AS other ON other.id = contact.merged_into_id AND other.school_id = contact.school_id
    WHERE contact.school_id = ${schoolId}::uuid AND lower(contact.email) = ANY(${keys}::text[])`;
  return new Map(rows.map((row) => [emailAddressKey(row.email), row]));
}

async function readAlike(tx: Tx | Database, schoolId: string): Promise<Map<string, { id: string; email: string }>> {
  const rows = await tx.contact.findMany({
    where: { schoolId, archivedAt: null, organisation: { not: '' } },
    select: { id: true, name: true, organisation: true, email: true },
  });
  return new Map(rows.map(({ id, name, organisation, email }) => [nameKey(name, organisation), { id, email }]));
}

function memberOf({ actor }: UnitOfWork): string {
  if (actor.kind !== 'member') throw new CommandRefused('IMPORT_UNKNOWN');
  return actor.id;
}

function json(value: ContactImportContent): object {
  return value;
}
