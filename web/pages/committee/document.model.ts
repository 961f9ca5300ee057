/** Where the document of a decision is: being made, made, mailed, or what it waits for. Pure. */
import { formatTime } from '../../../platform/i18n/index.ts';
import { SealProblem } from '../../../platform/seal/status.ts';
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';

export interface DocumentModel {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly detail?: string }[];
  readonly steps: readonly DocumentStep[];
  /** Empty until the bytes are stored. */
  readonly href: string;
  /** Where it is sent once more; empty for an older one, and while the mail with it is on its way. */
  readonly resendHref: string;
  /** The newest did not reach the exam office, and nobody tries any more. */
  readonly isLost: boolean;
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
      title: titleOf(wording, document, isNewest),
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
      resendHref: isNewest && mayResend(document) ? paths.resendDocument(dossier.id, document.id) : '',
      isLost: isNewest && isLostDocument(document),
      isPending: isNewest && (document.mailedAt === null || isUnderWayAgain(document)) && !isLostDocument(document),
    };
  });
}

/** One document needs no version; of several each says its version, and whether it still counts. */
function titleOf({ translator: { t } }: Wording, { version }: DossierDocument, isNewest: boolean): string {
  if (!isNewest) return t('committee.dossier.document.titleReplaced', { version });
  return version > 1
    ? t('committee.dossier.document.titleVersion', { version })
    : t('committee.dossier.document.title');
}

/** Nobody tries any more to mail it, and it did not arrive. */
export function isLostDocument({ mail }: Pick<DossierDocument, 'mail'>): boolean {
  return mail?.state === 'failed' || mail?.state === 'bounced';
}

/** Not while the last mail is on its way: then it would come twice. */
export function mayResend(document: Pick<DossierDocument, 'mail'>): boolean {
  return isLostDocument(document) || document.mail?.state === 'accepted' || document.mail?.state === 'delivered';
}

/** A person sent it again, and it has not left yet. */
function isUnderWayAgain({ mail }: DossierDocument): boolean {
  return mail?.isAgain === true && !['accepted', 'delivered'].includes(mail.state);
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
    detail: reasonText(wording, lastError),
    icon: 'triangle-alert',
    tone: 'attention',
  };
}

/** In words where somebody has to act before it goes on; a code is for who looks it up. */
function reasonText({ translator: { t } }: Wording, code: string): string {
  return isSealCode(code) ? t(`sealing.reason.${code}`) : t('committee.dossier.document.code', { code });
}

type SealCode = SealProblem | 'SEAL_TIMESTAMP_FAILED';

function isSealCode(code: string): code is SealCode {
  return code === 'SEAL_TIMESTAMP_FAILED' || Object.values<string>(SealProblem).includes(code);
}

/** Where the mail with a stored document is. */
export function mailStep(wording: Wording, document: DossierDocument): DocumentStep {
  const { t, lang } = wording.translator;
  const { mailedAt, mail, office, lastError } = document;
  const { email } = office;
  if (isLostDocument(document)) return lostStep(wording, document);
  if (mail?.state === 'delivered') {
    return step(t('committee.dossier.document.mailArrived', { email }), 'mail-check', 'ok');
  }
  if (mail?.isLate === true && mail.state === 'accepted') {
    return step(
      t('committee.dossier.document.mailLate', { email }),
      'hourglass',
      'attention',
      codeText(wording, mail.code),
    );
  }
  if (mailedAt && !isUnderWayAgain(document)) {
    return step(t('committee.dossier.document.mailed', { at: moment(wording, mailedAt), email }), 'mail-check', 'ok');
  }
  const detail = codeText(wording, mail?.lastError ?? lastError);
  if (mail?.state === 'unknown') {
    return step(t('committee.dossier.document.mailUnknown', { email }), 'hourglass', 'attention', detail);
  }
  if (mail && mail.lastError !== null) {
    const time = formatTime(mail.nextTryAt, { lang, timeZone: wording.timeZone });
    return step(t('committee.dossier.document.mailDelayed', { email, time }), 'hourglass', 'attention', detail);
  }
  return step(t('committee.dossier.document.mailing', { email }), 'hourglass', 'info');
}

/** That it came back, why, and what to do about it. */
function lostStep(wording: Wording, { mail, mailedAt, office, lastError }: DossierDocument): DocumentStep {
  const { t } = wording.translator;
  const { email } = office;
  const text =
    mail?.state === 'failed'
      ? t('committee.dossier.document.mailFailed', { email })
      : mailedAt
        ? t('committee.dossier.document.mailReturned', { at: moment(wording, mailedAt), email })
        : t('committee.dossier.document.mailBounced', { email });
  const reason = mail?.reason ?? null;
  const why = reason === null ? [] : [t(`common.bounce.what.${reason}`, { email }), t(`common.bounce.todo.${reason}`)];
  const code = codeText(wording, mail?.code ?? mail?.lastError ?? lastError);
  return step(text, 'mail-x', 'error', [...why, code].filter(Boolean).join(' '));
}

function codeText({ translator }: Wording, code: string | null): string {
  return code === null ? '' : translator.t('committee.dossier.document.code', { code });
}

function step(text: string, icon: string, tone: DocumentStep['tone'], detail = ''): DocumentStep {
  return { text, detail, icon, tone };
}
