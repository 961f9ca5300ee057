/**
 * The exam as data: exam → unit → core task → work process → component → criterion.
 * A version of an exam is immutable once an assessment uses it; a form keeps the texts it scored.
 *
 * Codes: core task `B1-K1`, work process `B1-K1-W1`; a component is known by its ref
 * `<work process code>/<kind>`, e.g. `B1-K1-W1/behaviour`; a criterion by `<component ref>/<number>`,
 * e.g. `B1-K1-W1/behaviour/1`. Refs are unique within an exam version.
 */
export const ExamKind = { Basis: 'basis', Profiel: 'profiel', Keuzedeel: 'keuzedeel' } as const;
export type ExamKind = (typeof ExamKind)[keyof typeof ExamKind];

export const ComponentKind = { Behaviour: 'behaviour', Product: 'product' } as const;
export type ComponentKind = (typeof ComponentKind)[keyof typeof ComponentKind];

export interface Criterion {
  /** `<component ref>/<number>`, number from 1. */
  readonly ref: string;
  readonly text: string;
  /** Folded on the form: "Waar let ik op?". */
  readonly explanation?: string;
}

export interface Component {
  /** `<work process code>/<kind>`. */
  readonly ref: string;
  readonly kind: ComponentKind;
  readonly criteria: readonly Criterion[];
}

export interface WorkProcess {
  readonly code: string;
  readonly title: string;
  /** At most one component of each kind, at least one. */
  readonly components: readonly Component[];
}

export interface CoreTask {
  readonly code: string;
  readonly title: string;
  readonly workProcesses: readonly WorkProcess[];
}

export interface ExamUnit {
  /** Unique within the exam, e.g. `EX1`. */
  readonly code: string;
  readonly title: string;
  readonly coreTasks: readonly CoreTask[];
}

export interface ExamDefinition {
  /** School's exam code, e.g. `VIG-2026`. */
  readonly code: string;
  /** Five digits. */
  readonly crebo: string;
  readonly title: string;
  readonly kind: ExamKind;
  /** mbo level 1–4. */
  readonly level: number;
  /** Version label, e.g. `2026.1`. */
  readonly version: string;
  readonly units: readonly ExamUnit[];
}
