import type { StartSettings } from '../../platform/config.ts';

const OF_ANOTHER = [
  'PORT',
  'MAILBOX_PORT',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'SMTP_URL',
  'PUBLIC_URL',
  'DOCUMENTS_DIR',
];

/**
 * Settings for a run of its own beside an installation: nothing of the operator's is used but the programs, whatever the
 * settings name.
 */
export function separateSettings(settings: StartSettings): StartSettings {
  const isShared = (name: string) =>
    !OF_ANOTHER.includes(name) && (!name.startsWith('TEMPORAL_') || name.endsWith('_PATH'));
  const environment = Object.fromEntries(Object.entries(settings.environment).filter(([name]) => isShared(name)));
  return {
    ...settings,
    mode: 'development',
    port: undefined,
    mailboxPort: undefined,
    databaseUrl: undefined,
    databaseOwnerUrl: undefined,
    temporalAddress: undefined,
    smtpUrl: undefined,
    environment: { ...environment, NODE_ENV: 'development' },
  };
}
