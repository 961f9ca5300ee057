/** A timestamp authority (RFC 3161) on this machine, which can also be made to answer wrongly. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import {
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  MessageImprint,
  PKIStatusInfo,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
  TimeStampReq,
  TimeStampResp,
  TSTInfo,
} from 'pkijs';
import { bufferOf } from '../../platform/seal/seal-key.ts';
import type { Identity } from './certificates.ts';

/** What it does wrong. */
export type Misconduct =
  | 'refuses'
  | 'anotherImprint'
  | 'anotherNonce'
  | 'badSignature'
  | 'oldClock'
  | 'nonsense'
  | 'tooLarge'
  | 'silent'
  | 'error';

export interface TimestampAuthority {
  readonly url: string;
  /** How often it was asked. */
  readonly asked: () => number;
  misbehave(how: Misconduct | null): void;
  close(): Promise<void>;
}

const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const REJECTION = 2;

export async function startTimestampAuthority(identity: Identity, now: () => Date): Promise<TimestampAuthority> {
  let misconduct: Misconduct | null = null;
  let asked = 0;
  const server: Server = createServer(async (request, response) => {
    asked += 1;
    if (misconduct === 'silent') return;
    if (misconduct === 'error') return void response.writeHead(503).end();
    if (misconduct === 'nonsense') return void response.end('nothing of the kind');
    if (misconduct === 'tooLarge') return void response.end(Buffer.alloc(200_000));
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
    response.end(await answer(identity, request, misconduct, now()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    misbehave(how) {
      misconduct = how;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(identity: Identity, request: IncomingMessage, misconduct: Misconduct | null, now: Date) {
  const query = TimeStampReq.fromBER(bufferOf(await buffer(request)));
  if (misconduct === 'refuses') {
    return derOf(new TimeStampResp({ status: new PKIStatusInfo({ status: REJECTION }) }));
  }
  const other = new OctetString({ valueHex: bufferOf(createHash('sha256').update('other').digest()) });
  const { hashAlgorithm } = query.messageImprint;
  const nonce = misconduct === 'anotherNonce' ? new Integer({ value: 7 }) : query.nonce;
  const info = new TSTInfo({
    version: 1,
    policy: '1.2.3.4.5',
    messageImprint:
      misconduct === 'anotherImprint'
        ? new MessageImprint({ hashAlgorithm, hashedMessage: other })
        : query.messageImprint,
    serialNumber: new Integer({ value: 42 }),
    genTime: misconduct === 'oldClock' ? new Date(now.getTime() - 86_400_000) : now,
    ...(nonce ? { nonce } : {}),
  });
  const token = await signInfo(identity, derOf(info), misconduct === 'badSignature');
  return derOf(new TimeStampResp({ status: new PKIStatusInfo({ status: 0 }), timeStampToken: token }));
}

async function signInfo({ certificate, keys }: Identity, info: Uint8Array, isBroken: boolean): Promise<ContentInfo> {
  const digest = createHash('sha256').update(info).digest();
  const certificateHash = createHash('sha256')
    .update(Buffer.from(certificate.toSchema(true).toBER()))
    .digest();
  const essCertificate = new Sequence({ value: [new OctetString({ valueHex: bufferOf(certificateHash) })] });
  const attributes = [
    new Attribute({ type: '1.2.840.113549.1.9.3', values: [new ObjectIdentifier({ value: TIMESTAMP_INFO })] }),
    new Attribute({ type: '1.2.840.113549.1.9.4', values: [new OctetString({ valueHex: bufferOf(digest) })] }),
    new Attribute({
      type: '1.2.840.113549.1.9.16.2.47',
      values: [new Sequence({ value: [new Sequence({ value: [essCertificate] })] })],
    }),
  ];
  const signed = new SignedData({
    version: 3,
    encapContentInfo: contentOf(info),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [certificate],
  });
  await signed.sign(keys.privateKey, 0, 'SHA-256');
  if (isBroken) {
    const [signer] = signed.signerInfos;
    const bytes = new Uint8Array(signer?.signature.valueBlock.valueHexView ?? []);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    if (signer) signer.signature = new OctetString({ valueHex: bufferOf(bytes) });
  }
  return new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) });
}

/** In one piece, as DER wants it; the library would cut it up. */
function contentOf(info: Uint8Array): EncapsulatedContentInfo {
  const content = new EncapsulatedContentInfo({ eContentType: TIMESTAMP_INFO });
  content.eContent = new OctetString({ valueHex: bufferOf(info) });
  return content;
}

function derOf(value: { toSchema(): { toBER(): ArrayBuffer } }): Uint8Array {
  return new Uint8Array(value.toSchema().toBER());
}
