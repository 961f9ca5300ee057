/** What the page says on which a return is taken back. Pure. */
import { FormStatus } from '../../../domain/assessment.ts';
import type { Dossier, DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import type { ReasonWords } from './deciding/reason-page.ts';

/** Hidden field with the version of the form that the member looked at. */
export const FORM_VERSION = 'formulierversie';

/** Whether it is offered; the command looks again, and at evidence too. */
export function mayTakeBack({ state, hasGoneOn }: Pick<DossierExaminer, 'state' | 'hasGoneOn'>): boolean {
  return state?.form === FormStatus.Returned && !hasGoneOn;
}

export function takeBackWords(
  { translator: { t } }: Wording,
  { id }: Pick<Dossier, 'id'>,
  { contactId, name, state }: Pick<DossierExaminer, 'contactId' | 'name' | 'state'>,
): ReasonWords {
  return {
    title: t('editing.takeBack.title'),
    lead: t('editing.takeBack.lead', { name }),
    reasonLabel: t('editing.takeBack.reason'),
    reasonHint: t('editing.takeBack.reasonHint', { name }),
    submit: t('editing.takeBack.submit'),
    icon: 'rotate-ccw',
    action: paths.takeBackReturn(id, contactId),
    isOptional: true,
    helpKey: 'dossier',
    steps: [
      t('editing.takeBack.steps.form', { name }),
      t('editing.takeBack.steps.result'),
      t('editing.takeBack.steps.mail', { name }),
    ],
    hidden: [{ name: FORM_VERSION, value: String(state?.formVersion ?? 0) }],
  };
}
