import { loadMigrateSettings } from '../platform/config.ts';
import { migrate } from '../prisma/migrate.ts';
import { print, runScript } from './lib/terminal.ts';

await runScript(async () => {
  const { ownerUrl, appRole } = loadMigrateSettings();
  const applied = await migrate({ ownerUrl, appRole, log: print });
  print(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length} migrations.`);
  return 0;
});
