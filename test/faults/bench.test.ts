/** The benchmark itself: its shape and its report. Never how long something takes. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../platform/config.ts';
import { type Figure, type Group, meetsGoal } from '../../scripts/bench/figure.ts';
import { GROUPS } from '../../scripts/bench/groups.ts';
import { inParallel, measurePairs, median, quantile, summarise, waitUntil } from '../../scripts/bench/harness.ts';
import { format, keptReportSchema, type Report, toJson, toMarkdown, withGroup } from '../../scripts/bench/report.ts';
import { chooseGroups, runGroups } from '../../scripts/bench/run.ts';

const FIGURE: Figure = {
  name: 'mail.fill',
  title: 'Filling one mail',
  value: 0.09512345,
  unit: 'ms',
  spread: { min: 0.08, max: 1.234567, count: 5 },
  goal: { atMost: 1 },
  explanation: 'In one process.',
};

const REPORT: Report = {
  machine: { processor: 'Some CPU', cores: 2, memory: 8, platform: 'linux x64', node: '24.0.0', postgres: '18.4' },
  day: '2026-11-22',
  isFull: true,
  figures: [FIGURE],
  left: [],
};

const SETTING = { dir: '', only: '', isFull: false, isTiny: true, say: () => undefined };

function groupOf(id: string, run: Group['run']): Group {
  return { id, title: `Group ${id}`, figures: [`${id}.one`], run };
}

describe('measuring', () => {
  it('takes the middle, also of an even number', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
    expect(() => median([])).toThrow(RangeError);
  });

  it('takes the largest for a quantile beyond the last', () => {
    expect([quantile([1, 2, 3, 4], 0.95), quantile([5], 0.5)]).toEqual([4, 5]);
  });

  it('tells the smallest, the largest and how many', () => {
    expect(summarise([2, 9, 4])).toEqual({ median: 4, min: 2, max: 9, count: 3 });
  });

  it('runs what it compares in turns, and throws the first round away', async () => {
    const order: string[] = [];
    const record = (name: string, value: number) => async () => {
      order.push(name);
      return value;
    };
    const pairs = await measurePairs(2, record('a', 6), record('b', 2));
    expect(order.join('')).toBe('ab' + 'ab' + 'ba');
    expect(pairs.ratios).toEqual([3, 3]);
  });

  it('stops between two rounds', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(
      measurePairs(
        1,
        async () => 1,
        async () => 1,
        stop.signal,
      ),
    ).rejects.toThrow('stopped');
  });

  it('does each piece of work once, no more than some at a time', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel(7, 3, async (index) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      done.push(index);
    });
    expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
  });

  it('names what did not come about', async () => {
    await expect(waitUntil('the mail', 0, () => false, undefined, 1)).rejects.toThrow('the mail: not within 0 s');
  });
});

describe('groups of figures', () => {
  it('have names that begin with their group, each once', () => {
    const names = GROUPS.flatMap(({ figures }) => figures);
    expect(new Set(names).size).toBe(names.length);
    for (const { id, figures } of GROUPS) expect(figures.filter((name) => !name.startsWith(`${id}.`))).toEqual([]);
  });

  it('are chosen by the beginning of a name', () => {
    expect(chooseGroups(GROUPS, 'mail.f').map(({ id }) => id)).toEqual(['mail']);
    expect(chooseGroups(GROUPS, '')).toHaveLength(GROUPS.length);
    expect(chooseGroups(GROUPS, 'nothing')).toEqual([]);
  });

  it('end in the opposite order, also when they fail, and the others go on', async () => {
    const order: string[] = [];
    const failing = groupOf('bad', async ({ onEnd }) => {
      onEnd(async () => void order.push('first'));
      onEnd(async () => void order.push('second'));
      throw new Error('no disk');
    });
    const good = groupOf('good', async () => [{ ...FIGURE, name: 'good.one' }]);
    const outcome = await runGroups([failing, good], { ...SETTING, signal: new AbortController().signal });
    expect(order).toEqual(['second', 'first']);
    expect(outcome.left).toEqual(['Group bad: no disk']);
    expect(outcome.figures.map(({ name }) => name)).toEqual(['good.one']);
  });

  it('end when the run is cut off', async () => {
    const stop = new AbortController();
    const order: string[] = [];
    const endless = groupOf('endless', ({ onEnd }) => {
      onEnd(async () => void order.push('ended'));
      stop.abort(new Error('stopped'));
      return new Promise(() => undefined);
    });
    const outcome = await runGroups([endless], { ...SETTING, signal: stop.signal });
    expect({ order, figures: outcome.figures, left: outcome.left }).toEqual({
      order: ['ended'],
      figures: [],
      left: [],
    });
  });
});

describe('the report', () => {
  it('is the same for the same figures, and holds every one with its explanation', () => {
    const text = toMarkdown(REPORT, [
      { id: 'mail', title: 'Writing mails' },
      { id: 'queue', title: 'Lists' },
    ]);
    expect(text).toBe(toMarkdown(REPORT, [{ id: 'mail', title: 'Writing mails' }]));
    expect(text).toContain('Some CPU, 2 cores, 8 GiB, linux x64; Node 24.0.0, PostgreSQL 18.4');
    expect(text).toContain('| Filling one mail | 0.0951 ms | 0.08 ms – 1.23 ms (5) | at most 1 ms: met |');
    expect(text).toContain('**Filling one mail** (`mail.fill`). In one process.');
  });

  it('says plainly what is not met and what was not measured', () => {
    const figures = [{ ...FIGURE, value: 2 }];
    const text = toMarkdown({ ...REPORT, figures, left: ['Lists: no disk'] }, [{ id: 'mail', title: 'Writing mails' }]);
    expect(text).toContain('at most 1 ms: **not met**');
    expect(text).toContain('## Not measured\n\n- Lists: no disk');
  });

  it('tells which group was measured anew, and keeps the others', () => {
    const other = { ...FIGURE, name: 'queue.first', title: 'First page' };
    const kept = keptReportSchema.parse(
      JSON.parse(JSON.stringify({ ...REPORT, isFull: false, figures: [FIGURE, other] })),
    );
    const anew = { day: '2026-11-23', isFull: true };
    const report = withGroup(kept, 'mail', anew, [{ ...FIGURE, value: 0.5 }]);
    const text = toMarkdown(report, [
      { id: 'mail', title: 'Writing mails' },
      { id: 'queue', title: 'Lists' },
    ]);
    expect(text).toContain(
      '## Writing mails\n\nMeasured anew by `npm run bench -- --full --again mail` on 2026-11-23.',
    );
    expect(text).toContain('| Filling one mail | 0.5 ms |');
    expect(text).toContain('| First page | 0.0951 ms |');
    expect(text).not.toContain('--again queue');
    expect(() => withGroup(kept, 'mail', anew, [])).toThrow('stays as it was');
  });

  it('gives the JSON as names with numbers', () => {
    expect(toJson([FIGURE])).toEqual({ 'mail.fill': 0.09512 });
  });

  it('knows a goal from above and from below', () => {
    expect(meetsGoal({ value: 1, goal: { atMost: 1 } })).toBe(true);
    expect(meetsGoal({ value: 1, goal: { atLeast: 2 } })).toBe(false);
    expect(meetsGoal({ value: 1 })).toBeUndefined();
  });

  it.each([
    [1234.5, 'ms', '1235 ms'],
    [0.0033333, 'ratio', '0.0033'],
    [60, 'count', '60'],
    [0, 'ms', '0 ms'],
    [12.345, 's', '12.3 s'],
  ] as const)('writes %d %s as %s', (value, unit, text) => {
    expect(format(value, unit)).toBe(text);
  });
});

describe('npm run bench', () => {
  it('measures, and writes nothing but one object to standard output', async () => {
    const command = join(projectRoot, 'scripts', 'bench.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [command, '--tiny', '--json', '--only', 'mail'], {
      cwd: projectRoot,
    });
    const figures: Record<string, unknown> = JSON.parse(stdout);
    expect(Object.keys(figures)).toEqual(['mail.fillOverCompile', 'mail.fill']);
    for (const value of Object.values(figures)) expect(value).toBeGreaterThan(0);
  }, 60_000);

  it('plays what an examiner does against the real programs', async () => {
    const command = join(projectRoot, 'scripts', 'bench.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [command, '--tiny', '--json', '--only', 'requests'],
      {
        cwd: projectRoot,
      },
    );
    const names = GROUPS.find(({ id }) => id === 'requests')?.figures ?? [];
    expect(Object.keys(JSON.parse(stdout)).sort()).toEqual([...names].sort());
  }, 120_000);
});
