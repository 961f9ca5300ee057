/**
 * Encrypts everything that Temporal stores of a workflow except ids, types, signal names, and when which local activity ran.
 *
 * Contract
 * 1. AES-256-GCM with a key derived per key id, a fresh 96-bit nonce for each payload, and the key id as associated data.
 * 2. The current key encrypts; any key of the ring decrypts. A retired key can go when its last workflow is closed.
 * 3. A payload that is not ours (made before encryption was on) passes as it is.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  type DataConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
  ValueError,
} from '@temporalio/common';
import proto from '@temporalio/proto';
import { deriveKey, type Keyring } from './keys.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where the failure converter lies; Temporal loads it by path, in the worker and into the bundle. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./temporal-failure-converter.ts', import.meta.url));

/** How clients and workers turn values into payloads. @param keyring the installation's keys */
export function createDataConverter(keyring: Keyring): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keyring)], failureConverterPath: FAILURE_CONVERTER_PATH };
}

/** @throws ValueError when a payload names a key that is not in the ring, or was tampered with */
export function createPayloadCodec(keyring: Keyring): PayloadCodec {
  // A key object: from bare bytes Node makes one for each payload, which takes longer than encrypting it.
  const derived = new Map<string, KeyObject>();
  const keyOf = (kid: string): KeyObject => {
    const key = derived.get(kid) ?? createSecretKey(deriveKey(keyring, kid, `temporal-codec/v1/${kid}`));
    derived.set(kid, key);
    return key;
  };
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, keyring.current, keyOf(keyring.current))),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keyOf)),
  };
}

function encrypt(payload: Payload, kid: string, key: KeyObject): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(encoder.encode(kid));
  const body = Buffer.concat([cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: encoder.encode(ENCODING), [KEY_ID]: encoder.encode(kid) },
    data: Buffer.concat([nonce, cipher.getAuthTag(), body]),
  };
}

function decrypt(payload: Payload, keyOf: (kid: string) => KeyObject): Payload {
  const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || decoder.decode(encoding) !== ENCODING) return payload;
  const kidBytes = payload.metadata?.[KEY_ID];
  if (!kidBytes || !payload.data || payload.data.length < NONCE_BYTES + TAG_BYTES) {
    throw new ValueError('an encrypted payload lacks its key id or its data');
  }
  const data = Buffer.from(payload.data);
  try {
    const key = keyOf(decoder.decode(kidBytes));
    const nonce = data.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(kidBytes);
    decipher.setAuthTag(data.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = data.subarray(NONCE_BYTES + TAG_BYTES);
    return PayloadMessage.decode(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch (error) {
    throw new ValueError('a payload could not be decrypted: its key is gone or it was changed', error);
  }
}
