/** From which address to which the links of an examiner went, read from the mails: the record itself holds no addresses. */
import type { SchoolScope } from './index.ts';

export interface AddressChange {
  readonly from: string;
  readonly to: string;
}

interface ChangeEvent {
  readonly streamId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: Date;
}

/** Names an event among those of several streams. */
export function changeKey({ streamId, seq }: Pick<ChangeEvent, 'streamId' | 'seq'>): string {
  return `${streamId}|${seq}`;
}

/**
 * @param events of invitations and assessments; only corrections of addresses are looked at
 * @returns by {@link changeKey}; without those whose mails are no longer kept
 */
export async function readAddressChanges(
  { database, schoolId }: SchoolScope,
  events: readonly ChangeEvent[],
): Promise<ReadonlyMap<string, AddressChange>> {
  const corrections = events.filter(({ type }) => type === 'AddressCorrected');
  if (corrections.length === 0) return new Map();
  const mails = await database.mail.findMany({
    where: { schoolId, streamId: { in: corrections.map(({ streamId }) => streamId) } },
    orderBy: { queuedAt: 'asc' },
    select: { streamId: true, toAddress: true, queuedAt: true },
  });
  return new Map(
    corrections.flatMap((event): [string, AddressChange][] => {
      // All mails of an invitation's stream are to its examiner. The one to the new address is queued by the correction itself.
      const own = mails.filter(({ streamId }) => streamId === event.streamId);
      const from = own.findLast(({ queuedAt }) => queuedAt < event.at)?.toAddress;
      const to = own.find(({ queuedAt }) => queuedAt >= event.at)?.toAddress;
      return from === undefined || to === undefined ? [] : [[changeKey(event), { from, to }]];
    }),
  );
}
