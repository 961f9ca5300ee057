import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/config.ts';
import { missingMigrationSql } from './lib/schema-engine.ts';
import { print, runScript } from './lib/terminal.ts';
import { releaseTestServer } from './lib/throwaway-postgres.ts';

const DRIFT = 2;
const USAGE = 'Usage: npm run migration -- NAME (small letters, digits and _), or npm run migration -- --check';

/** Writes the migration that brings the database to `schema.prisma`; with `--check` only tells whether one is missing. */
await runScript(async () => {
  const [name = ''] = process.argv.slice(2);
  if (name !== '--check' && !/^[a-z0-9_]{1,60}$/.test(name)) {
    print(USAGE);
    return 1;
  }
  const sql = await missingMigrationSql().finally(releaseTestServer);
  if (name === '--check') return report(sql);
  if (sql === undefined) {
    print('Nothing to write: the migrations make exactly what schema.prisma says.');
    return 0;
  }
  print(`Wrote ${write(name, sql)}. Read it before you commit it.`);
  return 0;
});

function report(sql: string | undefined): number {
  if (sql === undefined) {
    print('The migrations make exactly what schema.prisma says.');
    return 0;
  }
  print(`schema.prisma and the migrations differ. Run npm run migration -- NAME to write what is missing:\n\n${sql}`);
  return DRIFT;
}

function write(name: string, sql: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const relative = join('prisma', 'migrations', `${stamp}_${name}`);
  mkdirSync(join(projectRoot, relative), { recursive: true });
  writeFileSync(join(projectRoot, relative, 'migration.sql'), sql);
  return join(relative, 'migration.sql');
}
