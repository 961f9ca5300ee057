/**
 * A timestamp of an authority (RFC 3161): that a signature existed at a moment, said by somebody else than us.
 *
 * Contract
 * 1. What is returned was checked: granted, about exactly what was asked, with our nonce, signed by a certificate that is meant
 *    for timestamps and was valid then, at a moment near our own clock, and, when authorities are named, issued by one of them.
 * 2. Whatever else comes back, late or too large, is {@link SealError} `SEAL_TIMESTAMP_FAILED`.
 */
import { createHash, randomBytes, type X509Certificate } from 'node:crypto';
import { fromBER, Integer, OctetString, Sequence } from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ExtKeyUsage,
  MessageImprint,
  SignedData,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { bufferOf, SealError, x509Of } from './seal-key.ts';

const OID = {
  sha256: '2.16.840.1.101.3.4.2.1',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  extendedKeyUsage: '2.5.29.37',
  timestamping: '1.3.6.1.5.5.7.3.8',
} as const;
const GRANTED = [0, 1];
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Clocks differ; more than this is a broken clock, or an old answer. */
const MAX_SKEW_MS = 10 * 60_000;
const NONCE_BYTES = 8;

export interface TimestampOptions {
  readonly url: string;
  /** Certificates of which one must have issued the authority's; empty: any. */
  readonly authorities: readonly X509Certificate[];
  readonly now: () => Date;
  readonly timeoutMs?: number;
}

export interface Timestamp {
  /** The token, in DER. */
  readonly token: Uint8Array;
  /** When, said by the authority. */
  readonly at: Date;
}

/** @param signature what the moment is about @throws SealError */
export async function askTimestamp(options: TimestampOptions, signature: Uint8Array): Promise<Timestamp> {
  try {
    const digest = createHash('sha256').update(signature).digest();
    const nonce = positiveBytes();
    const answer = await post(options, requestFor(digest, nonce));
    const found = await check(options, answer, digest, nonce);
    await checkSigner(options, found.signed, signature, found.at);
    return { token: found.token, at: found.at };
  } catch (error) {
    throw error instanceof SealError ? error : new SealError('SEAL_TIMESTAMP_FAILED', { cause: error });
  }
}

function requestFor(digest: Buffer, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: OID.sha256 }),
      hashedMessage: new OctetString({ valueHex: bufferOf(digest) }),
    }),
    nonce: new Integer({ valueHex: bufferOf(nonce) }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

async function post({ url, timeoutMs = DEFAULT_TIMEOUT_MS }: TimestampOptions, body: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: bufferOf(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok || response.body === null) throw new Error(`the authority answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function check(options: TimestampOptions, answer: Uint8Array, digest: Buffer, nonce: Uint8Array) {
  const response = TimeStampResp.fromBER(bufferOf(answer));
  if (!GRANTED.includes(response.status.status) || !response.timeStampToken) throw new Error('it was not granted');
  const signed = new SignedData({ schema: response.timeStampToken.content });
  const content = signed.encapContentInfo.eContent;
  if (signed.encapContentInfo.eContentType !== OID.timestampInfo || !content) throw new Error('it is no timestamp');
  const info = TSTInfo.fromBER(content.getValue());
  const imprint = info.messageImprint;
  const isAboutIt =
    imprint.hashAlgorithm.algorithmId === OID.sha256 &&
    Buffer.from(imprint.hashedMessage.valueBlock.valueHexView).equals(digest);
  if (!isAboutIt) throw new Error('it is about something else');
  if (!info.nonce || !Buffer.from(info.nonce.valueBlock.valueHexView).equals(nonce))
    throw new Error('it is an old one');
  const at = info.genTime;
  if (Math.abs(at.getTime() - options.now().getTime()) > MAX_SKEW_MS) throw new Error('its clock is wrong');
  return { token: tokenOf(answer), signed, at };
}

/** The token to the byte: what the authority signed is not written anew. */
function tokenOf(answer: Uint8Array): Uint8Array {
  const { result } = fromBER(bufferOf(answer));
  const token = result instanceof Sequence ? result.valueBlock.value[1] : undefined;
  if (!token) throw new Error('there is no token');
  return Uint8Array.from(token.valueBeforeDecodeView);
}

async function checkSigner(
  { authorities }: TimestampOptions,
  signed: SignedData,
  signature: Uint8Array,
  at: Date,
): Promise<void> {
  const data = bufferOf(signature);
  const verdict = await signed.verify({ signer: 0, data, checkChain: false, extendedMode: true });
  const signer = verdict.signerCertificate;
  if (verdict.signatureVerified !== true || !signer) throw new Error('its signature does not verify');
  const usage = signer.extensions?.find(({ extnID }) => extnID === OID.extendedKeyUsage)?.parsedValue;
  if (!(usage instanceof ExtKeyUsage) || !usage.keyPurposes.includes(OID.timestamping)) {
    throw new Error('its certificate is not for timestamps');
  }
  const { validFromDate, validToDate } = x509Of(signer);
  if (at < validFromDate || at > validToDate) throw new Error('its certificate was not valid');
  if (authorities.length === 0) return;
  const others = (signed.certificates ?? []).flatMap((each) => (each instanceof Certificate ? [x509Of(each)] : []));
  if (!isIssuedBy(x509Of(signer), others, authorities)) throw new Error('it is not of an authority that we know');
}

/** Follows the issuers as far as they came along; each may be used once. */
function isIssuedBy(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  const isOf = (issuer: X509Certificate) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  if (authorities.some((each) => each.fingerprint256 === certificate.fingerprint256 || isOf(each))) return true;
  const issuer = others.find((each) => each.fingerprint256 !== certificate.fingerprint256 && isOf(each));
  if (!issuer) return false;
  const rest = others.filter((each) => each !== issuer);
  return isIssuedBy(issuer, rest, authorities);
}

/** Random bytes that read as a positive number without a leading zero, so that they come back as they were. */
function positiveBytes(): Uint8Array {
  const bytes = randomBytes(NONCE_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
