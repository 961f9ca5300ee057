/** That a change of the workflows' code which would break what runs is found, and that `patched` is the way to make it. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { installTemporalRuntime } from '../../platform/temporal-runtime.ts';
import { silentLogger } from '../activities/fakes.ts';
import { bundleChanged, type Change } from './changed-workflows.ts';
import { type RecordedHistory, readHistory } from './history-files.ts';
import { failuresOf, replay } from './replaying.ts';

const ASSESSMENT = 'workflows/assessment.workflow.ts';
const INVITATION = 'workflows/invitation.workflow.ts';
const BATCH = 'workflows/batch.workflow.ts';
const READ_BATCH = 'const view = await news.read(() => read.loadBatchView(input));';
const READ_ASSESSMENT = 'const view = await news.read(() => read.loadAssessmentView(input));';
const READ_INVITATION = 'const view = await news.read(() => read.loadInvitationView(input));';

/** Something more before each look at the record. */
function beforeReading(statement: string): Change[] {
  return [
    { file: ASSESSMENT, from: READ_ASSESSMENT, to: `${statement}\n${READ_ASSESSMENT}` },
    { file: INVITATION, from: READ_INVITATION, to: `${statement}\n${READ_INVITATION}` },
    { file: BATCH, from: READ_BATCH, to: `${statement}\n${READ_BATCH}` },
  ];
}

const importing = (names: string): Change[] => [
  {
    file: ASSESSMENT,
    from: "import { read, render, write } from './activity-groups.ts';",
    to: `import { ${names} } from '@temporalio/workflow';\nimport { read, render, write } from './activity-groups.ts';`,
  },
  {
    file: INVITATION,
    from: "import { read, write } from './activity-groups.ts';",
    to: `import { ${names} } from '@temporalio/workflow';\nimport { read, write } from './activity-groups.ts';`,
  },
  {
    file: BATCH,
    from: "import { read, send, write } from './activity-groups.ts';",
    to: `import { ${names} } from '@temporalio/workflow';\nimport { read, send, write } from './activity-groups.ts';`,
  },
];

describe('a change of the workflows', () => {
  const names = [
    'plain.assessment',
    'plain.invitation',
    'late.assessment',
    'expiry.invitation',
    'outage.invitation',
    'batch-scheduled.batch',
  ];
  let histories: RecordedHistory[] = [];
  const allFail = Object.fromEntries(names.map((name) => [name, 'DeterminismViolationError']));

  beforeAll(() => {
    installTemporalRuntime(silentLogger);
    histories = names.map(readHistory);
  });

  it('without patched is found: one more timer', async () => {
    const bundle = await bundleChanged([...importing('sleep'), ...beforeReading('await sleep(10);')]);
    expect(failuresOf(await replay(bundle, histories))).toEqual(allFail);
  }, 60_000);

  it('under patched leaves what was recorded as it was: the same timer', async () => {
    const guarded = beforeReading("if (patched('wait-before-reading')) await sleep(10);");
    const bundle = await bundleChanged([...importing('patched, sleep'), ...guarded]);
    expect(failuresOf(await replay(bundle, histories))).toEqual({});
  }, 60_000);

  it('without patched is found: another order, and a rule of the domain that plans something else', async () => {
    const bundle = await bundleChanged([
      // What is shown is written down only after what is done.
      { file: ASSESSMENT, from: 'await saveProgress(input, view, plan, null);', to: '' },
      {
        file: ASSESSMENT,
        from: 'if (workflowInfo().continueAsNewSuggested) {',
        to: 'await saveProgress(input, view, plan, null);\nif (workflowInfo().continueAsNewSuggested) {',
      },
      { file: BATCH, from: 'await saveProgress(input, view, plan);', to: '' },
      {
        file: BATCH,
        from: 'if (workflowInfo().continueAsNewSuggested) {',
        to: 'await saveProgress(input, view, plan);\nif (workflowInfo().continueAsNewSuggested) {',
      },
      {
        file: 'domain/reminders.ts',
        from: 'if (number > policy.max) return null;',
        to: 'if (number > 1) return null;',
      },
    ]);
    const { 'plain.invitation': _, 'outage.invitation': __, ...others } = allFail;
    expect(failuresOf(await replay(bundle, histories))).toEqual(others);
  }, 60_000);
});
