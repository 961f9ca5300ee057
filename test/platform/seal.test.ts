import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentInfo, SignedData } from 'pkijs';
import { createSeal, type SealConfig, type SealKey, sealSentence } from '../../platform/seal/index.ts';
import { bufferOf, x509Of } from '../../platform/seal/seal-key.ts';
import { type Identity, makeIdentity, toPkcs12 } from '../support/certificates.ts';
import { type Misconduct, startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const DIGEST = createHash('sha256').update('a document').digest();
const SIGNED_DATA = '1.2.840.113549.1.7.2';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proeve-seal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configured(more: Partial<SealConfig> = {}): SealConfig {
  return {
    pkcs12: null,
    selfMadeFile: join(folder, 'seal.pem'),
    host: 'examens.school.example',
    timestamp: null,
    ...more,
  };
}

/** @returns a setting for that identity, with its file */
async function withPkcs12(identity: Identity, password = 'geheim€', others: Identity[] = []): Promise<SealConfig> {
  const file = join(folder, 'seal.p12');
  writeFileSync(
    file,
    await toPkcs12(
      identity,
      password,
      others.map(({ certificate }) => certificate),
    ),
  );
  return configured({ pkcs12: { file, password } });
}

function parse(signature: Uint8Array): SignedData {
  const content = ContentInfo.fromBER(bufferOf(signature));
  expect(content.contentType).toBe(SIGNED_DATA);
  return new SignedData({ schema: content.content });
}

describe('self-made seal', () => {
  it('is made once, for five years, readable for its owner only, and read the next time', async () => {
    const first = await createSeal(configured(), () => NOW).ready();
    const second = await createSeal(configured(), () => NOW).ready();
    expect(first.isSelfMade).toBe(true);
    expect(first.subject).toBe('Proeve-zegel van examens.school.example');
    expect(first.notAfter.toISOString()).toBe('2031-11-23T10:00:00.000Z');
    expect(x509Of(second.certificate).fingerprint256).toBe(x509Of(first.certificate).fingerprint256);
    expect(statSync(join(folder, 'seal.pem')).mode & 0o777).toBe(0o600);
    const { keyUsage, subject } = x509Of(first.certificate);
    expect(keyUsage).toBeUndefined();
    expect(subject).toBe('C=NL\nO=Proeve\nCN=Proeve-zegel van examens.school.example');
  });

  it('is the same for two processes that start at once', async () => {
    const both = await Promise.all([1, 2].map(() => createSeal(configured(), () => NOW).ready()));
    const [first, second] = both.map(({ certificate }) => x509Of(certificate).fingerprint256);
    expect(first).toBe(second);
  });

  it('is made anew in the last month, and the old one stays beside it', async () => {
    const first = await createSeal(configured(), () => NOW).ready();
    const later = await createSeal(configured(), () => new Date('2031-11-01T10:00:00Z')).ready();
    expect(later.notAfter.toISOString()).toBe('2036-11-01T10:00:00.000Z');
    expect(readFileSync(join(folder, 'seal.pem.2031-11-23'), 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(x509Of(later.certificate).fingerprint256).not.toBe(x509Of(first.certificate).fingerprint256);
  });

  it('is never made over a damaged one', async () => {
    writeFileSync(join(folder, 'seal.pem'), 'half a file');
    await expect(createSeal(configured()).ready()).rejects.toMatchObject({ code: 'SEAL_UNUSABLE' });
    expect(readFileSync(join(folder, 'seal.pem'), 'utf8')).toBe('half a file');
  });

  it('says so when its folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const seal = createSeal(configured({ selfMadeFile: join(folder, 'file', 'seal.pem') }));
    await expect(seal.ready()).rejects.toMatchObject({ code: expect.stringMatching(/^SEAL_(MISSING|UNUSABLE)$/) });
  });
});

describe('seal of a PKCS#12 file', () => {
  let authority: Identity;
  let school: Identity;
  beforeAll(async () => {
    authority = await makeIdentity({ name: 'Test CA' });
    school = await makeIdentity({ name: 'ROC Voorbeeld', issuer: authority });
  });

  it('has the key, its certificate and the issuers that came along', async () => {
    const key = await createSeal(await withPkcs12(school, 'geheim€', [authority]), () => NOW).ready();
    expect(key).toMatchObject({ subject: 'ROC Voorbeeld', isSelfMade: false });
    expect(key.issuers.map((each) => x509Of(each).subject)).toEqual(['CN=Test CA']);
  });

  it.each([
    [
      'a wrong password',
      async () => ({ ...(await withPkcs12(school)).pkcs12, password: 'fout' }),
      'SEAL_WRONG_PASSWORD',
    ],
    ['no file', async () => ({ file: join(folder, 'nothing.p12'), password: '' }), 'SEAL_MISSING'],
  ] as const)('is refused with %s', async (_, pkcs12, code) => {
    const seal = createSeal(configured({ pkcs12: (await pkcs12()) as SealConfig['pkcs12'] }), () => NOW);
    await expect(seal.ready()).rejects.toMatchObject({ code });
    expect(await seal.status()).toMatchObject({ problem: code, subject: '' });
  });

  it('is refused when the file is something else, or the certificate is not that of the key', async () => {
    const file = join(folder, 'seal.p12');
    writeFileSync(file, 'no certificate');
    await expect(createSeal(configured({ pkcs12: { file, password: '' } })).ready()).rejects.toMatchObject({
      code: 'SEAL_UNUSABLE',
    });
    writeFileSync(file, await toPkcs12({ certificate: authority.certificate, keys: school.keys }, 'x'));
    await expect(createSeal(configured({ pkcs12: { file, password: 'x' } })).ready()).rejects.toMatchObject({
      code: 'SEAL_UNUSABLE',
    });
  });

  it('seals nothing before and after its days, and tells', async () => {
    const short = await makeIdentity({
      name: 'ROC Voorbeeld',
      issuer: authority,
      notBefore: '2026-11-20T00:00:00Z',
      notAfter: '2026-11-25T00:00:00Z',
    });
    const config = await withPkcs12(short);
    const at = (day: string) => createSeal(config, () => new Date(`${day}T12:00:00Z`));
    await expect(at('2026-11-19').ready()).rejects.toMatchObject({ code: 'SEAL_NOT_YET_VALID' });
    await expect(at('2026-11-25').ready()).rejects.toMatchObject({ code: 'SEAL_EXPIRED' });
    await expect(at('2026-11-22').ready()).resolves.toMatchObject({ subject: 'ROC Voorbeeld' });
    expect(sealSentence(await at('2026-11-25').status(), NOW)).toBe(
      'The certificate of the seal has expired: documents wait, unsealed ones are never stored.',
    );
    expect(sealSentence(await at('2026-11-22').status(), new Date('2026-11-22T12:00:00Z'))).toBe(
      'The certificate of the seal (ROC Voorbeeld) ends on 2026-11-25; after that documents wait.',
    );
  });

  it('is read again when the file was replaced, without a restart', async () => {
    const seal = createSeal(await withPkcs12(school), () => NOW);
    await seal.ready();
    const renewed = await makeIdentity({ name: 'ROC Voorbeeld 2', issuer: authority });
    await withPkcs12(renewed);
    utimesSync(join(folder, 'seal.p12'), NOW, NOW);
    expect((await seal.ready()).subject).toBe('ROC Voorbeeld 2');
  });
});

describe('signature of a seal', () => {
  it('verifies over the digest, and names its certificate and nothing of the moment', async () => {
    const seal = createSeal(configured(), () => NOW);
    const key = await seal.ready();
    const { signature, timestampedAt } = await seal.sign(key, DIGEST);
    expect(timestampedAt).toBeNull();
    const signed = parse(signature);
    expect(await signed.verify({ signer: 0, data: bufferOf(Buffer.from('a document')) })).toBe(true);
    await expect(signed.verify({ signer: 0, data: bufferOf(Buffer.from('another')) })).rejects.toThrow(/digest/);
    const types = signed.signerInfos[0]?.signedAttrs?.attributes.map(({ type }) => type);
    // Content type, message digest, ESS signing-certificate-v2; a signing time is not allowed in PAdES baseline.
    expect(types).toEqual(['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.16.2.47']);
  });

  it('is the same each time, and fits the room that is left for it', async () => {
    const seal = createSeal(configured(), () => NOW);
    const key = await seal.ready();
    const [first, second] = [await seal.sign(key, DIGEST), await seal.sign(key, DIGEST)];
    expect(Buffer.from(first.signature).equals(second.signature)).toBe(true);
    expect(first.signature.length).toBeLessThan(seal.roomFor(key));
  });
});

describe('timestamp of an authority', () => {
  let root: Identity;
  let authority: TimestampAuthority;
  beforeAll(async () => {
    root = await makeIdentity({ name: 'TSA root' });
    const identity = await makeIdentity({ name: 'TSA', issuer: root, isForTimestamps: true });
    authority = await startTimestampAuthority(identity, () => NOW);
  });
  afterAll(() => authority.close());
  afterEach(() => authority.misbehave(null));

  const known = (identity: Identity) => [new X509Certificate(Buffer.from(identity.certificate.toSchema(true).toBER()))];

  async function sign(authorities: readonly X509Certificate[] = [], url = authority.url) {
    const seal = createSeal(configured({ timestamp: { url, authorities } }), () => NOW);
    const key: SealKey = await seal.ready();
    const made = await seal.sign(key, DIGEST);
    return { ...made, room: seal.roomFor(key) };
  }

  it('is put beside the signature, which stays valid', async () => {
    const { signature, timestampedAt, room } = await sign(known(root));
    expect(timestampedAt).toEqual(NOW);
    const signed = parse(signature);
    expect(await signed.verify({ signer: 0, data: bufferOf(Buffer.from('a document')) })).toBe(true);
    const types = signed.signerInfos[0]?.unsignedAttrs?.attributes.map(({ type }) => type);
    expect(types).toEqual(['1.2.840.113549.1.9.16.2.14']);
    expect(signature.length).toBeLessThan(room);
  });

  it.each<Misconduct>([
    'refuses',
    'anotherImprint',
    'anotherNonce',
    'badSignature',
    'oldClock',
    'nonsense',
    'tooLarge',
    'error',
  ])('is not taken from an authority that %s', async (how) => {
    authority.misbehave(how);
    await expect(sign()).rejects.toMatchObject({ code: 'SEAL_TIMESTAMP_FAILED' });
  });

  it('is not taken from an authority that nobody named, nor with a certificate for something else', async () => {
    const stranger = await makeIdentity({ name: 'Another root' });
    await expect(sign(known(stranger))).rejects.toMatchObject({ code: 'SEAL_TIMESTAMP_FAILED' });
    const plain = await startTimestampAuthority(await makeIdentity({ name: 'No TSA', issuer: root }), () => NOW);
    await expect(sign([], plain.url)).rejects.toMatchObject({ code: 'SEAL_TIMESTAMP_FAILED' });
    await plain.close();
    await expect(sign([], plain.url)).rejects.toMatchObject({ code: 'SEAL_TIMESTAMP_FAILED' });
  });
});
