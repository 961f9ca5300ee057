/**
 * The seal of documents, as one thing that the worker, the doctor and `npm start` ask.
 *
 * Contract
 * 1. With a PKCS#12 file configured nothing else ever seals; without one a self-made certificate does.
 * 2. The file is looked at again each time, and read again when it changed: a certificate that was renewed needs no restart.
 * 3. `ready` gives a key that seals now, or throws: nobody makes a document first and finds out then.
 */

import type { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { readPkcs12, SealError, type SealKey, SealProblem, sealProblemAt } from './seal-key.ts';
import { readOrMakeSelfMade } from './self-made.ts';
import { signDigest } from './signature.ts';
import { isEndingSoon, type SealStatus } from './status.ts';
import { askTimestamp } from './timestamp.ts';

export { SealError, type SealKey } from './seal-key.ts';
export { isEndingSoon, SealProblem, type SealStatus, sealSentence } from './status.ts';

export interface SealConfig {
  /** The operator's own; null: self-made. */
  readonly pkcs12: { readonly file: string; readonly password: string } | null;
  readonly selfMadeFile: string;
  /** Host name of the installation. */
  readonly host: string;
  readonly timestamp: { readonly url: string; readonly authorities: readonly X509Certificate[] } | null;
}

export interface SealedBytes {
  readonly signature: Uint8Array;
  /** By the authority; null when none is asked. */
  readonly timestampedAt: Date | null;
}

export interface Seal {
  /** @returns a key whose certificate is valid now @throws SealError */
  ready(): Promise<SealKey>;
  /** Never throws. */
  status(): Promise<SealStatus>;
  /** @param digest SHA-256 of what is sealed @throws SealError when the authority gives no timestamp */
  sign(key: SealKey, digest: Uint8Array): Promise<SealedBytes>;
  /** Bytes that a signature with this key takes at most. */
  roomFor(key: SealKey): number;
}

const ROOM_WITHOUT_CERTIFICATES = 4_096;
const ROOM_FOR_TIMESTAMP = 16_384;

export function createSeal(config: SealConfig, now: () => Date = () => new Date()): Seal {
  let held: { readonly stamp: string; readonly key: SealKey } | null = null;

  async function read(): Promise<SealKey> {
    const file = config.pkcs12?.file ?? config.selfMadeFile;
    const stamp = await stampOf(file);
    const isEnding = held?.key.isSelfMade === true && isEndingSoon(held.key.notAfter, now());
    if (held !== null && stamp !== null && held.stamp === stamp && !isEnding) return held.key;
    held = null;
    const key = await (config.pkcs12
      ? readPkcs12(config.pkcs12.file, config.pkcs12.password)
      : readOrMakeSelfMade({ file, host: config.host, now: now() }));
    held = { stamp: (await stampOf(file)) ?? '', key };
    return key;
  }

  return {
    async ready() {
      const key = await read();
      const problem = sealProblemAt(key, now());
      if (problem) throw new SealError(problem);
      return key;
    },
    async status() {
      const hasTimestamp = config.timestamp !== null;
      try {
        const key = await read();
        return {
          problem: sealProblemAt(key, now()),
          subject: key.subject,
          isSelfMade: key.isSelfMade,
          notBefore: key.notBefore.toISOString(),
          notAfter: key.notAfter.toISOString(),
          hasTimestamp,
        };
      } catch (error) {
        const isKnown = error instanceof SealError && Object.values<string>(SealProblem).includes(error.code);
        const problem = isKnown ? (error.code as SealProblem) : SealProblem.Unusable;
        const isSelfMade = config.pkcs12 === null;
        return { problem, subject: '', isSelfMade, notBefore: null, notAfter: null, hasTimestamp };
      }
    },
    async sign(key, digest) {
      const { timestamp } = config;
      if (timestamp === null) return { signature: await signDigest(key, digest), timestampedAt: null };
      let timestampedAt: Date | null = null;
      const signature = await signDigest(key, digest, async (value) => {
        const { token, at } = await askTimestamp({ ...timestamp, now }, value);
        timestampedAt = at;
        return token;
      });
      return { signature, timestampedAt };
    },
    roomFor({ certificate, issuers }) {
      const sizes = [certificate, ...issuers].map((each) => each.toSchema(true).toBER().byteLength);
      const certificates = sizes.reduce((sum, size) => sum + size, 0);
      return ROOM_WITHOUT_CERTIFICATES + certificates + (config.timestamp === null ? 0 : ROOM_FOR_TIMESTAMP);
    },
  };
}

/** Changes with every change of the file; null when it cannot be seen. */
async function stampOf(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  return found === null ? null : `${found.mtimeMs}:${found.size}:${found.ino}`;
}
