/** Where the document of a decision is: being made, made, mailed, or what it waits for. Pure. */
import { formatTime } from '../../../platform/i18n/index.ts';
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from './words.ts';

export interface DocumentModel {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly detail?: string }[];
  readonly steps: readonly DocumentStep[];
  /** Empty until the bytes are stored. */
  readonly href: string;
  /** Something will still happen by itself. */
  readonly isPending: boolean;
}

export interface DocumentStep {
  readonly text: string;
  readonly detail: string;
  readonly icon: string;
  readonly tone: 'ok' | 'info' | 'attention' | 'error';
}

/** Documents of a dossier, newest first. */
export function documentsModel(wording: Wording, dossier: Dossier): DocumentModel[] {
  const { t } = wording.translator;
  return dossier.documents.map((document, index) => {
    const isNewest = index === 0;
    const steps = [makingStep(wording, document), ...(document.storedAt ? [mailStep(wording, document)] : [])];
    const decidedAt = dossier.state.decision?.decidedAt;
    return {
      title:
        document.version > 1
          ? t('committee.dossier.document.titleVersion', { version: document.version })
          : t('committee.dossier.document.title'),
      facts: [
        ...(isNewest && decidedAt !== undefined
          ? [
              {
                label: t('committee.dossier.document.decided'),
                value: dossier.decidedBy,
                detail: moment(wording, decidedAt),
              },
            ]
          : []),
        { label: t('committee.dossier.document.number'), value: document.number },
        officeFact(wording, document),
      ],
      steps,
      href: document.storedAt ? paths.document(document.id) : '',
      isPending:
        isNewest &&
        document.mailedAt === null &&
        document.mail?.state !== 'failed' &&
        document.mail?.state !== 'bounced',
    };
  });
}

/** A typed address has itself as its label; once is enough. */
function officeFact({ translator }: Wording, { office }: DossierDocument) {
  const label = translator.t('committee.dossier.document.office');
  return office.label === office.email
    ? { label, value: office.email }
    : { label, value: office.label, detail: office.email };
}

function makingStep(wording: Wording, { storedAt, lastError }: DossierDocument): DocumentStep {
  const { t } = wording.translator;
  if (storedAt) {
    const text = t('committee.dossier.document.made', { at: moment(wording, storedAt) });
    return { text, detail: '', icon: 'file-check', tone: 'ok' };
  }
  if (lastError === null)
    return { text: t('committee.dossier.document.making'), detail: '', icon: 'hourglass', tone: 'info' };
  return {
    text: t('committee.dossier.document.makingError'),
    detail: t('committee.dossier.document.code', { code: lastError }),
    icon: 'triangle-alert',
    tone: 'attention',
  };
}

function mailStep(wording: Wording, { mailedAt, mail, office, lastError }: DossierDocument): DocumentStep {
  const { t, lang } = wording.translator;
  const { email } = office;
  if (mail?.state === 'bounced') {
    return { text: t('committee.dossier.document.mailBounced', { email }), detail: '', icon: 'mail-x', tone: 'error' };
  }
  if (mailedAt) {
    const text = t('committee.dossier.document.mailed', { at: moment(wording, mailedAt), email });
    return { text, detail: '', icon: 'mail-check', tone: 'ok' };
  }
  const code = mail?.lastError ?? lastError;
  const detail = code === null ? '' : t('committee.dossier.document.code', { code });
  if (mail?.state === 'failed') {
    return { text: t('committee.dossier.document.mailFailed', { email }), detail, icon: 'mail-x', tone: 'error' };
  }
  if (mail?.state === 'unknown') {
    return {
      text: t('committee.dossier.document.mailUnknown', { email }),
      detail,
      icon: 'hourglass',
      tone: 'attention',
    };
  }
  if (mail && mail.lastError !== null) {
    const time = formatTime(mail.nextTryAt, { lang, timeZone: wording.timeZone });
    return {
      text: t('committee.dossier.document.mailDelayed', { email, time }),
      detail,
      icon: 'hourglass',
      tone: 'attention',
    };
  }
  return { text: t('committee.dossier.document.mailing', { email }), detail: '', icon: 'hourglass', tone: 'info' };
}
