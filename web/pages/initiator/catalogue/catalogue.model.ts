/** The catalogue of exams, and one exam with its parts. Pure. */
import type { ExamKind, ExamUnit } from '../../../../domain/exam.ts';
import { listComponents } from '../../../../domain/exam-structure.ts';
import { searchable } from '../../../../domain/school.ts';
import type { ExamDetails, ExamTile, ListedAssessment } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';

const KINDS: readonly ExamKind[] = ['basis', 'profiel', 'keuzedeel'];

export interface CatalogueFilter {
  readonly kind: ExamKind | null;
  readonly query: string;
}

export function kindOf(text: string): ExamKind | null {
  return KINDS.find((kind) => kind === text) ?? null;
}

export function catalogueModel(wording: Wording, exams: readonly ExamTile[], filter: CatalogueFilter) {
  const { t } = wording.translator;
  const words = searchable(filter.query).split(' ').filter(Boolean);
  const found = exams.filter((exam) => words.every((word) => textOf(exam).includes(word)));
  const shown = found.filter((exam) => filter.kind === null || exam.kind === filter.kind);
  const hrefFor = (kind: ExamKind | null) => paths.exams({ soort: kind ?? undefined, zoek: filter.query });
  return {
    query: filter.query,
    kind: filter.kind ?? '',
    searchPath: paths.exams(),
    clearHref: filter.query === '' ? '' : paths.exams(),
    pills: [
      {
        href: hrefFor(null),
        label: t('initiator.catalogue.all'),
        count: found.length,
        isCurrent: filter.kind === null,
      },
      ...KINDS.map((kind) => ({
        href: hrefFor(kind),
        label: t(`common.examKind.${kind}`),
        count: found.filter((exam) => exam.kind === kind).length,
        isCurrent: filter.kind === kind,
      })),
    ],
    hasExams: exams.length > 0,
    tiles: shown.map((exam) => ({
      href: paths.exam(exam.examVersionId),
      title: exam.title,
      text: factsOf(wording, exam),
      meta: t('initiator.catalogue.units', { count: exam.units.length, version: exam.version }),
      units: exam.units.map((unit) => `${unit.code} ${unit.title}`),
    })),
    allHref: paths.exams(),
  };
}

function textOf(exam: ExamTile): string {
  return searchable(exam.title, exam.code, exam.crebo, ...exam.units.map((unit) => unit.title));
}

function factsOf({ translator }: Wording, exam: Pick<ExamTile, 'kind' | 'level' | 'crebo'>): string {
  const kind = translator.t(`common.examKind.${exam.kind}`);
  return translator.t('initiator.catalogue.facts', { kind, level: exam.level, crebo: exam.crebo });
}

export function examModel(wording: Wording, details: ExamDetails, running: readonly ListedAssessment[]) {
  const { t } = wording.translator;
  const { exam, examVersionId } = details;
  const isDivided = exam.units.length > 1;
  return {
    title: exam.title,
    facts: factsOf(wording, exam),
    crumbs: [{ href: paths.exams(), label: t('initiator.catalogue.title') }, { label: exam.title }],
    startHref: paths.newAssessment({ examen: examVersionId }),
    units: exam.units.map((unit) => ({
      id: unit.code,
      title: `${unit.code} ${unit.title}`,
      text: unitFacts(wording, details, unit),
      startHref: isDivided ? paths.newAssessment({ examen: examVersionId, eenheid: unit.code }) : '',
      coreTasks: unit.coreTasks.map((task) => ({
        title: `${task.code} ${task.title}`,
        workProcesses: task.workProcesses.map((process) => ({
          code: process.code,
          title: process.title,
          kinds: process.components.map((component) => component.kind),
        })),
      })),
    })),
    running: running.map((row) => ({
      href: paths.assessment(row.id),
      title: row.student.name,
      text: row.isWholeExam ? t('initiator.exam.wholeExam') : row.unitTitles.join(', '),
      meta: t('initiator.exam.attempt', { attempt: row.attempt }),
      status: row.status,
    })),
    allHref: paths.assessments({ examen: examVersionId }),
  };
}

function unitFacts({ translator }: Wording, { exam }: ExamDetails, unit: ExamUnit): string {
  const components = listComponents(exam, [unit.code]);
  const count = new Set(components.map(({ workProcess }) => workProcess.code)).size;
  const criteria = components.reduce((sum, { component }) => sum + component.criteria.length, 0);
  return translator.t('initiator.exam.unitFacts', { count, criteria });
}
