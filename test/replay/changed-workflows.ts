/** Bundles a copy of the workflows in which something was changed. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { projectRoot } from '../../platform/config.ts';

const FAILURE_CONVERTER = join('platform', 'temporal-failure-converter.ts');

export interface Change {
  /** Below the root: the workflows, or a rule of the domain that they use. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly from: string;
  readonly to: string;
}

/** @throws when a text that is to be changed is not there: then this test must be brought up to date */
export async function bundleChanged(changes: readonly Change[]): Promise<WorkflowBundle> {
  const dir = mkdtempSync(join(tmpdir(), 'proeve-changed-workflows-'));
  try {
    for (const room of ['workflows', 'domain', FAILURE_CONVERTER]) {
      cpSync(join(projectRoot, room), join(dir, room), { recursive: true });
    }
    symlinkSync(join(projectRoot, 'node_modules'), join(dir, 'node_modules'));
    for (const change of changes) apply(dir, change);
    return await bundleWorkflowCode({
      workflowsPath: join(dir, 'workflows', 'index.ts'),
      failureConverterPath: join(dir, FAILURE_CONVERTER),
      logger: new DefaultLogger('WARN'),
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function apply(dir: string, { file, from, to }: Change): void {
  const path = join(dir, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times "${from}"`);
  writeFileSync(path, parts.join(to));
}
