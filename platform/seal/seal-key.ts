/**
 * The key and certificate of the seal: from a PKCS#12 file of the operator, or self-made and kept in the home folder.
 *
 * Contract
 * 1. A key that is returned belongs to its certificate and can sign with SHA-256.
 * 2. Whether the certificate is valid now is not asked here: see {@link sealProblemAt}.
 * 3. No error holds the password or a part of the key.
 */
import { createPrivateKey, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CertBag, Certificate, PFX, PKCS8ShroudedKeyBag, PrivateKeyInfo, type SafeBag } from 'pkijs';
import { SealProblem } from './status.ts';

export { SealProblem } from './status.ts';

export class SealError extends Error {
  readonly code: SealProblem | 'SEAL_TIMESTAMP_FAILED' | 'SEAL_TOO_LARGE';
  constructor(code: SealError['code'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'SealError';
    this.code = code;
  }
}

export interface SealKey {
  readonly privateKey: webcrypto.CryptoKey;
  readonly certificate: Certificate;
  /** Certificates of its issuers that came along, to be put in the seal. */
  readonly issuers: readonly Certificate[];
  /** Whose certificate it is, for people: the common name, or the organisation. */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isSelfMade: boolean;
}

const ENCRYPTED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** @returns why this certificate seals nothing at that moment; null when it does */
export function sealProblemAt({ notBefore, notAfter }: Pick<SealKey, 'notBefore' | 'notAfter'>, now: Date) {
  if (now < notBefore) return SealProblem.NotYetValid;
  return now > notAfter ? SealProblem.Expired : null;
}

/**
 * Reads a PKCS#12 file (`.p12`, `.pfx`) as OpenSSL 3 and Windows (AES256-SHA256) write it.
 * @throws SealError
 */
export async function readPkcs12(file: string, password: string): Promise<SealKey> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new SealError(SealProblem.Missing, { cause: error });
  });
  const bags = await openPkcs12(bytes, password);
  const privateKey = await findPrivateKey(bags, password);
  const certificates = bags.flatMap((bag) =>
    bag.bagId === CERTIFICATE_BAG && bag.bagValue instanceof CertBag && bag.bagValue.parsedValue instanceof Certificate
      ? [bag.bagValue.parsedValue]
      : [],
  );
  return toSealKey(privateKey, certificates, false);
}

/**
 * @param certificates in any order; the one of the key is found
 * @throws SealError when none belongs to the key, or the key is of a kind that seals nothing
 */
export async function toSealKey(
  privateKey: KeyObject,
  certificates: readonly Certificate[],
  isSelfMade: boolean,
): Promise<SealKey> {
  const own = certificates.find((each) => x509Of(each).checkPrivateKey(privateKey));
  if (!own) throw new SealError(SealProblem.Unusable);
  const { validFromDate, validToDate } = x509Of(own);
  return {
    privateKey: await toCryptoKey(privateKey),
    certificate: own,
    issuers: certificates.filter((each) => each !== own),
    subject: subjectOf(own),
    notBefore: validFromDate,
    notAfter: validToDate,
    isSelfMade,
  };
}

export function x509Of(certificate: Certificate): X509Certificate {
  return new X509Certificate(Buffer.from(certificate.toSchema(true).toBER()));
}

/** Common name, else organisation, else the whole name. */
export function subjectOf(certificate: Certificate): string {
  const found = x509Of(certificate);
  const { CN, O } = found.toLegacyObject().subject;
  return [CN, O, found.subject].flat().find((text): text is string => typeof text === 'string' && text !== '') ?? '';
}

async function openPkcs12(bytes: Buffer, password: string): Promise<SafeBag[]> {
  const secret = bufferOf(new TextEncoder().encode(password));
  const pfx = parsePfx(bytes);
  try {
    await pfx.parseInternalValues({ password: secret, checkIntegrity: true });
  } catch (error) {
    // The first thing that is checked is a code over the content that takes the password.
    throw new SealError(SealProblem.WrongPassword, { cause: error });
  }
  try {
    const safe = pfx.parsedValue?.authenticatedSafe;
    await safe?.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password: secret })) });
    const contents: readonly { readonly value?: { readonly safeBags?: SafeBag[] } }[] =
      safe?.parsedValue.safeContents ?? [];
    return contents.flatMap(({ value }) => value?.safeBags ?? []);
  } catch (error) {
    throw new SealError(SealProblem.Unusable, { cause: error });
  }
}

function parsePfx(bytes: Buffer): PFX {
  try {
    return PFX.fromBER(bufferOf(bytes));
  } catch (error) {
    throw new SealError(SealProblem.Unusable, { cause: error });
  }
}

async function findPrivateKey(bags: readonly SafeBag[], password: string): Promise<KeyObject> {
  try {
    for (const { bagId, bagValue } of bags) {
      if (bagId === KEY_BAG && bagValue instanceof PrivateKeyInfo) return keyObjectOf(bagValue);
      if (bagId === ENCRYPTED_KEY_BAG && bagValue instanceof PKCS8ShroudedKeyBag) {
        await (bagValue as unknown as Shrouded).parseInternalValues({
          password: bufferOf(new TextEncoder().encode(password)),
        });
        if (bagValue.parsedValue) return keyObjectOf(bagValue.parsedValue);
      }
    }
  } catch (error) {
    throw new SealError(SealProblem.Unusable, { cause: error });
  }
  throw new SealError(SealProblem.Unusable);
}

/** The library hides from its types what it needs to open a bag. */
interface Shrouded {
  parseInternalValues(parameters: { readonly password: ArrayBuffer }): Promise<void>;
}

function keyObjectOf(info: PrivateKeyInfo): KeyObject {
  return createPrivateKey({ key: Buffer.from(info.toSchema().toBER()), format: 'der', type: 'pkcs8' });
}

async function toCryptoKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const isUsable = key.asymmetricKeyType === 'rsa' || (key.asymmetricKeyType === 'ec' && curve !== undefined);
  if (!isUsable) throw new SealError(SealProblem.Unusable);
  const algorithm =
    curve === undefined ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: curve };
  return webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
}

/** A buffer of its own: those of Node often share one. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}
