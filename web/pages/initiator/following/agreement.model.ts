/** Examiners who look for one judgement, as the initiator follows it: who must still say something, never a score. Pure. */
import { AgreementPolicy } from '../../../../domain/agreement.ts';
import { componentsWithoutWord, leadOf, wordsNeeded } from '../../../../domain/agreement-queries.ts';
import { FormStatus } from '../../../../domain/assessment.ts';
import type { AssessmentStatusPage, ExaminerProgress, StoredEvent } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { listNames, moment, type Wording } from '../../../wording.ts';
import { componentLabel } from '../words.ts';
import { OVER } from './examiner.model.ts';

type Page = Pick<AssessmentStatusPage, 'id' | 'state' | 'examiners'>;

function namesOf(wording: Wording, { examiners }: Page, ids: readonly string[]): string {
  return listNames(
    wording,
    examiners.filter(({ contactId }) => ids.includes(contactId)).map(({ name }) => name),
  );
}

/** What is going on and what the initiator can do about it; null when nobody looks for one judgement. */
export function searchModel(wording: Wording, page: Page) {
  const { agreement, status } = page.state;
  if (agreement === undefined || OVER.includes(status)) return null;
  const { t } = wording.translator;
  const missing = componentsWithoutWord(agreement);
  const title = t('agreement.initiator.title', { at: moment(wording, agreement.since) });
  if (missing.length > 0) {
    const parts = listNames(
      wording,
      missing.map((ref) => componentLabel(wording, ref)),
    );
    const isChosen = chosenFor(page, missing).length > 0;
    return {
      kind: 'warning',
      title: t('agreement.initiator.thirdTitle'),
      text: t('agreement.initiator.thirdText', { parts }),
      waitsFor: '',
      href: isChosen ? paths.assessmentInvite(page.id) : paths.assessmentExaminers(page.id),
      label: t(isChosen ? 'initiator.status.invite' : 'agreement.initiator.thirdAction'),
      icon: isChosen ? 'send' : 'users',
    };
  }
  return {
    kind: 'info',
    title,
    text: t('agreement.initiator.text'),
    waitsFor: t('agreement.initiator.waitsFor', { names: namesOf(wording, page, wordsNeeded(page.state)) }),
    href: '',
    label: '',
    icon: '',
  };
}

/** Who was chosen for one of these components and not invited yet. */
function chosenFor({ examiners }: Page, refs: readonly string[]): ExaminerProgress[] {
  return examiners.filter(
    ({ formStatus, components }) => formStatus === FormStatus.None && components.some((ref) => refs.includes(ref)),
  );
}

/** Who can lead: invited, and not withdrawn. */
export function candidatesOf({ state, examiners }: Page): ExaminerProgress[] {
  return examiners.filter(({ contactId }) => {
    const examiner = state.examiners[contactId];
    return examiner !== undefined && examiner.form !== FormStatus.Withdrawn;
  });
}

export function leadIdOf({ state, examiners }: Page): string | null {
  return leadOf(state, Object.fromEntries(examiners.map(({ contactId, kind }) => [contactId, kind])));
}

/** Who decides when scores differ, and where another one is chosen; null where no lead examiner decides. */
export function leadModel(wording: Wording, page: Page) {
  const { state } = page;
  if (state.agreementPolicy !== AgreementPolicy.Lead || OVER.includes(state.status)) return null;
  const { t } = wording.translator;
  const leadId = leadIdOf(page);
  return {
    text: leadId === null ? '' : t('agreement.initiator.lead', { name: namesOf(wording, page, [leadId]) }),
    help: t('agreement.initiator.leadHelp'),
    href: candidatesOf(page).length > 1 ? paths.assessmentLead(page.id) : '',
    label: t('agreement.initiator.leadOpen'),
  };
}

/** The page that asks who leads. */
export function chooseLeadModel(
  wording: Wording,
  page: Page & Pick<AssessmentStatusPage, 'student'>,
  error: string,
  nonce: string,
) {
  const { t } = wording.translator;
  return {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.id), label: page.student.name },
      { label: t('agreement.initiator.leadTitle') },
    ],
    crumb: page.student.name,
    action: paths.assessmentLead(page.id),
    backHref: paths.assessment(page.id),
    selected: leadIdOf(page) ?? '',
    options: candidatesOf(page).map(({ contactId, name, organisation }) => ({
      value: contactId,
      label: name,
      hint: organisation,
    })),
    errors: error === '' ? [] : [{ field: LEAD, message: error }],
    nonce,
  };
}

/** Field of the lead examiner. */
export const LEAD = 'hoofdexaminator';

/** Looks of what happens in the search for one judgement. */
export const AGREEMENT_LOOKS = {
  AgreementSought: { icon: 'git-compare-arrows', tone: 'attention' },
  ThirdSought: { icon: 'git-compare-arrows', tone: 'attention' },
  AgreementProposed: { icon: 'message-square', tone: 'neutral' },
  AgreementConfirmed: { icon: 'check', tone: 'ok' },
  ComponentAgreed: { icon: 'handshake', tone: 'ok' },
  ComponentDecided: { icon: 'handshake', tone: 'ok' },
  AbandonedByExaminer: { icon: 'scale', tone: 'attention' },
  AbandonedByCommittee: { icon: 'scale', tone: 'attention' },
  LeadNamed: { icon: 'user-round-check', tone: 'neutral' },
} as const;

/** Which of {@link AGREEMENT_LOOKS} an event is; its own type when it is none. */
export function agreementEventName({ type, body }: Pick<StoredEvent, 'type' | 'body'>): string {
  if (type === 'AgreementSought' && body.policy === AgreementPolicy.Third) return 'ThirdSought';
  if (type === 'ComponentAgreed' && body.how === 'lead') return 'ComponentDecided';
  if (type === 'AgreementAbandoned') return body.examinerId === null ? 'AbandonedByCommittee' : 'AbandonedByExaminer';
  return type;
}

/**
 * @param name as {@link agreementEventName} gives it
 * @param person who it is about, or did it
 * @returns null for an event of something else
 */
export function agreementEventText(
  wording: Wording,
  name: string,
  { body }: StoredEvent,
  person: string,
): string | null {
  if (!isAgreementEvent(name)) return null;
  const component = typeof body.component === 'string' ? componentLabel(wording, body.component) : '';
  return wording.translator.t(`agreement.event.${name}`, { name: person, component });
}

export function isAgreementEvent(name: string): name is keyof typeof AGREEMENT_LOOKS {
  return Object.hasOwn(AGREEMENT_LOOKS, name);
}
