import { createHash, randomBytes } from 'node:crypto';

/** The hash before the first event of a stream. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * Canonical JSON: keys sorted by code unit, no white space, as RFC 8785 for the values used here
 * (strings, integers, booleans, null, arrays, objects; `undefined` properties are left out).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export interface ChainedEvent {
  readonly streamId: string;
  readonly seq: number;
  readonly type: string;
  readonly body: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  /** ISO instant, milliseconds. */
  readonly at: string;
  readonly commandId: string;
}

/** SHA-256 over the hash before and everything that is stored of the event, hex. */
export function chainHash(prevHash: string, event: ChainedEvent): string {
  const header = canonicalJson({
    streamId: event.streamId,
    seq: event.seq,
    type: event.type,
    actorKind: event.actorKind,
    actorId: event.actorId,
    at: event.at,
    commandId: event.commandId,
  });
  return createHash('sha256')
    .update(prevHash)
    .update('\n')
    .update(header)
    .update('\n')
    .update(event.body)
    .digest('hex');
}

export interface SaltedDigest {
  readonly salt: string;
  readonly digest: string;
}

/** A digest that says nothing about the text once the salt is erased with it. */
export function saltedDigest(text: string, salt: string = randomBytes(16).toString('hex')): SaltedDigest {
  return { salt, digest: createHash('sha256').update(salt).update('\n').update(text).digest('hex') };
}

/**
 * Checks one stream's events in order.
 * @returns the first sequence number that does not fit, or null when the chain is whole
 */
export function findBrokenLink(
  events: readonly (ChainedEvent & { readonly prevHash: string; readonly hash: string })[],
): number | null {
  let previous = GENESIS_HASH;
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1 || event.prevHash !== previous || chainHash(previous, event) !== event.hash)
      return index + 1;
    previous = event.hash;
  }
  return null;
}
