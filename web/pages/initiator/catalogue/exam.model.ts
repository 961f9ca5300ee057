/** One exam, or one unit of it: its head with the tabs, and what is assessed. Pure. */
import type { ExamUnit } from '../../../../domain/exam.ts';
import type { ExamDetails, ExamStanding } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { starModel } from './catalogue.model.ts';

export type ExamTab = 'overview' | 'assess';

export interface ExamHeadInput {
  readonly details: ExamDetails;
  readonly standing: ExamStanding;
  /** Null: the whole exam. */
  readonly unit: ExamUnit | null;
  readonly tab: ExamTab;
  /** How many assessments the tab "Digitaal beoordelen" holds. */
  readonly count: number;
}

/** What stands above both tabs. */
export function examHead(wording: Wording, { details, standing, unit, tab, count }: ExamHeadInput) {
  const { t } = wording.translator;
  const { exam, examVersionId } = details;
  const { newest } = standing;
  const title = unit === null ? exam.title : unitTitle(unit);
  const overviewHref = unit === null ? paths.exam(examVersionId) : paths.examUnit(examVersionId, unit.code);
  const assessHref = assessmentsHref(examVersionId, unit);
  return {
    title,
    crumbs: [
      { href: paths.exams(), label: t('catalogue.title') },
      ...(unit === null ? [] : [{ href: paths.exam(examVersionId), label: exam.title }]),
      { label: title },
    ],
    facts: [
      ...(unit === null ? [] : [exam.title]),
      t('catalogue.facts', {
        kind: t(`common.examKind.${exam.kind}`),
        level: exam.level,
        crebo: exam.crebo,
      }),
      t('catalogue.version', { version: exam.version }),
    ].join(' · '),
    startHref: startHref(details, unit),
    // A favourite is the exam, not one unit of it.
    star: unit === null ? starModel(wording, { examVersionId, title: exam.title }, standing.isFavourite) : null,
    older:
      newest.examVersionId === examVersionId
        ? null
        : {
            text: t('catalogue.exam.older', { version: exam.version, newest: newest.version }),
            href: paths.exam(newest.examVersionId),
          },
    tabs: [
      {
        href: overviewHref,
        label: t('catalogue.exam.overview'),
        isCurrent: tab === 'overview',
      },
      {
        href: assessHref,
        label: t('catalogue.exam.assess'),
        count,
        isCurrent: tab === 'assess',
      },
    ],
  };
}

export function assessmentsHref(
  examVersionId: string,
  unit: ExamUnit | null,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  return unit === null
    ? paths.examAssessments(examVersionId, query)
    : paths.examUnitAssessments(examVersionId, unit.code, query);
}

/** A unit of an exam that has only one is the whole exam. */
function startHref({ exam, examVersionId }: ExamDetails, unit: ExamUnit | null): string {
  const isPart = unit !== null && exam.units.length > 1;
  return paths.newAssessment({ examen: examVersionId, eenheid: isPart ? unit.code : undefined });
}

export function unitTitle({ code, title }: ExamUnit): string {
  return `${code} ${title}`;
}

export type CountsByUnit = ReadonlyMap<string, { readonly running: number; readonly over: number }>;

/** Units of the exam, each with its own pages. */
export function unitsModel(wording: Wording, details: ExamDetails, counts: CountsByUnit) {
  const { t } = wording.translator;
  const { exam, examVersionId } = details;
  return exam.units.map((unit) => {
    const { running, over } = counts.get(unit.code) ?? { running: 0, over: 0 };
    return {
      title: unitTitle(unit),
      href: paths.examUnit(examVersionId, unit.code),
      text: unitFacts(wording, unit),
      assessHref: assessmentsHref(examVersionId, unit),
      counts: t('catalogue.exam.counts', { running, over }),
      startHref: startHref(details, unit),
      startLabel: t('catalogue.exam.startUnit', { unit: unitTitle(unit) }),
      coreTasks: coreTasksOf(wording, unit),
    };
  });
}

function unitFacts({ translator }: Wording, unit: ExamUnit): string {
  const processes = unit.coreTasks.flatMap(({ workProcesses }) => workProcesses);
  const criteria = processes.flatMap(({ components }) => components).flatMap((component) => component.criteria);
  return translator.t('catalogue.exam.unitFacts', { count: processes.length, criteria: criteria.length });
}

/** Everything that is assessed in a unit, down to the criteria. */
export function coreTasksOf({ translator }: Wording, unit: ExamUnit) {
  return unit.coreTasks.map((task) => ({
    title: `${task.code} ${task.title}`,
    workProcesses: task.workProcesses.map((process) => ({
      code: process.code,
      title: process.title,
      kinds: process.components.map(({ kind }) => kind),
      components: process.components.map(({ kind, criteria }) => ({
        kind,
        count: translator.t('catalogue.exam.criteria', { count: criteria.length }),
        criteria: criteria.map(({ text }) => text),
      })),
    })),
  }));
}
