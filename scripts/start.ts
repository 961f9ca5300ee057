import { relative } from 'node:path';
import { loadStartSettings } from '../platform/config.ts';
import { openHome } from '../platform/services/home.ts';
import { stopOrphans } from '../platform/services/process.ts';
import { type Stack, startStack } from './lib/stack.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';

/** A start that is stopped half-way (an installation, say) gets this long to come to a clean point. */
const STOP_DURING_START_MS = 15_000;

await runScript(async () => {
  const settings = loadStartSettings();
  const stopRequested = waitForStop();
  const starting = startStack({ settings, say: progressPrinter() });
  const first = await Promise.race([starting.then(() => 'started' as const), stopRequested]);
  if (first !== 'started') return stopDuringStart(starting, settings.home);
  const stack = await starting;
  announce(stack);
  await stopRequested;
  print('\nStopping Proeve …');
  await stack.stop();
  print('Stopped. The data are kept.');
  return 0;
}).finally(() => process.exit());

/** Resolves at Ctrl-C, a request to end, a closed terminal, or when the process that started us is gone. */
function waitForStop(): Promise<'stop'> {
  return new Promise((resolve) => {
    for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
      process.on(event, () => resolve('stop'));
  });
}

async function stopDuringStart(starting: Promise<Stack>, homeDir: string): Promise<number> {
  print('\nStopping …');
  const forced = setTimeout(() => {
    void stopOrphans(openHome(homeDir).runDir).finally(() => process.exit(130));
  }, STOP_DURING_START_MS);
  await starting.then(
    (stack) => stack.stop(),
    () => undefined,
  );
  clearTimeout(forced);
  print('Stopped.');
  return 130;
}

function announce(stack: Stack): void {
  print();
  print(`Proeve runs at   ${stack.publicUrl}`);
  if (stack.mailboxUrl) print(`Read its mail at ${stack.mailboxUrl}`);
  print(`Data and logs in ${relative(process.cwd(), stack.home.dir) || stack.home.dir}`);
  if (stack.demoLines.length > 0) {
    print();
    for (const line of stack.demoLines) print(line);
  }
  print();
  print('Stop with Ctrl-C.');
}
