import type { Component, CoreTask, Criterion, ExamDefinition, ExamUnit, WorkProcess } from './exam.ts';

/** A component with the parts of the exam it stands in. */
export interface ComponentContext {
  readonly component: Component;
  readonly workProcess: WorkProcess;
  readonly coreTask: CoreTask;
  readonly unit: ExamUnit;
}

/** The unit with this code, or undefined. */
export function findUnit(exam: ExamDefinition, code: string): ExamUnit | undefined {
  return exam.units.find((unit) => unit.code === code);
}

/** Codes of all units, in the order of the exam: what "the whole exam" means. */
export function listUnitCodes(exam: ExamDefinition): string[] {
  return exam.units.map((unit) => unit.code);
}

/** The codes that no unit of the exam has, each once. */
export function findUnknownUnits(exam: ExamDefinition, unitCodes: readonly string[]): string[] {
  return [...new Set(unitCodes)].filter((code) => findUnit(exam, code) === undefined);
}

/**
 * All components of the named units, in the order of the exam (not of `unitCodes`). A code named twice counts once; an
 * unknown code adds nothing, see {@link findUnknownUnits}.
 */
export function listComponents(exam: ExamDefinition, unitCodes: readonly string[]): ComponentContext[] {
  return exam.units
    .filter((unit) => unitCodes.includes(unit.code))
    .flatMap((unit) =>
      unit.coreTasks.flatMap((coreTask) =>
        coreTask.workProcesses.flatMap((workProcess) =>
          workProcess.components.map((component) => ({ component, workProcess, coreTask, unit })),
        ),
      ),
    );
}

/** All criteria of the named units, in the order of the exam. */
export function listCriteria(exam: ExamDefinition, unitCodes: readonly string[]): Criterion[] {
  return listComponents(exam, unitCodes).flatMap(({ component }) => component.criteria);
}

/** The work process code in a component ref: `B1-K1-W1/behaviour` gives `B1-K1-W1`. */
export function workProcessOf(componentRef: string): string {
  return componentRef.split('/')[0] ?? componentRef;
}

/** The component ref in a criterion ref: `B1-K1-W1/behaviour/2` gives `B1-K1-W1/behaviour`. */
export function componentOf(criterionRef: string): string {
  return criterionRef.split('/').slice(0, 2).join('/');
}
