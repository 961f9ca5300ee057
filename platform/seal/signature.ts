/**
 * The signature inside a sealed PDF: CMS (RFC 5652), detached, as PAdES baseline-B asks (ETSI EN 319 142-1): content type,
 * message digest and the ESS signing-certificate-v2 (RFC 5035) are signed; the moment stands in the PDF. With a timestamp of an
 * authority it is baseline-T.
 */
import { createHash } from 'node:crypto';
import { fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import {
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { bufferOf, type SealKey } from './seal-key.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
} as const;
const SIGNED = 0;
const UNSIGNED = 1;

/** Asks an authority about a signature. @returns a token in DER */
export type AskTimestamp = (signature: Uint8Array) => Promise<Uint8Array>;

/**
 * @param digest SHA-256 of the bytes that are sealed
 * @param askTimestamp absent: no timestamp
 * @returns the signature in DER
 */
export async function signDigest(key: SealKey, digest: Uint8Array, askTimestamp?: AskTimestamp): Promise<Uint8Array> {
  const { certificate, issuers } = key;
  const signer = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
    signedAttrs: new SignedAndUnsignedAttributes({ type: SIGNED, attributes: signedAttributes(key, digest) }),
  });
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
    signerInfos: [signer],
    certificates: [certificate, ...issuers],
  });
  await signed.sign(key.privateKey, 0, 'SHA-256');
  if (askTimestamp) {
    const token = await askTimestamp(signer.signature.valueBlock.valueHexView);
    const attribute = new Attribute({
      type: OID.signatureTimestamp,
      values: [fromBER(bufferOf(token)).result],
    });
    signer.unsignedAttrs = new SignedAndUnsignedAttributes({ type: UNSIGNED, attributes: [attribute] });
  }
  const content = new ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
  return new Uint8Array(content.toSchema().toBER());
}

/** In the order that DER wants of a set: readers encode it anew before they check. */
function signedAttributes({ certificate }: SealKey, digest: Uint8Array): Attribute[] {
  const certificateHash = createHash('sha256')
    .update(Buffer.from(certificate.toSchema(true).toBER()))
    .digest();
  const essCertificate = new Sequence({ value: [new OctetString({ valueHex: bufferOf(certificateHash) })] });
  const attributes = [
    new Attribute({ type: OID.contentType, values: [new ObjectIdentifier({ value: OID.data })] }),
    new Attribute({ type: OID.messageDigest, values: [new OctetString({ valueHex: bufferOf(digest) })] }),
    new Attribute({
      type: OID.signingCertificateV2,
      values: [new Sequence({ value: [new Sequence({ value: [essCertificate] })] })],
    }),
  ];
  const encoded = (attribute: Attribute) => Buffer.from(attribute.toSchema().toBER());
  return attributes.sort((a, b) => Buffer.compare(encoded(a), encoded(b)));
}
