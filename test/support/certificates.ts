/** Certificates, authorities and PKCS#12 files made for a test, as an authority would make them. */
import { webcrypto } from 'node:crypto';
import { BitString, Integer, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  AuthenticatedSafe,
  BasicConstraints,
  CertBag,
  Certificate,
  Extension,
  ExtKeyUsage,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from 'pkijs';

export interface Identity {
  readonly certificate: Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface CertificateOptions {
  readonly name: string;
  /** Absent: it is an authority of its own. */
  readonly issuer?: Identity;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** For timestamps. */
  readonly isForTimestamps?: boolean;
}

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const COMMON_NAME = '2.5.4.3';
const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';
let serial = 1;

export async function makeIdentity(options: CertificateOptions): Promise<Identity> {
  const { name, issuer, notBefore = '2020-01-01T00:00:00Z', notAfter = '2040-01-01T00:00:00Z' } = options;
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = new Certificate();
  certificate.version = 2;
  serial += 1;
  certificate.serialNumber = new Integer({ value: serial });
  certificate.subject.typesAndValues.push(
    new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: name }) }),
  );
  certificate.issuer = issuer?.certificate.subject ?? certificate.subject;
  certificate.notBefore.value = new Date(notBefore);
  certificate.notAfter.value = new Date(notAfter);
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  const basic = new BasicConstraints({ cA: issuer === undefined }).toSchema().toBER();
  const usage = new BitString({ valueHex: new Uint8Array([0b1100_0100]).buffer, unusedBits: 2 }).toBER();
  const purposes = new ExtKeyUsage({ keyPurposes: [TIMESTAMPING] }).toSchema().toBER();
  certificate.extensions = [
    new Extension({ extnID: '2.5.29.19', critical: true, extnValue: basic }),
    new Extension({ extnID: '2.5.29.15', critical: true, extnValue: usage }),
    ...(options.isForTimestamps ? [new Extension({ extnID: '2.5.29.37', critical: true, extnValue: purposes })] : []),
  ];
  await certificate.sign(issuer?.keys.privateKey ?? keys.privateKey, 'SHA-256');
  return { certificate, keys };
}

/** With AES-256 and SHA-256, as OpenSSL 3 makes them. */
export async function toPkcs12(
  { certificate, keys }: Identity,
  password: string,
  others: readonly Certificate[] = [],
): Promise<Uint8Array> {
  const secret = new TextEncoder().encode(password).buffer as ArrayBuffer;
  const encryption = {
    password: secret,
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 },
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: 2048,
  };
  const info = PrivateKeyInfo.fromBER(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const shrouded = new PKCS8ShroudedKeyBag({ parsedValue: info });
  await shrouded.makeInternalValues(encryption as never);
  const keyBag = new SafeBag({ bagId: '1.2.840.113549.1.12.10.1.2', bagValue: shrouded });
  const certificateBags = [certificate, ...others].map(
    (each) => new SafeBag({ bagId: '1.2.840.113549.1.12.10.1.3', bagValue: new CertBag({ parsedValue: each }) }),
  );
  const pfx = new PFX({
    parsedValue: {
      integrityMode: 0,
      authenticatedSafe: new AuthenticatedSafe({
        parsedValue: {
          safeContents: [
            { privacyMode: 0, value: new SafeContents({ safeBags: [keyBag] }) },
            { privacyMode: 1, value: new SafeContents({ safeBags: certificateBags }) },
          ],
        },
      }),
    },
  });
  await pfx.parsedValue?.authenticatedSafe?.makeInternalValues({ safeContents: [{}, encryption] } as never);
  await pfx.makeInternalValues({
    password: secret,
    iterations: 2048,
    pbkdf2HashAlgorithm: 'SHA-256' as never,
    hmacHashAlgorithm: 'SHA-256',
  });
  return new Uint8Array(pfx.toSchema().toBER());
}
