/**
 * Everything the result document says, fixed at the moment of the decision. Kept with the document, so that the bytes can
 * be explained years later. Instants are ISO 8601 UTC; words (labels, dates) are made when it is rendered.
 */
import type { AgreedComponent } from './agreement.ts';
import type { AssessmentEventType } from './assessment.ts';
import type { ComponentKind } from './exam.ts';
import type { AssessmentResult } from './result.ts';
import type { Lang, SchoolLogo } from './school.ts';
import type { Score } from './score.ts';

export interface DocumentExaminer {
  readonly id: string;
  readonly name: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
  /** Name of whose place this examiner took, because that one handed over; absent otherwise. */
  readonly handedFrom?: string;
  readonly finishedAt: string;
  readonly formVersion: number;
}

export interface DocumentCriterion {
  readonly ref: string;
  readonly text: string;
  /** One score per examiner of the component, by examiner id. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** How examiners themselves came to one set of scores; what each scored stays beside it. */
export interface DocumentAgreement {
  readonly how: AgreedComponent['how'];
  /** Examiner ids. */
  readonly by: readonly string[];
  /** By criterion ref. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Empty when nothing was written. */
  readonly justification: string;
}

/** A file that is kept beside the document: named, with what it takes to recognise it. */
export interface DocumentEvidence {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** What the examiner wrote under it; absent when that is nothing. */
  readonly caption?: string;
}

export interface DocumentComponent {
  readonly ref: string;
  readonly kind: ComponentKind;
  readonly criteria: readonly DocumentCriterion[];
  readonly examinerIds: readonly string[];
  /** Where sets differed and examiners settled it; absent otherwise. */
  readonly agreed?: DocumentAgreement;
  /** The examiner whose scores count; of no importance where `agreed` is there. */
  readonly standingExaminerId: string;
  /** By examiner id; absent when nothing was written. */
  readonly justifications: Readonly<Record<string, string>>;
  /** Photos and PDFs that were finished with it, by examiner id; absent when there are none. */
  readonly evidence?: Readonly<Record<string, readonly DocumentEvidence[]>>;
}

export interface DocumentWorkProcess {
  readonly code: string;
  readonly title: string;
  readonly components: readonly DocumentComponent[];
}

export interface DocumentCoreTask {
  readonly code: string;
  readonly title: string;
  readonly workProcesses: readonly DocumentWorkProcess[];
}

export interface DocumentAuditLine {
  readonly at: string;
  readonly type: AssessmentEventType;
  /** Name of the examiner or member it is about; empty when it is nobody's. */
  readonly name: string;
}

/** What the committee changed in a finished form. */
export interface DocumentCorrection {
  readonly at: string;
  readonly byName: string;
  /** Whose form it is. */
  readonly examinerName: string;
  /** Component refs. */
  readonly components: readonly string[];
  /** Criterion refs that got another score; empty when only words changed. */
  readonly rescored: readonly string[];
  readonly reason: string;
}

/** A decision that was opened again. */
export interface DocumentReopening {
  readonly at: string;
  readonly byName: string;
  /** Of the decision that stood. */
  readonly version: number;
  readonly reason: string;
  /** Set when it was ended without another decision; absent otherwise. */
  readonly ended?: { readonly at: string; readonly byName: string; readonly reason: string };
}

/** What somebody who disagrees can do, as the school laid it down when it was decided. */
export interface DocumentRemedies {
  /** Calendar days after the student could see the result. */
  readonly days: number;
  /** Words of the school in the language of the document; null: the general words. */
  readonly text: string | null;
}

/** Kept with the document. Fields marked as absent are missing in documents from before they existed. */
export interface ResultDocumentData {
  readonly v: 1;
  readonly lang: Lang;
  readonly timeZone: string;
  readonly school: {
    readonly name: string;
    readonly primaryColor: string;
    /** Absent: none. */
    readonly logo?: SchoolLogo;
  };
  readonly document: {
    readonly number: string;
    readonly version: number;
    readonly madeAt: string;
    /** With which anybody can ask whether it is genuine; absent in older documents. */
    readonly checkCode?: string;
    /** The document that this one takes the place of; absent for a first version. */
    readonly replaces?: { readonly number: string; readonly version: number; readonly at: string };
  };
  readonly student: { readonly name: string; readonly number: string | null; readonly birthDate: string | null };
  readonly exam: {
    readonly code: string;
    readonly crebo: string;
    readonly title: string;
    readonly version: string;
    readonly kind: string;
    readonly level: number;
  };
  readonly units: readonly { readonly code: string; readonly title: string }[];
  readonly attempt: number;
  readonly result: AssessmentResult;
  readonly schemeLabel: string;
  readonly coreTasks: readonly DocumentCoreTask[];
  readonly examiners: readonly DocumentExaminer[];
  readonly initiatorName: string;
  readonly decision: {
    readonly byName: string;
    readonly at: string;
    readonly officeLabel: string;
    /** The member who proposed it, where two decide; absent otherwise. */
    readonly proposedByName?: string;
  };
  readonly audit: readonly DocumentAuditLine[];
  /** Absent in older documents. */
  readonly remedies?: DocumentRemedies;
  /** Absent when there are none. */
  readonly corrections?: readonly DocumentCorrection[];
  /** Absent when there are none. */
  readonly reopenings?: readonly DocumentReopening[];
  /** The last event before the decision: whoever holds the document can tell that the record behind it was not rewritten. */
  readonly chain?: { readonly seq: number; readonly hash: string };
}
