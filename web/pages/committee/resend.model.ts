/** The page on which a document is sent to the exam office once more. Pure. */
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { mailStep } from './document.model.ts';
import { dossierLead } from './dossier.model.ts';
import { type OfficeInput, type OfficeOptions, officeModel } from './office-choice.ts';
import type { FieldError } from './send-back.ts';

export interface ResendInput {
  readonly office: OfficeInput;
  /** Makes pressing the button twice one mail. */
  readonly nonce: string;
  readonly errors: readonly FieldError[];
}

export function resendModel(
  wording: Wording,
  dossier: Dossier,
  document: DossierDocument,
  offices: OfficeOptions,
  { office, nonce, errors }: ResendInput,
) {
  const { t } = wording.translator;
  const problem = mailStep(wording, document);
  return {
    crumbs: [
      { href: paths.queue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('committee.resend.crumb') },
    ],
    lead: dossierLead(wording, dossier),
    problem: [problem.text, problem.detail].filter(Boolean).join(' '),
    number: document.number,
    action: paths.resendDocument(dossier.id, document.id),
    backHref: paths.dossier(dossier.id),
    office: officeModel(wording, offices, office),
    nonce,
    errors,
  };
}
