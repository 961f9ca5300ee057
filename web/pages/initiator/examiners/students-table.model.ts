/** One row for each student: who assesses, in words, and what is missing. Pure. */
import { type Assignment, idleExaminers, uncoveredComponents } from '../../../../domain/assignment.ts';
import { companyKey } from '../../../../domain/conflicts.ts';
import type { ContactRow, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';
import { refsOf } from '../words.ts';
import { assignmentKey, invitedOf, isClosed } from './choice.ts';
import type { ExaminersFacts, ExaminersInput } from './examiners.model.ts';
import { partsText } from './matrix.model.ts';

/** Id of the field in which an examiner of one student is typed. */
export function quickControl(index: number): string {
  return `wie-${index}`;
}

/** Id of the button by which an overtaken choice is settled. */
export function settleControl(assessmentId: string): string {
  return `intussen-${assessmentId}`;
}

export function studentRows(
  wording: Wording,
  input: ExaminersInput,
  facts: ExaminersFacts,
  shared: readonly Assignment[],
) {
  const { assessments } = facts.selection;
  const sharedKeys = new Set(shared.map(assignmentKey));
  const companyOf = new Map(facts.checked.facts.map((each) => [each.assessmentId, each.student.trainingCompany]));
  return assessments.map((assessment, index) => {
    const list = input.desk.choice.get(assessment.id) ?? [];
    const company = companyOf.get(assessment.id) ?? '';
    return {
      ...headModel(wording, assessment, index, company),
      ...whoModel(wording, assessment, list, facts.people, sharedKeys),
      ...flagsModel(wording, assessment, list, facts),
      isOpen: input.desk.open === assessment.id,
      isTicked: input.ticked.includes(assessment.id),
      typed: input.typed.get(assessment.id) ?? '',
      error: facts.errors.find(({ field }) => field === quickControl(index))?.message ?? '',
      proposal: input.isProposing ? proposalModel(wording, assessment, list, company, facts) : null,
      overtaken: overtakenModel(wording, assessment, list, facts),
    };
  });
}

function headModel({ translator }: Wording, assessment: OwnAssessment, index: number, company: string) {
  const { t } = translator;
  const { name } = assessment.student;
  return {
    assessmentId: assessment.id,
    control: quickControl(index),
    name,
    company: company === '' ? '' : t('choosing.company', { company }),
    isClosed: isClosed(assessment),
    tickLabel: t('choosing.tick', { name }),
    addLabel: t('choosing.addFor', { name }),
    editLabel: t('choosing.editFor', { name }),
  };
}

function whoModel(
  wording: Wording,
  assessment: OwnAssessment,
  list: readonly Assignment[],
  people: ReadonlyMap<string, ContactRow>,
  sharedKeys: ReadonlySet<string>,
) {
  const { t } = wording.translator;
  const invited = invitedOf(assessment);
  const chosen = [...new Set(list.map(({ examinerId }) => examinerId))].flatMap((id) => people.get(id) ?? []);
  const isShared = ({ id }: ContactRow) =>
    !invited.has(id) && list.every((each) => each.examinerId !== id || sharedKeys.has(assignmentKey(each)));
  const partsOf = ({ id }: ContactRow) => partsText(wording, assessment, id, list);
  const said = (names: string, parts: string) => (parts === '' ? names : `${names}: ${parts}`);
  return {
    /** Whom all students have, those with the same part in one line. */
    everywhere: [...Map.groupBy(chosen.filter(isShared), partsOf)].map(([parts, contacts]) =>
      said(contacts.map(({ name }) => name).join(', '), parts),
    ),
    who: chosen
      .filter((contact) => !isShared(contact))
      .map((contact) => ({
        id: contact.id,
        text: said(contact.name, partsOf(contact)),
        organisation: contact.organisation,
        note: invited.has(contact.id) ? t('choosing.invited') : '',
        removeLabel: invited.has(contact.id)
          ? ''
          : t('choosing.removeFrom', { name: contact.name, student: assessment.student.name }),
      })),
  };
}

/** What is missing, and which rules are broken: the rules in full stand above the list. */
function flagsModel(
  { translator }: Wording,
  assessment: OwnAssessment,
  list: readonly Assignment[],
  { people, checked }: ExaminersFacts,
) {
  const { t } = translator;
  const refs = refsOf(assessment);
  const uncovered = list.length === 0 ? [] : uncoveredComponents(refs, list);
  const levels = checked.conflicts.filter((each) => each.assessmentId === assessment.id).map(({ level }) => level);
  return {
    flags: [
      ...(uncovered.length > 0 ? [t('choosing.uncovered', { count: uncovered.length })] : []),
      ...idleExaminers(refs, list).map((id) => t('choosing.idle', { name: people.get(id)?.name ?? '' })),
    ],
    conflict: levels.includes('block')
      ? t('choosing.conflict.block')
      : levels.length > 0
        ? t('choosing.conflict.warning')
        : '',
    isBlocked: levels.includes('block'),
  };
}

/** Whether somebody from practice is missing: to those students the contact of the company is proposed. */
export function wantsPractice(
  assessment: OwnAssessment,
  list: readonly Assignment[],
  people: ReadonlyMap<string, ContactRow>,
): boolean {
  return !isClosed(assessment) && !list.some(({ examinerId }) => people.get(examinerId)?.kind === 'practice');
}

function proposalModel(
  { translator }: Wording,
  assessment: OwnAssessment,
  list: readonly Assignment[],
  company: string,
  { people, proposals }: ExaminersFacts,
) {
  const { t } = translator;
  if (!wantsPractice(assessment, list, people)) return null;
  if (companyKey(company) === '') return { note: t('choosing.proposal.unknown'), options: [], label: '', empty: '' };
  const found = proposals.get(companyKey(company)) ?? [];
  return {
    note: found.length === 0 ? t('choosing.proposal.none', { company }) : '',
    options: found.map(({ id, name, jobTitle }) => ({ value: id, label: [name, jobTitle].filter(Boolean).join(', ') })),
    label: t('choosing.proposal.chooseFor', { company, name: assessment.student.name }),
    empty: t('choosing.proposal.choose', { company }),
  };
}

/** Both choices in words, when somebody else kept another one meanwhile. */
export function overtakenModel(
  wording: Wording,
  assessment: OwnAssessment,
  mine: readonly Assignment[],
  { overtaken, people }: ExaminersFacts,
) {
  const found = overtaken.find(({ assessmentId }) => assessmentId === assessment.id);
  if (!found) return null;
  const { t } = wording.translator;
  const { name } = assessment.student;
  return {
    assessmentId: assessment.id,
    control: settleControl(assessment.id),
    theirs: t('choosing.overtaken.theirs', { text: choiceText(wording, assessment, found.theirs, people) }),
    mine: t('choosing.overtaken.mine', { text: choiceText(wording, assessment, mine, people) }),
    mineLabel: t('choosing.overtaken.useMineFor', { name }),
    theirsLabel: t('choosing.overtaken.useTheirsFor', { name }),
  };
}

function choiceText(
  wording: Wording,
  assessment: OwnAssessment,
  list: readonly Assignment[],
  people: ReadonlyMap<string, ContactRow>,
): string {
  const ids = [...new Set(list.map(({ examinerId }) => examinerId))];
  const texts = ids.map((id) => {
    const parts = partsText(wording, assessment, id, list);
    return `${people.get(id)?.name ?? ''}${parts === '' ? '' : ` (${parts})`}`;
  });
  return texts.length === 0 ? wording.translator.t('choosing.overtaken.nobody') : texts.join(', ');
}
