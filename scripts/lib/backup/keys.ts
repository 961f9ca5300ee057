/** The secret keys of an installation in a backup: encrypted with a passphrase, or in a file of their own. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StartSettings } from '../../../platform/config.ts';
import { readJson } from '../../../platform/services/home.ts';
import { ServiceProblem } from '../../../platform/services/problem.ts';

const secretsSchema = z.object({
  /** As in PROEVE_KEYS. */
  keys: z.string().min(1),
  /** The certificate that Proeve made for itself, with its key; null: the operator's own is used, or none. */
  seal: z.string().nullable(),
});
export type KeptSecrets = z.infer<typeof secretsSchema>;

const sealedSchema = z.object({
  v: z.literal(1),
  salt: z.base64(),
  iv: z.base64(),
  tag: z.base64(),
  data: z.base64(),
});

/** As OWASP advises for scrypt: some tenth of a second and 128 MB for each guess. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };

/** @throws ServiceProblem when the installation has no keys that can be found from here */
export function readInstalledSecrets(settings: StartSettings): KeptSecrets {
  const recorded = z.object({ keys: z.string() }).safeParse(readJson(join(settings.home, 'secrets.json'))).data?.keys;
  const keys = settings.keys ?? recorded;
  if (keys === undefined) {
    throw new ServiceProblem('BAD_HOME', 'The secret keys were not found: PROEVE_KEYS is not set here.');
  }
  return { keys, seal: existsSync(settings.sealFile) ? readFileSync(settings.sealFile, 'utf8') : null };
}

/** AES-256-GCM under a key that scrypt makes of the passphrase. */
export function sealSecrets(secrets: KeptSecrets, passphrase: string): unknown {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, SCRYPT), iv);
  const data = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  const text = (bytes: Buffer) => bytes.toString('base64');
  return { v: 1, salt: text(salt), iv: text(iv), tag: text(cipher.getAuthTag()), data: text(data) };
}

/**
 * Reads keys as they were kept: encrypted or not.
 * @throws ServiceProblem when the passphrase is missing or wrong, or the file is none of ours
 */
export function openSecrets(file: string, passphrase: string | undefined): KeptSecrets {
  const content = readJson(file);
  const plain = secretsSchema.safeParse(content);
  if (plain.success) return plain.data;
  const sealed = sealedSchema.safeParse(content);
  if (!sealed.success) throw new ServiceProblem('BAD_HOME', `${file} holds no keys of Proeve.`);
  if (passphrase === undefined) {
    throw new ServiceProblem('BAD_HOME', `The keys in ${file} are encrypted: set BACKUP_PASSPHRASE.`);
  }
  const { salt, iv, tag, data } = sealed.data;
  const bytes = (text: string) => Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', scryptSync(passphrase, bytes(salt), 32, SCRYPT), bytes(iv));
    decipher.setAuthTag(bytes(tag));
    const text = Buffer.concat([decipher.update(bytes(data)), decipher.final()]).toString('utf8');
    return secretsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ServiceProblem('BAD_HOME', `BACKUP_PASSPHRASE is not the one of ${file}, or the file is damaged.`, {
      cause: error,
    });
  }
}
