/**
 * Bundles the workflows and writes the code to standard output. A program of its own: what the compiler takes, some 200 MB,
 * goes back to the machine when it ends, and does not stay with the worker.
 */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../platform/temporal-codec.ts';

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  failureConverterPath: FAILURE_CONVERTER_PATH,
  // It writes to standard error.
  logger: new DefaultLogger('WARN'),
});
process.stdout.write(code, () => process.exit(0));
