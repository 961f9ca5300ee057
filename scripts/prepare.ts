/** Makes what a worker otherwise makes at its first start: for an image, in which nothing can be written later. */
import { bundleWorkflows } from '../activities/temporal-worker.ts';
import { loadCompiledMails } from '../emails/store.ts';
import { print, runScript } from './lib/terminal.ts';

await runScript(async () => {
  await Promise.all([bundleWorkflows(), loadCompiledMails()]);
  print('Workflows and mails are made.');
  return 0;
});
