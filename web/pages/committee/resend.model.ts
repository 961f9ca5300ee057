/** The page on which a document is sent to the exam office once more. Pure. */
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { isLostDocument, mailStep } from './document.model.ts';
import { dossierLead } from './dossier.model.ts';
import { type OfficeInput, type OfficeOptions, officeModel } from './office-choice.ts';
import type { FieldError } from './send-back.ts';

export interface ResendInput {
  readonly office: OfficeInput;
  /** Makes pressing the button twice one mail. */
  readonly nonce: string;
  readonly errors: readonly FieldError[];
  /** Value of `terug`; empty: to the dossier. */
  readonly back: string;
}

interface ResendPage {
  readonly dossier: Dossier;
  readonly document: DossierDocument;
  readonly offices: OfficeOptions;
  readonly input: ResendInput;
  readonly backHref: string;
}

export function resendModel(wording: Wording, { dossier, document, offices, input, backHref }: ResendPage) {
  const { t } = wording.translator;
  const { office, nonce, errors, back } = input;
  const state = mailStep(wording, document);
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('committee.resend.crumb') },
    ],
    lead: dossierLead(wording, dossier),
    /** Where the last mail is; an error when it did not arrive. */
    state: [state.text, state.detail].filter(Boolean).join(' '),
    kind: isLostDocument(document) ? 'error' : 'info',
    number: document.number,
    action: paths.resendDocument(dossier.id, document.id),
    backHref,
    back,
    office: officeModel(wording, offices, office),
    nonce,
    errors,
  };
}
