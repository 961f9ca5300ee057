/** Looks into recorded histories: what lies encrypted in them, and what lies open. */
import { type JSONPayload, JSONToPayload } from '@temporalio/common/lib/proto-utils.js';
import { createPayloadCodec } from '../../platform/temporal-codec.ts';
import { type HistoryEvent, historyKeyring } from './history-files.ts';

const codec = createPayloadCodec(historyKeyring);

/** Decrypts and parses every payload below a value, in the order in which they lie there; an empty one is undefined. */
export async function decodePayloads(value: unknown): Promise<unknown[]> {
  if (isPayload(value)) return [await decodePayload(value)];
  const decoded: unknown[] = [];
  for (const each of childrenOf(value)) decoded.push(...(await decodePayloads(each)));
  return decoded;
}

/** Every text that lies open: all but the payloads. */
export function openTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isPayload(value) ? [] : childrenOf(value).flatMap(openTexts);
}

export interface LocalActivity {
  readonly activityType: string;
  /** What it answered; undefined when it failed or answered nothing. */
  readonly result: unknown;
  /** Whether it waits for another try by a timer. */
  readonly isRetried: boolean;
}

/** @returns undefined when the event is not that of a local activity */
export async function localActivityOf(event: HistoryEvent): Promise<LocalActivity | undefined> {
  const marker = event.markerRecordedEventAttributes as Marker | undefined;
  if (marker?.markerName !== LOCAL_ACTIVITY) return undefined;
  const [data] = (await decodePayloads(marker.details.data)) as { activity_type: string; backoff: unknown }[];
  const [result] = await decodePayloads(marker.details.result);
  return { activityType: data?.activity_type ?? '', result, isRetried: data?.backoff != null };
}

/** The name of the marker under which the SDK keeps local activities. */
export const LOCAL_ACTIVITY = 'core_local_activity';

interface Marker {
  readonly markerName: string;
  readonly details: { readonly data?: unknown; readonly result?: unknown };
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function isPayload(value: unknown): value is JSONPayload {
  return typeof value === 'object' && value !== null && 'metadata' in value;
}

async function decodePayload(json: JSONPayload): Promise<unknown> {
  const [payload] = await codec.decode([JSONToPayload(json)]);
  const text = Buffer.from(payload?.data ?? []).toString();
  return text === '' ? undefined : JSON.parse(text);
}
