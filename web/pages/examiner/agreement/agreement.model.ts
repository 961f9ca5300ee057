/** Several sets of scores side by side, and the way to one. Pure. */
import { AgreementPolicy } from '../../../../domain/agreement.ts';
import { MAX_REASON } from '../../../../domain/text.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { AgreementParty, OpenAgreement } from '../../../../prisma/repositories/examiner-agreement.ts';
import { paths } from '../../../paths.ts';
import { listNames, moment, type Wording } from '../../../wording.ts';
import { type AnswerCard, answerCard } from '../answers.model.ts';
import { type AgreementPage, componentModel, type Looking, nameOf, stageOf, takesProposal } from './component.model.ts';

/** Field of the reason to leave it to the committee. */
export const REASON = 'reden';

export function agreementModel(wording: Wording, form: Looking['form'], agreement: OpenAgreement, page: AgreementPage) {
  const looking: Looking = { wording, form, agreement, page };
  const { t } = wording.translator;
  const components = agreement.definition.components.flatMap((component) => {
    const found = agreement.components.find(({ ref }) => ref === component.ref);
    return found ? [componentModel(looking, component, found)] : [];
  });
  const errors = [
    ...components.flatMap((component) => component.errors),
    ...(page.reason?.error ? [{ field: REASON, message: page.reason.error }] : []),
    ...(page.problem === '' ? [] : [{ field: 'main', message: page.problem }]),
  ];
  return {
    crumb: t('agreement.crumb', { student: form.studentName }),
    title: t('agreement.title'),
    lead: leadText(looking),
    notice: page.notice,
    errors,
    action: paths.formAgreement(form.formId),
    backHref: paths.form(form.formId),
    nonce: page.nonce,
    parties: agreement.parties.map((party) => partyModel(looking, party)),
    since: t('agreement.since', { at: moment(wording, agreement.since) }),
    end: endModel(looking),
    components,
    typed: typedModel(looking),
    abandon: hasWord(looking) ? abandonModel(looking) : null,
    next: t(`agreement.next.${nextKey(looking)}`),
  };
}

function nextKey(looking: Looking) {
  const { kind, policy } = looking.agreement;
  if (kind !== 'running') return kind;
  if (policy !== AgreementPolicy.Lead) return 'together';
  return hasWord(looking) ? 'leadYou' : 'leadOther';
}

/** Whether this examiner is one of those whose word counts somewhere. */
function hasWord({ agreement, form }: Looking): boolean {
  return agreement.kind === 'running' && agreement.components.some(({ deciders }) => deciders.includes(form.contactId));
}

function leadText(looking: Looking): string {
  const { agreement, form, wording } = looking;
  const { t } = wording.translator;
  if (agreement.kind !== 'running') return t(`agreement.lead.${agreement.kind}`);
  const names = listNames(
    wording,
    agreement.parties.filter(({ contactId }) => contactId !== form.contactId).map(({ name }) => name),
  );
  if (agreement.policy !== AgreementPolicy.Lead) return t('agreement.lead.together', { names });
  const leadId = leadIdOf(agreement);
  return leadId === form.contactId
    ? t('agreement.lead.leadYou', { names })
    : t('agreement.lead.leadOther', { names, lead: nameOf(looking, leadId ?? '') });
}

function leadIdOf({ policy, components }: OpenAgreement): string | undefined {
  return policy === AgreementPolicy.Lead ? components[0]?.deciders[0] : undefined;
}

function partyModel(looking: Looking, { contactId, name, jobTitle, organisation, kind }: AgreementParty) {
  const { t } = looking.wording.translator;
  const isYou = contactId === looking.form.contactId;
  const isLead = contactId === leadIdOf(looking.agreement);
  return {
    name: isYou ? `${name} (${t('agreement.who.you').toLowerCase()})` : name,
    kind,
    text: [jobTitle, organisation, isLead ? t('agreement.who.lead') : ''].filter(Boolean).join(', '),
  };
}

function endModel(looking: Looking) {
  const { agreement, form, wording } = looking;
  const { t } = wording.translator;
  if (agreement.end === null) return null;
  const { by, at, reason } = agreement.end;
  const who =
    by === null
      ? t('agreement.ended.byCommittee')
      : by === form.contactId
        ? t('agreement.ended.byYou')
        : t('agreement.ended.byExaminer', { name: nameOf(looking, by) });
  return { text: `${who} (${moment(wording, at)})`, reason };
}

/** What was typed and has no form any more to stand in. */
function typedModel(looking: Looking): AnswerCard | null {
  const { agreement, page } = looking;
  const { typed } = page;
  if (typed === null) return null;
  const found = agreement.components.find(({ ref }) => ref === typed.component);
  if (found && takesProposal(stageOf(looking, found))) return null;
  const component = agreement.definition.components.find(({ ref }) => ref === typed.component);
  return component ? answerCard(component, typed.content) : null;
}

function abandonModel({ wording, agreement, page }: Looking) {
  const { t } = wording.translator;
  const isLead = agreement.policy === AgreementPolicy.Lead;
  return {
    title: t(isLead ? 'agreement.abandon.openLead' : 'agreement.abandon.open'),
    isOpen: page.reason !== null,
    value: page.reason?.value ?? '',
    error: page.reason?.error || undefined,
    max: MAX_REASON,
  };
}

/** Above a finished form: whether there is something to agree about; null when there is not. */
export function agreementNote(
  { translator: { t } }: Wording,
  { formId, agreement }: Pick<ExaminerForm, 'formId' | 'agreement'>,
) {
  if (agreement === null) return null;
  return {
    kind: agreement === 'yours' ? 'warning' : 'info',
    title: t(`agreement.note.${agreement}Title`),
    text: t(`agreement.note.${agreement}`),
    href: agreement === 'third' ? '' : paths.formAgreement(formId),
    label: t(agreement === 'yours' ? 'agreement.note.yoursLink' : 'agreement.note.link'),
    variant: agreement === 'yours' ? 'primary' : 'secondary',
  };
}
