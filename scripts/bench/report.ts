/** Writes `docs/benchmarks.md` and the JSON. Pure: the same figures give the same text. */
import { z } from 'zod';
import { type Figure, type Group, meetsGoal, type Unit } from './figure.ts';
import type { Machine } from './machine.ts';

export interface Report {
  readonly machine: Machine;
  /** ISO date. */
  readonly day: string;
  readonly isFull: boolean;
  readonly figures: readonly Figure[];
  /** Sentences about what could not be measured. */
  readonly left: readonly string[];
  /** Groups that were measured anew after the run of everything, by id. */
  readonly again?: Readonly<Record<string, Measured>>;
}

/** When and how largely something was measured. */
export interface Measured {
  /** ISO date. */
  readonly day: string;
  readonly isFull: boolean;
}

const measuredSchema = z.object({ day: z.string(), isFull: z.boolean() });

/** A report as it is kept between two runs. */
export const keptReportSchema = measuredSchema.extend({
  machine: z.object({
    processor: z.string(),
    cores: z.number(),
    memory: z.number(),
    platform: z.string(),
    node: z.string(),
    postgres: z.string(),
  }),
  figures: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      value: z.number(),
      unit: z.enum(['ratio', 'ms', 's', 'MB', 'kB', 'perMinute', 'perSecond', 'count']),
      spread: z.object({ min: z.number(), max: z.number(), count: z.number() }).exactOptional(),
      goal: z.union([z.object({ atMost: z.number() }), z.object({ atLeast: z.number() })]).exactOptional(),
      explanation: z.string(),
    }),
  ),
  left: z.array(z.string()),
  again: z.record(z.string(), measuredSchema).exactOptional(),
});

/** The report with the figures of one group replaced by those that were measured anew. @throws when there are none */
export function withGroup(report: Report, id: string, measured: Measured, figures: readonly Figure[]): Report {
  if (figures.length === 0) throw new Error(`Nothing was measured of "${id}": the report stays as it was.`);
  const others = report.figures.filter(({ name }) => !name.startsWith(`${id}.`));
  return { ...report, figures: [...others, ...figures], again: { ...report.again, [id]: measured } };
}

const UNITS: Readonly<Record<Unit, string>> = {
  ratio: '',
  ms: ' ms',
  s: ' s',
  MB: ' MB',
  kB: ' kB',
  perMinute: ' /min',
  perSecond: ' /s',
  count: '',
};

/** Figure name → number, in the order in which they were measured. */
export function toJson(figures: readonly Figure[]): Record<string, number> {
  return Object.fromEntries(figures.map(({ name, value }) => [name, Number(value.toPrecision(4))]));
}

/** @param groups in the order of the document; those without figures are left out */
export function toMarkdown(report: Report, groups: readonly Pick<Group, 'id' | 'title'>[]): string {
  const { machine, figures, left } = report;
  const lines = [
    '# Benchmarks',
    '',
    `Written by \`npm run bench${report.isFull ? ' -- --full' : ''}\` on ${report.day}; not a figure in it was typed by hand.`,
    '',
    `Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.platform}; Node ${machine.node}${machine.postgres === '' ? '' : `, PostgreSQL ${machine.postgres}`}. ` +
      'Everything runs on this one machine over the loopback interface, the load included.',
    '',
    'Read the ratios first: both sides were measured in the same run, in turns, so they say something about another machine too. ' +
      'Each is the median of its pairs, with the smallest and the largest beside it.',
    '',
  ];
  for (const { id, title } of groups) {
    const own = figures.filter(({ name }) => name.startsWith(`${id}.`));
    if (own.length === 0) continue;
    const anew = report.again?.[id];
    const note = anew
      ? [`Measured anew by \`npm run bench -- ${anew.isFull ? '--full ' : ''}--again ${id}\` on ${anew.day}.`, '']
      : [];
    lines.push(`## ${title}`, '', ...note, ...tableOf(own), '', ...own.flatMap(explain));
  }
  if (left.length > 0) lines.push('## Not measured', '', ...left.map((line) => `- ${line}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function tableOf(figures: readonly Figure[]): string[] {
  return [
    '| Figure | Median | Smallest – largest | Goal |',
    '|---|---:|---:|---|',
    ...figures.map((figure) => {
      const { title, value, unit, spread } = figure;
      const range = spread ? `${format(spread.min, unit)} – ${format(spread.max, unit)} (${spread.count})` : '';
      return `| ${title} | ${format(value, unit)} | ${range} | ${goalOf(figure)} |`;
    }),
  ];
}

function goalOf(figure: Figure): string {
  const { goal, unit } = figure;
  if (goal === undefined) return '';
  const wanted = 'atMost' in goal ? `at most ${format(goal.atMost, unit)}` : `at least ${format(goal.atLeast, unit)}`;
  return `${wanted}: ${meetsGoal(figure) ? 'met' : '**not met**'}`;
}

function explain({ name, title, explanation }: Figure): string[] {
  return [`**${title}** (\`${name}\`). ${explanation}`, ''];
}

/** Three significant digits; whole numbers stay whole. */
export function format(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 || unit === 'count' ? String(Math.round(value)) : trimmed(value);
  return `${digits}${UNITS[unit]}`;
}

function trimmed(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(value < 0.01 ? 2 : 3)));
}
