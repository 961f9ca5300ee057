/** Inviting: whom, with which words and files. Pure. */
import { FormStatus } from '../../../../domain/assessment.ts';
import { resolveAssignments, uncoveredComponents } from '../../../../domain/assignment.ts';
import { linkExpiry } from '../../../../domain/school.ts';
import { cleanText, findForbiddenCharacter, isPresent, MAX_REMARK, textLength } from '../../../../domain/text.ts';
import type { InvitationMailInput, MailPerson } from '../../../../emails/invitation-data.ts';
import { ATTACHMENT_ACCEPT, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS_BYTES } from '../../../../platform/attachments.ts';
import { formatBytes, formatNumber } from '../../../../platform/i18n/index.ts';
import type { ContactRow, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import type { SchoolIdentity } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { listNames, type Wording } from '../../../wording.ts';
import { pathsOf, type Selection } from '../requests.ts';
import { batchLine, type FieldError, refsOf, stepsModel } from '../words.ts';

/** Someone who can be invited now: what they would score, per assessment. */
export interface Candidate {
  readonly contactId: string;
  readonly parts: readonly { readonly assessment: OwnAssessment; readonly refs: readonly string[] }[];
}

/** Everybody who scores something in these assessments and is not at work on it, in the order of the assignments. */
export function findCandidates(assessments: readonly OwnAssessment[]): Candidate[] {
  const found = new Map<string, { assessment: OwnAssessment; refs: string[] }[]>();
  for (const assessment of assessments) {
    const { state } = assessment;
    const byComponent = resolveAssignments(refsOf(assessment), state.assignments);
    for (const contactId of new Set(state.assignments.map(({ examinerId }) => examinerId))) {
      const current = state.examiners[contactId];
      if (current && current.form !== FormStatus.Withdrawn) continue;
      const refs = Object.keys(byComponent).filter((ref) => byComponent[ref]?.includes(contactId));
      if (refs.length > 0) found.set(contactId, [...(found.get(contactId) ?? []), { assessment, refs }]);
    }
  }
  return [...found].map(([contactId, parts]) => ({ contactId, parts }));
}

/** Ids of those who are invited already, in any of the assessments. */
export function findInvited(assessments: readonly OwnAssessment[]): string[] {
  const ids = assessments.flatMap(({ state }) =>
    Object.entries(state.examiners).flatMap(([id, examiner]) => (examiner.form === FormStatus.Withdrawn ? [] : [id])),
  );
  return [...new Set(ids)];
}

export type ReadRemark =
  | { readonly ok: true; readonly remark: string }
  | { readonly ok: false; readonly message: string };

/** Cleans and checks the remark; nothing visible is no remark. */
export function readRemark({ translator }: Wording, typed: string): ReadRemark {
  const remark = cleanText(typed);
  const forbidden = findForbiddenCharacter(remark);
  if (forbidden) {
    const { code, position } = forbidden;
    return {
      ok: false,
      message: translator.t('initiator.invite.errorRemarkCharacter', { code, position: position + 1 }),
    };
  }
  const used = textLength(remark);
  if (used > MAX_REMARK) {
    const write = (value: number) => formatNumber(value, translator.lang);
    return {
      ok: false,
      message: translator.t('initiator.invite.errorRemarkLong', { max: write(MAX_REMARK), used: write(used) }),
    };
  }
  return { ok: true, remark: isPresent(remark) ? remark : '' };
}

export interface InviteInput {
  readonly formId: string;
  readonly contactIds: readonly string[];
  readonly remark: string;
}

export interface InviteFacts {
  readonly selection: Selection;
  readonly candidates: readonly Candidate[];
  readonly contacts: readonly ContactRow[];
  readonly attachments: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly errors: readonly FieldError[];
}

export function inviteModel(wording: Wording, input: InviteInput, facts: InviteFacts) {
  const { t, lang } = wording.translator;
  const { selection, candidates, contacts } = facts;
  const { assessments } = selection;
  const [first] = assessments;
  const urls = pathsOf(selection);
  const nameOf = (id: string) => contacts.find((contact) => contact.id === id)?.name ?? '';
  const uncovered = uncoveredComponents(refsOf(first), first.state.assignments).length;
  const people = candidates.flatMap((candidate, index) => {
    const contact = contacts.find(({ id }) => id === candidate.contactId);
    return contact
      ? [
          {
            ...candidateModel(wording, candidate, contact, assessments.length),
            control: index === 0 ? 'wie' : `wie-${index}`,
          },
        ]
      : [];
  });
  return {
    title: t('initiator.invite.title'),
    line: batchLine(wording, assessments),
    steps: stepsModel(wording, 'invite', {
      exam: paths.exam(first.examVersionId),
      examiners: urls.examiners,
    }),
    action: urls.invite,
    previewAction: urls.preview,
    examinersHref: urls.examiners,
    cancelHref: urls.overview,
    formId: input.formId,
    remark: input.remark,
    errors: facts.errors,
    people: people.map((person) => ({ ...person, isChecked: input.contactIds.includes(person.id) })),
    invited: listNames(wording, findInvited(assessments).map(nameOf).filter(Boolean)),
    uncovered: uncovered > 0 ? t('initiator.invite.uncovered', { count: uncovered }) : '',
    attachments: facts.attachments.map(({ id, name, size }, index) => ({
      id,
      control: `bijlage-${index}`,
      label: `${name} (${formatBytes(size, lang)})`,
    })),
    accept: ATTACHMENT_ACCEPT,
    limits: { file: MAX_ATTACHMENT_BYTES, total: MAX_ATTACHMENTS_BYTES },
    previewOptions: people.map(({ id, name }) => ({ value: id, label: name })),
    sendLabel: t('initiator.invite.send', { count: people.filter(({ id }) => input.contactIds.includes(id)).length }),
    sendOne: t('initiator.invite.send', { count: 1 }),
    sendMany: t('initiator.invite.send', { count: 2 }).replace('2', '{n}'),
  };
}

function candidateModel({ translator }: Wording, { contactId, parts }: Candidate, contact: ContactRow, total: number) {
  const { t } = translator;
  const [first] = parts;
  const all = first ? refsOf(first.assessment).length : 0;
  const count = first?.refs.length ?? 0;
  const scope = count === all ? t('initiator.invite.allParts') : t('initiator.invite.partOf', { count, total: all });
  const students = total > 1 ? t('initiator.batch.students', { count: parts.length }) : '';
  return {
    id: contactId,
    name: contact.name,
    kind: contact.kind,
    meta: [contact.organisation, contact.email].filter(Boolean).join(' · '),
    scope: [students, scope].filter(Boolean).join(' · '),
  };
}

export interface PreviewInput {
  readonly candidate: Candidate;
  readonly contact: ContactRow;
  readonly school: SchoolIdentity;
  readonly initiator: MailPerson;
  readonly linkUrl: string;
  readonly remark: string;
  readonly attachmentNames: readonly string[];
  readonly now: Date;
}

/** The same input as the real mail gets, but for its link. */
export function previewMailInput(input: PreviewInput): InvitationMailInput {
  const { candidate, contact, school, initiator, linkUrl, remark, attachmentNames, now } = input;
  const dues = candidate.parts.flatMap(({ assessment }) => assessment.state.dueAt ?? []).sort();
  const dueAt = dues.at(-1) ?? null;
  return {
    language: contact.lang,
    school: { name: school.name, primaryColor: school.primaryColor, timeZone: school.timeZone },
    initiator,
    examinerName: contact.name,
    assessments: candidate.parts.map(({ assessment, refs }) => ({
      studentName: assessment.student.name,
      exam: assessment.exam,
      unitCodes: assessment.unitCodes,
      componentRefs: refs,
    })),
    linkUrl,
    dueAt,
    linkExpiresAt: linkExpiry(now.toISOString(), dueAt),
    remark,
    attachmentNames,
  };
}
