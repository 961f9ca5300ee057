/** Takes out of a history what says where it was recorded, and nothing that replay needs. */

import type { Payload, PayloadCodec } from '@temporalio/common';
import {
  type History,
  historyToJSON,
  type JSONPayload,
  JSONToPayload,
  payloadToJSON,
} from '@temporalio/common/lib/proto-utils.js';

/** Names of the machine and its processes, and counters of the server. */
const DROPPED = new Set([
  'identity',
  'workerVersion',
  'binaryChecksum',
  'requestId',
  'taskId',
  'sdkName',
  'sdkVersion',
  'meteringMetadata',
  'prevAutoResetPoints',
  'historySizeBytes',
  'stickyAttributes',
]);
const STICKY_QUEUE = 'sticky';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * @param codec reads and writes the payloads: stack traces lie encrypted in failures
 * @returns JSON as `temporal workflow show --output json` writes it
 */
export async function tidyHistory(history: History, codec: PayloadCodec): Promise<string> {
  const tidy = await tidyValue(JSON.parse(historyToJSON(history)), '', codec);
  return `${JSON.stringify(tidy, null, 2)}\n`;
}

async function tidyValue(value: unknown, name: string, codec: PayloadCodec): Promise<unknown> {
  if (name === 'encodedAttributes') return withoutStack(value as JSONPayload, codec);
  if (Array.isArray(value)) return Promise.all(value.map((each) => tidyValue(each, '', codec)));
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = [];
  for (const [key, each] of Object.entries(value)) {
    if (DROPPED.has(key) || each === null) continue;
    entries.push([key, isStickyQueue(key, each) ? { name: STICKY_QUEUE } : await tidyValue(each, key, codec)]);
  }
  return Object.fromEntries(entries);
}

/** The queue of one worker process has the name of the machine in it. */
function isStickyQueue(key: string, value: unknown): boolean {
  return key === 'taskQueue' && typeof value === 'object' && value !== null && JSON.stringify(value).includes('STICKY');
}

async function withoutStack(json: JSONPayload, codec: PayloadCodec): Promise<JSONPayload> {
  const [payload] = await codec.decode([JSONToPayload(json)]);
  if (!payload?.data) return json;
  const attributes = JSON.parse(decoder.decode(payload.data)) as Record<string, unknown>;
  const bare: Payload = { ...payload, data: encoder.encode(JSON.stringify({ ...attributes, stack_trace: '' })) };
  const [encoded] = await codec.encode([bare]);
  return encoded ? payloadToJSON(encoded) : json;
}
