import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflows } from '../../activities/temporal-worker.ts';
import { WorkflowType } from '../../workflows/messages.ts';

describe('the workflow bundle', () => {
  let modules: string[] = [];
  let code = '';
  beforeAll(async () => {
    ({ code } = await bundleWorkflows());
    // The development build of webpack names every module it took in.
    modules = [...code.matchAll(/^\/\*\*\*\/ "([^"\n]+)"/gm)].map((match) => match[1] ?? '');
  }, 60_000);

  it('holds the workflows and the domain', () => {
    expect(modules).toContain('./workflows/assessment.workflow.ts');
    expect(modules).toContain('./domain/reminders.ts');
  });

  it.each(Object.values(WorkflowType))('offers %s, by which it is started', (name) => {
    expect(code).toMatch(new RegExp(`harmony export \\*/ +${name}: \\(\\) =>`));
  });

  it.each(['nodemailer', '@prisma', 'express', 'pg', 'uuid', 'pino'])('holds nothing of %s', (name) => {
    expect(modules.filter((module) => module.includes(`node_modules/${name}/`))).toEqual([]);
  });

  it('holds no other room than domain and workflows, but for the failure converter', () => {
    const own = modules.filter((module) => module.startsWith('./') && !module.startsWith('./node_modules/'));
    const others = own.filter((module) => !/^\.\/(domain|workflows)\//.test(module));
    expect(others).toEqual(['./platform/temporal-failure-converter.ts']);
  });

  it('holds nothing of Node itself', () => {
    expect(modules.filter((module) => module.startsWith('node:') || module.startsWith('external'))).toEqual([]);
    expect(code).not.toMatch(/require\("node:/);
  });
});
