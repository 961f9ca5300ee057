/** Certificates of authorities that an operator names, from a file. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @param file PEM @returns one or more; null when it holds none that can be used */
export function readAuthorities(file: string): readonly X509Certificate[] | null {
  try {
    const found = readFileSync(file, 'utf8').match(PEM_CERTIFICATE) ?? [];
    return found.length === 0 ? null : found.map((each) => new X509Certificate(each));
  } catch {
    // Whatever it is, it names no authority.
    return null;
  }
}
