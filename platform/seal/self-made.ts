/**
 * A key and a certificate of our own, for a school that has none: it proves that a document did not change since this
 * installation made it, not who the school is. Kept in one file of the home folder, readable for its owner only.
 */
import { createPrivateKey, randomBytes, randomUUID, webcrypto } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Set as Asn1Set, BitString, Integer, OctetString, PrintableString, Sequence, Utf8String } from 'asn1js';
import { AttributeTypeAndValue, BasicConstraints, Certificate, Extension, RelativeDistinguishedNames } from 'pkijs';
import { errorCode } from '../services/problem.ts';
import { bufferOf, SealError, type SealKey, SealProblem, sealProblemAt, toSealKey } from './seal-key.ts';

const YEARS = 5;
/** A new one is made this long before the old one ends. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
/** Clocks of readers may run behind. */
const BACKDATED_MS = 3_600_000;
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const OID = {
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  subjectKeyIdentifier: '2.5.29.14',
} as const;
/** digitalSignature and nonRepudiation, the first two bits. */
const SEALING_USAGE = new Uint8Array([0b1100_0000]);
const PEM = /-----BEGIN (PRIVATE KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

export interface SelfMadeOptions {
  readonly file: string;
  /** Host name of the installation, part of the name on the certificate. */
  readonly host: string;
  readonly now: Date;
}

/**
 * Reads the self-made seal; makes it when there is none, and anew when it ends soon. Several that start at once end up with
 * the same one.
 * @throws SealError when the file is damaged, or the folder cannot be written
 */
export async function readOrMakeSelfMade(options: SelfMadeOptions): Promise<SealKey> {
  const found = await readSelfMade(options.file);
  if (found === null) return makeSelfMade(options);
  const isEnding = sealProblemAt(found, new Date(options.now.getTime() + RENEW_BEFORE_MS)) === SealProblem.Expired;
  if (!isEnding) return found;
  // The old one stays beside it: documents that it sealed name it.
  await rename(options.file, `${options.file}.${found.notAfter.toISOString().slice(0, 10)}`);
  return makeSelfMade(options);
}

/** @returns null when there is none @throws SealError when it is damaged */
async function readSelfMade(file: string): Promise<SealKey | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw new SealError(SealProblem.Unusable, { cause: error });
  });
  if (text === null) return null;
  const parts = new Map([...text.matchAll(PEM)].map(([whole, kind = '', body = '']) => [kind, { whole, body }]));
  const certificate = parts.get('CERTIFICATE');
  const key = parts.get('PRIVATE KEY');
  if (!certificate || !key) throw new SealError(SealProblem.Unusable);
  try {
    const parsed = Certificate.fromBER(bufferOf(Buffer.from(certificate.body, 'base64')));
    return await toSealKey(createPrivateKey(key.whole), [parsed], true);
  } catch (error) {
    throw error instanceof SealError ? error : new SealError(SealProblem.Unusable, { cause: error });
  }
}

async function makeSelfMade({ file, host, now }: SelfMadeOptions): Promise<SealKey> {
  const pair = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const certificate = await selfSigned(pair, host, now);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey));
  const text = `${pem('PRIVATE KEY', pkcs8)}${pem('CERTIFICATE', Buffer.from(certificate.toSchema(true).toBER()))}`;
  await keepFirst(file, text);
  const kept = await readSelfMade(file);
  if (kept === null) throw new SealError(SealProblem.Missing);
  return kept;
}

/** Whole or not at all, and never over another one. */
async function keepFirst(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    await link(temporary, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw new SealError(SealProblem.Missing, { cause: error });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @returns a certificate that names itself as its issuer, as certificates without an authority do */
export async function selfSigned(pair: webcrypto.CryptoKeyPair, host: string, now: Date): Promise<Certificate> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: bufferOf(serialNumber()) });
  certificate.issuer = nameOf(host);
  certificate.subject = nameOf(host);
  certificate.notBefore.value = new Date(now.getTime() - BACKDATED_MS);
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  certificate.notAfter.value = end;
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey);
  const keyId = await webcrypto.subtle.digest(
    'SHA-1',
    certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView,
  );
  certificate.extensions = [
    extension(OID.basicConstraints, true, new BasicConstraints({ cA: false }).toSchema().toBER()),
    extension(OID.keyUsage, true, new BitString({ valueHex: bufferOf(SEALING_USAGE), unusedBits: 6 }).toBER()),
    extension(OID.subjectKeyIdentifier, false, new OctetString({ valueHex: keyId }).toBER()),
  ];
  await certificate.sign(pair.privateKey, 'SHA-256');
  return certificate;
}

/** One set for each part: the library would put all of them in one, which readers show oddly. */
function nameOf(host: string): RelativeDistinguishedNames {
  const parts = [
    new AttributeTypeAndValue({ type: OID.country, value: new PrintableString({ value: 'NL' }) }),
    new AttributeTypeAndValue({ type: OID.organisation, value: new Utf8String({ value: 'Proeve' }) }),
    new AttributeTypeAndValue({ type: OID.commonName, value: new Utf8String({ value: `Proeve-zegel van ${host}` }) }),
  ];
  const sequence = new Sequence({ value: parts.map((part) => new Asn1Set({ value: [part.toSchema()] })) });
  return RelativeDistinguishedNames.fromBER(sequence.toBER());
}

function extension(extnID: string, critical: boolean, extnValue: ArrayBuffer): Extension {
  return new Extension({ extnID, critical, extnValue });
}

/** 16 random bytes that read as a positive number without a leading zero. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function pem(kind: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
}
