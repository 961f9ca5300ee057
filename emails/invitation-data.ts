/**
 * From what the school knows to the data of the invitation. The worker fills the real mail with it and the initiator's
 * page the preview, so that both are the same mail; only the link differs.
 */
import type { ExamDefinition } from '../domain/exam.ts';
import { findUnit, listComponents } from '../domain/exam-structure.ts';
import { dictionaries } from '../platform/i18n/index.ts';
import type { CommonMailData, InvitationMailData, MailItem, MailLanguage } from './data.ts';

export interface MailSchoolInput {
  readonly name: string;
  /** `#rrggbb` */
  readonly primaryColor: string;
  /** IANA name */
  readonly timeZone: string;
}

export interface MailPerson {
  readonly name: string;
  readonly email: string;
}

/** One student's assessment, as far as one examiner scores it. */
export interface AssessmentForMail {
  readonly studentName: string;
  readonly exam: ExamDefinition;
  readonly unitCodes: readonly string[];
  /** Refs of the components that this examiner scores. */
  readonly componentRefs: readonly string[];
}

export interface InvitationMailInput {
  readonly language: MailLanguage;
  readonly school: MailSchoolInput;
  readonly initiator: MailPerson;
  readonly examinerName: string;
  readonly assessments: readonly AssessmentForMail[];
  /** For a preview: `previewLinkUrl`. */
  readonly linkUrl: string;
  /** ISO instant; null when the school set no deadline: then the life of the link is the deadline. */
  readonly dueAt: string | null;
  /** ISO instant */
  readonly linkExpiresAt: string;
  /** Empty for none. */
  readonly remark: string;
  readonly attachmentNames: readonly string[];
}

/** School, colour and footer; `contactEmail` is where questions go. */
export function commonMailData(school: MailSchoolInput, contactEmail: string): CommonMailData {
  return {
    school: { name: school.name, colour: school.primaryColor, contactEmail },
    timeZone: school.timeZone,
  };
}

/** `parts` stays empty when the examiner scores all components of the units: naming them would only be noise. */
export function mailItem(assessment: AssessmentForMail, language: MailLanguage): MailItem {
  const { exam, unitCodes, componentRefs } = assessment;
  const kinds = dictionaries[language].common.componentKind;
  const all = listComponents(exam, unitCodes);
  const scored = all.filter(({ component }) => componentRefs.includes(component.ref));
  return {
    studentName: assessment.studentName,
    examTitle: exam.title,
    unitTitles: unitCodes.flatMap((code) => {
      const unit = findUnit(exam, code);
      return unit ? [`${unit.code} ${unit.title}`] : [];
    }),
    parts:
      scored.length === all.length
        ? []
        : scored.map(({ component, workProcess }) => `${workProcess.code} ${kinds[component.kind]}`),
  };
}

/** The data of the invitation; its link is given, never made here. */
export function invitationMailData(input: InvitationMailInput): InvitationMailData {
  return {
    ...commonMailData(input.school, input.initiator.email),
    initiatorName: input.initiator.name,
    initiatorEmail: input.initiator.email,
    examinerName: input.examinerName,
    items: input.assessments.map((assessment) => mailItem(assessment, input.language)),
    linkUrl: input.linkUrl,
    dueDate: input.dueAt ?? input.linkExpiresAt,
    linkExpiresDate: input.linkExpiresAt,
    ...(input.remark === '' ? {} : { remark: input.remark }),
    attachmentNames: input.attachmentNames,
  };
}
