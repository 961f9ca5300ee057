/** Puts an installation back: record, files, keys; and proves that it is what was copied. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMigrateSettings, type StartSettings } from '../../../platform/config.ts';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { type Home, openHome, readOrCreateSecrets, writeJson } from '../../../platform/services/home.ts';
import { lockHome } from '../../../platform/services/lock.ts';
import { connectionUrl, startPostgres } from '../../../platform/services/postgres.ts';
import {
  APP_ROLE,
  ensureDatabase,
  OWNER_ROLE,
  prepareRoles,
  withClient,
} from '../../../platform/services/postgres-roles.ts';
import { ServiceProblem } from '../../../platform/services/problem.ts';
import { compareWithAnchor, queryBy } from '../../../prisma/integrity/anchors.ts';
import { readAsOfNow } from '../../../prisma/integrity/reader.ts';
import { type AuditReport, audit } from '../audit.ts';
import { chooseStackPorts, DATABASE_NAME } from '../stack-parts.ts';
import { checkCopy } from './check.ts';
import { copyDirOf, documentsDirOf, keysFile, type Manifest, readFileList, readManifest } from './format.ts';
import { type KeptSecrets, openSecrets } from './keys.ts';
import { loadCopy, requireEmpty } from './load.ts';

export interface RestoreOptions {
  readonly settings: StartSettings;
  readonly backupDir: string;
  /** Name of the copy; the newest when not given. */
  readonly copy?: string | undefined;
  /** File with the keys, where they were kept apart. */
  readonly keysFile?: string | undefined;
  readonly say: (line: string) => void;
}

export interface RestoreReport {
  readonly madeAt: string;
  readonly audit: AuditReport;
  /** Whether mailed links work again: the keys were in the copy, or kept apart, or are in the settings. */
  readonly hasKeys: boolean;
  /** Mails that waited when the copy was made, and go out now: some may have gone before. */
  readonly waitingMails: number;
}

/**
 * Into the database that the settings name, or else into a home without an installation.
 * @throws ServiceProblem when the target is not empty, the copy is damaged, or keys cannot be opened; nothing is written then
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { settings, backupDir, say } = options;
  const copyDir = copyDirOf(backupDir, options.copy);
  const manifest = readManifest(copyDir);
  say(`Restoring the record of ${manifest.madeAt}.`);
  const secrets = findSecrets(options, copyDir);
  await checkCopy(backupDir, copyDir, { hasAllBytes: true });
  say('The copy is whole.');
  const work = (target: Target) => putBack(options, copyDir, manifest, target);
  return settings.databaseUrl === undefined
    ? intoHome(options, secrets, work)
    : intoNamedDatabase(options, secrets, work);
}

interface Target {
  readonly ownerUrl: string;
  readonly url: string;
  readonly appRole: string | undefined;
  readonly hasKeys: boolean;
}

function findSecrets({ keysFile: apart, settings }: RestoreOptions, copyDir: string): KeptSecrets | undefined {
  const file = apart ?? keysFile(copyDir);
  if (apart === undefined && !existsSync(file)) return undefined;
  return openSecrets(file, settings.backupPassphrase);
}

async function intoNamedDatabase(
  { settings, say }: RestoreOptions,
  secrets: KeptSecrets | undefined,
  work: (target: Target) => Promise<RestoreReport>,
): Promise<RestoreReport> {
  const { ownerUrl, appRole } = loadMigrateSettings(settings.environment);
  await withClient(ownerUrl, requireEmpty);
  const report = await work({
    ownerUrl,
    url: settings.databaseUrl ?? ownerUrl,
    appRole,
    hasKeys: settings.keys !== undefined,
  });
  if (secrets === undefined) return report;
  openHome(settings.home);
  const file = join(settings.home, 'restored-keys.json');
  writeJson(file, secrets);
  say(`The keys of the copy stand in ${file}: set PROEVE_KEYS to them, then remove the file.`);
  return { ...report, hasKeys: true };
}

/** A home of which only programs and settings may be there; what this made is taken away again when it fails. */
async function intoHome(
  { settings, say }: RestoreOptions,
  secrets: KeptSecrets | undefined,
  work: (target: Target) => Promise<RestoreReport>,
): Promise<RestoreReport> {
  if (['postgres', 'secrets.json'].some((name) => existsSync(join(settings.home, name)))) {
    const message = `${settings.home} holds an installation already. Nothing was changed: set PROEVE_HOME to another folder, or move this one away.`;
    throw new ServiceProblem('BAD_HOME', message);
  }
  const home = openHome(settings.home);
  const lock = await lockHome(home.lockFile, home.dir, 0);
  try {
    return await inOwnDatabase(settings, home, secrets, say, work);
  } catch (error) {
    for (const made of [home.postgresDir, join(home.dir, 'secrets.json')])
      rmSync(made, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
}

async function inOwnDatabase(
  settings: StartSettings,
  home: Home,
  kept: KeptSecrets | undefined,
  say: (line: string) => void,
  work: (target: Target) => Promise<RestoreReport>,
): Promise<RestoreReport> {
  const secrets = readOrCreateSecrets(home);
  if (kept !== undefined) {
    writeJson(join(home.dir, 'secrets.json'), { ...secrets, keys: kept.keys });
    if (kept.seal !== null) writeFileSync(settings.sealFile, kept.seal, { mode: 0o600, flush: true });
  }
  const { postgres: port } = await chooseStackPorts(settings, home, say);
  const server = await startPostgres({
    dataDir: home.postgresDir,
    port,
    password: secrets.postgresPassword,
    runDir: home.runDir,
    logFile: join(home.logDir, 'postgres.log'),
    say,
  });
  try {
    const superUrl = server.url('postgres');
    await prepareRoles(superUrl, { owner: secrets.ownerPassword, app: secrets.appPassword });
    await ensureDatabase(superUrl, DATABASE_NAME);
    const urlOf = (role: string, password: string) => connectionUrl({ role, password, port, database: DATABASE_NAME });
    return await work({
      ownerUrl: urlOf(OWNER_ROLE, secrets.ownerPassword),
      url: urlOf(APP_ROLE, secrets.appPassword),
      appRole: APP_ROLE,
      hasKeys: kept !== undefined || settings.keys !== undefined,
    });
  } finally {
    await server.stop();
  }
}

async function putBack(
  { settings, backupDir, say }: RestoreOptions,
  copyDir: string,
  manifest: Manifest,
  { ownerUrl, url, appRole, hasKeys }: Target,
): Promise<RestoreReport> {
  await loadCopy({ copyDir, manifest, ownerUrl, appRole, say });
  const documents = createFileDocumentStore(settings.documentsDir);
  await putFilesBack(backupDir, copyDir, documents);
  say(`Put back ${manifest.documents.count} files. Verifying everything.`);
  const report = await audit(url, { bytes: documents });
  const differing = await readAsOfNow(url, async (reader) => {
    const found = [];
    for (const header of manifest.heads)
      found.push(...(await compareWithAnchor(queryBy(reader), { header, heads: noHeads, hasHeads: false })));
    const [waiting] = await reader.rows<{ count: number }>(
      "SELECT count(*)::int AS count FROM mail WHERE state IN ('queued', 'claimed', 'unknown')",
    );
    return { found, waitingMails: waiting?.count ?? 0 };
  });
  const findings = [...report.findings, ...differing.found];
  const whole = { ...report, findings, findingCount: findings.length, isWhole: findings.length === 0 };
  return { madeAt: manifest.madeAt, audit: whole, hasKeys, waitingMails: differing.waitingMails };
}

async function putFilesBack(
  backupDir: string,
  copyDir: string,
  documents: ReturnType<typeof createFileDocumentStore>,
): Promise<void> {
  const from = createFileDocumentStore(documentsDirOf(backupDir));
  for (const { sha256 } of readFileList(copyDir)) {
    const bytes = await from.get(sha256);
    if (bytes !== undefined) await documents.put(bytes);
  }
}

async function* noHeads(): AsyncGenerator<never[]> {
  yield [];
}
