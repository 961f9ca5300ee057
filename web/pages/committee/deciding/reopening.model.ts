/** What the pages of reopening say. Pure. */
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { DECISION_VERSION } from './decision.model.ts';
import type { ReasonWords } from './reason-page.ts';

export function reopenWords({ translator: { t } }: Wording, { id, state, documents }: Dossier): ReasonWords {
  const office = documents[0]?.office;
  return {
    title: t('deciding.reopen.title'),
    lead: t('deciding.reopen.lead'),
    reasonLabel: t('deciding.reopen.reason'),
    reasonHint: t('deciding.reopen.reasonHint'),
    submit: t('deciding.reopen.submit'),
    icon: 'lock-open',
    action: paths.reopenResult(id),
    isOptional: false,
    steps: [
      ...(office ? [t('deciding.reopen.steps.office', { label: office.label, email: office.email })] : []),
      t(state.published ? 'deciding.reopen.steps.student' : 'deciding.reopen.steps.noStudent'),
      t('deciding.reopen.steps.work'),
      t('deciding.reopen.steps.end'),
    ],
    hidden: hiddenOf(state),
  };
}

export function endWords({ translator: { t } }: Wording, { id, state }: Dossier): ReasonWords {
  return {
    title: t('deciding.end.title'),
    lead: t('deciding.end.lead', { version: state.decision?.version ?? 0 }),
    reasonLabel: t('deciding.end.reason'),
    reasonHint: t('deciding.end.reasonHint'),
    submit: t('deciding.end.submit'),
    icon: 'lock',
    action: paths.endReopening(id),
    isOptional: false,
    steps: [t('deciding.end.steps.office'), ...(state.published ? [t('deciding.end.steps.student')] : [])],
    hidden: hiddenOf(state),
  };
}

function hiddenOf({ decision }: Dossier['state']) {
  return [{ name: DECISION_VERSION, value: String(decision?.version ?? 0) }];
}
