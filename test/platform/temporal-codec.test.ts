import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, METADATA_ENCODING_KEY, type Payload } from '@temporalio/common';
import { parseKeyring } from '../../platform/keys.ts';
import { createPayloadCodec } from '../../platform/temporal-codec.ts';
import { failureConverter } from '../../platform/temporal-failure-converter.ts';

const KEY_1 = `1:${Buffer.alloc(32, 1).toString('base64')}`;
const KEY_2 = `2:${Buffer.alloc(32, 2).toString('base64')}`;
const codecWith = (text: string) => createPayloadCodec(parseKeyring(text));
const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const fromPayload = (payload: Payload | undefined) => payload && defaultPayloadConverter.fromPayload(payload);

async function encodeOne(keys: string, value: unknown): Promise<Payload> {
  const [payload] = await codecWith(keys).encode([toPayload(value)]);
  if (!payload) throw new Error('nothing encoded');
  return payload;
}

async function decodeOne(keys: string, payload: Payload): Promise<unknown> {
  return fromPayload((await codecWith(keys).decode([payload]))[0]);
}

describe('payload codec', () => {
  it('gives back what it was given', async () => {
    const value = { streamId: 'a', seq: 3, list: [1, null, 'é'] };
    expect(await decodeOne(KEY_1, await encodeOne(KEY_1, value))).toEqual(value);
  });

  it('shows nothing of the value, and never the same bytes twice', async () => {
    const first = await encodeOne(KEY_1, 'wondzorg');
    const second = await encodeOne(KEY_1, 'wondzorg');
    expect(Buffer.from(first.data ?? []).toString('latin1')).not.toContain('wondzorg');
    expect(first.data).not.toEqual(second.data);
  });

  it('reads what an older key wrote, and writes with the current one', async () => {
    const old = await encodeOne(KEY_1, 'old');
    expect(await decodeOne(`${KEY_2},${KEY_1}`, old)).toBe('old');
    const fresh = await encodeOne(`${KEY_2},${KEY_1}`, 'new');
    await expect(decodeOne(KEY_1, fresh)).rejects.toThrow('could not be decrypted');
  });

  it('refuses what was changed, in its data or its key id', async () => {
    const payload = await encodeOne(`${KEY_1},${KEY_2}`, 'value');
    const data = Buffer.from(payload.data ?? []);
    data.writeUInt8(data.readUInt8(data.length - 1) ^ 1, data.length - 1);
    await expect(decodeOne(KEY_1, { ...payload, data })).rejects.toThrow('could not be decrypted');
    const metadata = { ...payload.metadata, 'encryption-key-id': new TextEncoder().encode('2') };
    await expect(decodeOne(`${KEY_1},${KEY_2}`, { ...payload, metadata })).rejects.toThrow('could not be decrypted');
    await expect(decodeOne(KEY_1, { ...payload, data: data.subarray(0, 20) })).rejects.toThrow('lacks');
  });

  it('passes what was never encrypted', async () => {
    expect(await decodeOne(KEY_1, toPayload('plain'))).toBe('plain');
  });

  it('marks what it encrypted', async () => {
    const { metadata } = await encodeOne(KEY_1, 1);
    expect(Buffer.from(metadata?.[METADATA_ENCODING_KEY] ?? []).toString()).toBe('binary/encrypted');
  });
});

describe('failure converter', () => {
  it('keeps message and stack out of the open part of a failure', () => {
    const failure = failureConverter.errorToFailure(new Error('Noor de Vries'), defaultPayloadConverter);
    expect(failure.message).not.toContain('Noor');
    expect(failure.stackTrace ?? '').not.toContain('Noor');
    expect(failure.encodedAttributes).toBeTruthy();
  });
});
