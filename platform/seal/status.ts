/** How the seal is, for who only tells about it: no key, and nothing of what handles keys, is needed here. */

/** What stands in the way of sealing. Also codes that the record and pages show. */
export const SealProblem = {
  /** There is no file at the place that was named. */
  Missing: 'SEAL_MISSING',
  /** The password does not open it. */
  WrongPassword: 'SEAL_WRONG_PASSWORD',
  /** It is no PKCS#12 file, is encrypted in a way of long ago, or lacks a key or its certificate. */
  Unusable: 'SEAL_UNUSABLE',
  Expired: 'SEAL_EXPIRED',
  NotYetValid: 'SEAL_NOT_YET_VALID',
} as const;
export type SealProblem = (typeof SealProblem)[keyof typeof SealProblem];

/** How the seal is, in what may be stored and shown: no key, no password, no path. Instants are ISO 8601 UTC. */
export interface SealStatus {
  readonly problem: SealProblem | null;
  /** Empty when it cannot be read. */
  readonly subject: string;
  readonly isSelfMade: boolean;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly hasTimestamp: boolean;
}

/** Days ahead in which a certificate that ends is worth a word. */
export const SEAL_ENDS_SOON_DAYS = 30;
const DAY_MS = 86_400_000;
export function isEndingSoon(notAfter: Date, now: Date): boolean {
  return notAfter.getTime() - now.getTime() < SEAL_ENDS_SOON_DAYS * DAY_MS;
}

const PROBLEM_SENTENCES: Readonly<Record<SealProblem, string>> = {
  SEAL_MISSING: 'The file with the certificate of the seal cannot be read (SEAL_P12)',
  SEAL_WRONG_PASSWORD: 'The password does not open the certificate of the seal (SEAL_PASSWORD)',
  SEAL_UNUSABLE: 'The file with the certificate of the seal cannot be used; a PKCS#12 file as OpenSSL 3 writes it can',
  SEAL_EXPIRED: 'The certificate of the seal has expired',
  SEAL_NOT_YET_VALID: 'The certificate of the seal is not valid yet',
};

/** One sentence for whoever runs the installation; null when there is nothing to say. */
export function sealSentence(status: SealStatus, now: Date): string | null {
  const { problem, subject, isSelfMade, notAfter } = status;
  const day = notAfter?.slice(0, 10);
  if (problem) return `${PROBLEM_SENTENCES[problem]}: documents wait, unsealed ones are never stored.`;
  if (isSelfMade) {
    return `Documents are sealed with a certificate made here (until ${day}); set SEAL_P12 for one that readers know.`;
  }
  const isEnding = notAfter !== null && isEndingSoon(new Date(notAfter), now);
  return isEnding ? `The certificate of the seal (${subject}) ends on ${day}; after that documents wait.` : null;
}
