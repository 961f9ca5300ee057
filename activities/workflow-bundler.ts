/**
 * Bundles the workflows and writes the code to standard output. A program of its own: what the compiler takes, some 200 MB,
 * goes back to the machine when it ends, and does not stay with the worker.
 */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { asciiOnly } from '../platform/ascii-source.ts';
import { FAILURE_CONVERTER_PATH } from '../platform/temporal-codec.ts';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath,
  failureConverterPath: FAILURE_CONVERTER_PATH,
  // Made once and shared by all workflows of a worker, instead of anew for each of them: none of these modules holds anything of
  // one workflow, which test/architecture/sources.test.ts sees to.
  preloadModules: [workflowsPath],
  // The map says in which file and line something failed, and no more: with the sources in it, it is as large as all else together,
  // and worker and workflow thread each keep it.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-cheap-module-source-map' }),
  // It writes to standard error.
  logger: new DefaultLogger('WARN'),
});
process.stdout.write(asciiOnly(code), () => process.exit(0));
