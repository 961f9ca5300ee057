import { type ExamDefinition, ExamKind } from '../../domain/exam.ts';
import { listCriteria } from '../../domain/exam-structure.ts';
import type { Score } from '../../domain/score.ts';

/** Two units, two core tasks, three work processes, four components, nine criteria. Fixed; no refs, so that they are derived. */
export function rawExam() {
  return {
    code: 'VIG-2026',
    crebo: '25656',
    title: 'Zorgen in de wijk',
    kind: 'basis',
    level: 3,
    version: '2026.1',
    units: [
      {
        code: 'EX1',
        title: 'Zorg verlenen',
        coreTasks: [
          {
            code: 'B1-K1',
            title: 'Bieden van zorg',
            workProcesses: [
              {
                code: 'B1-K1-W1',
                title: 'Stelt een plan op',
                components: [
                  {
                    kind: 'behaviour',
                    criteria: [{ text: 'Luistert' }, { text: 'Vraagt door' }, { text: 'Vat samen' }],
                  },
                  { kind: 'product', criteria: [{ text: 'Het plan is volledig', explanation: 'Let op\nde doelen' }] },
                ],
              },
              {
                code: 'B1-K1-W2',
                title: 'Voert het plan uit',
                components: [{ kind: 'behaviour', criteria: [{ text: 'Werkt veilig' }, { text: 'Werkt schoon' }] }],
              },
            ],
          },
        ],
      },
      {
        code: 'EX2',
        title: 'Samenwerken',
        coreTasks: [
          {
            code: 'B1-K2',
            title: 'Werken in een team',
            workProcesses: [
              {
                code: 'B1-K2-W1',
                title: 'Stemt af',
                components: [
                  { kind: 'product', criteria: [{ text: 'Verslag' }, { text: 'Planning' }, { text: 'Overdracht' }] },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

/** {@link rawExam} as the typed definition, written by code that shares nothing with the validator. */
export function exampleExam(): ExamDefinition {
  const raw = rawExam();
  return {
    ...raw,
    kind: ExamKind.Basis,
    units: raw.units.map((unit) => ({
      ...unit,
      coreTasks: unit.coreTasks.map((coreTask) => ({
        ...coreTask,
        workProcesses: coreTask.workProcesses.map((workProcess) => ({
          ...workProcess,
          components: workProcess.components.map(({ kind, criteria }) => ({
            ref: `${workProcess.code}/${kind}`,
            kind: kind === 'product' ? 'product' : 'behaviour',
            criteria: criteria.map((criterion, index) => ({
              ref: `${workProcess.code}/${kind}/${index + 1}`,
              ...criterion,
            })),
          })),
        })),
      })),
    })),
  };
}

export const ALL_UNITS = ['EX1', 'EX2'];

export const COMPONENT_REFS = [
  'B1-K1-W1/behaviour',
  'B1-K1-W1/product',
  'B1-K1-W2/behaviour',
  'B1-K2-W1/product',
] as const;

/** Refs of the nine criteria, in the order of the exam. */
export function criterionRefs(): string[] {
  return listCriteria(exampleExam(), ALL_UNITS).map(({ ref }) => ref);
}

/** Every criterion of the example exam with the same score, some changed. */
export function scoreAll(score: Score, changes: Readonly<Record<string, Score>> = {}): Record<string, Score> {
  return { ...Object.fromEntries(criterionRefs().map((ref): [string, Score] => [ref, score])), ...changes };
}
