/**
 * From which address to which the links of an examiner went, read from the mails: the record itself holds no addresses.
 *
 * The address book is one for the school, so a correction also moves the reminders of invitations that were not corrected
 * themselves; there it shows at the first mail that went elsewhere.
 */
import { emailAddressKey } from '../../platform/email-address.ts';
import type { SchoolScope } from './index.ts';

export interface AddressChange {
  readonly from: string;
  readonly to: string;
}

interface StoredRow {
  readonly streamId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: Date;
  /** JSON */
  readonly body: string;
}

/** Names an event among those of several streams. */
export function changeKey({ streamId, seq }: Pick<StoredRow, 'streamId' | 'seq'>): string {
  return `${streamId}|${seq}`;
}

interface SentMail {
  readonly id: string;
  readonly streamId: string | null;
  readonly toAddress: string;
  readonly queuedAt: Date;
}

/**
 * @param events of an assessment and its invitations
 * @param invitationIds their streams: all mails of an invitation's stream are to its examiner
 * @returns by {@link changeKey}; without those whose mails are no longer kept
 */
export async function readAddressChanges(
  { database, schoolId }: SchoolScope,
  events: readonly StoredRow[],
  invitationIds: readonly string[],
): Promise<ReadonlyMap<string, AddressChange>> {
  const mails: readonly SentMail[] = await database.mail.findMany({
    // The mail that tells of a change goes to the former address once more.
    where: { schoolId, streamId: { in: [...invitationIds] }, template: { not: 'addressChanged' } },
    orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, streamId: true, toAddress: true, queuedAt: true },
  });
  return new Map(
    invitationIds.flatMap((id) =>
      changesOf(
        events.filter(({ streamId }) => streamId === id),
        mails.filter(({ streamId }) => streamId === id),
      ),
    ),
  );
}

function changesOf(events: readonly StoredRow[], mails: readonly SentMail[]): [string, AddressChange][] {
  return mails.flatMap((mail, index): [string, AddressChange][] => {
    const from = mails[index - 1]?.toAddress;
    if (from === undefined || emailAddressKey(from) === emailAddressKey(mail.toAddress)) return [];
    const event =
      events.find((each) => isCauseOf(each, mail)) ??
      events.find((each) => tellsOf(each, mail)) ??
      newestUntil(events, mail.queuedAt);
    return event === undefined ? [] : [[changeKey(event), { from, to: mail.toAddress }]];
  });
}

/** What happened last before it; some mails (an answer, another deadline) are named by no event. */
function newestUntil(events: readonly StoredRow[], moment: Date): StoredRow | undefined {
  const before = events.filter(({ at }) => at <= moment);
  return before.reduce<StoredRow | undefined>(
    (newest, each) => (newest === undefined || each.seq > newest.seq ? each : newest),
    undefined,
  );
}

/** The mail to the new address is queued by the correction itself. */
function isCauseOf({ type, at }: StoredRow, { queuedAt }: SentMail): boolean {
  return type === 'AddressCorrected' && at.getTime() === queuedAt.getTime();
}

/** Events that name the mail that they queued. */
const TELLING: ReadonlySet<string> = new Set(['ReminderQueued', 'LinkReissued', 'InvitationResent']);

function tellsOf({ type, body }: StoredRow, { id }: SentMail): boolean {
  return TELLING.has(type) && JSON.parse(body).mailId === id;
}
