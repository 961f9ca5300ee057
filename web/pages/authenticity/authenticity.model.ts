/** What anybody reads about a document: that it is genuine, that it is not the newest, or that we do not know it. Pure. */
import { formatDay } from '../../../platform/i18n/index.ts';
import type { GenuineDocument } from '../../../prisma/repositories/authenticity.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';

/** Bytes of a file that is checked here; documents are a tenth of it. */
export const MAX_CHECKED_BYTES = 25 * 1024 * 1024;

/** A SHA-256 in hex, in either case; null for anything else. */
export function readSha256(text: unknown): string | null {
  const plain = typeof text === 'string' ? text.trim().toLowerCase() : '';
  return /^[0-9a-f]{64}$/.test(plain) ? plain : null;
}

/**
 * What is typed for a code: the code, or the whole address that stands by the QR code. Dashes of every kind, dots and soft hyphens
 * come along when it is copied from a page.
 */
export function tidyTyped(typed: string): string {
  const code = /\/echtheid\/([^\s/?#]+)/i.exec(typed)?.[1] ?? typed;
  return code.normalize('NFKC').replace(/[\p{Pd}\u00ad.:]+/gu, '');
}

export interface FormInput {
  /** As typed. */
  readonly code: string;
  readonly errors: readonly { readonly field: 'code' | 'bestand'; readonly message: string }[];
}

export function formModel({ translator: { t } }: Wording, { code, errors }: FormInput) {
  return {
    title: t('authenticity.title'),
    codeAction: paths.authenticity(),
    fileAction: paths.authenticityFile(),
    hashHref: paths.authenticityFile(),
    maxBytes: MAX_CHECKED_BYTES,
    tooLarge: t('authenticity.file.tooLarge', { megabytes: MAX_CHECKED_BYTES / (1024 * 1024) }),
    noFile: t('authenticity.file.none'),
    code,
    errors,
  };
}

/** How the document was named: by the code on it, or by its bytes. */
export type CheckedBy = 'code' | 'file';

type Verdict = 'genuine' | 'reopened' | 'superseded' | 'unknown';

function verdictOf(document: GenuineDocument | null): Verdict {
  if (document === null) return 'unknown';
  if (document.version < document.newestVersion) return 'superseded';
  return document.isReopened ? 'reopened' : 'genuine';
}

const KIND = { genuine: 'ok', reopened: 'warning', superseded: 'warning', unknown: 'error' } as const;

/** The answer; the same page in every case, with facts where there are any. */
export function answerModel({ translator }: Wording, by: CheckedBy, document: GenuineDocument | null) {
  const { t } = translator;
  const verdict = verdictOf(document);
  return {
    title: t(`authenticity.answer.${verdict}.title`),
    kind: KIND[verdict],
    text: verdict === 'unknown' ? t(`authenticity.answer.unknown.${by}`) : t(`authenticity.answer.${verdict}.text`),
    facts: document === null ? [] : factsOf(translator, document),
    // A code can be copied to a forged paper; the bytes of a file cannot.
    caution: document !== null && by === 'code' ? t('authenticity.answer.caution') : '',
    privacy: t('authenticity.answer.privacy'),
    againHref: paths.authenticity(),
  };
}

function factsOf({ t, lang }: Wording['translator'], document: GenuineDocument) {
  const day = (at: Date) => formatDay(at, { lang, timeZone: document.timeZone });
  return [
    { label: t('authenticity.answer.school'), value: document.schoolName },
    {
      label: t('authenticity.answer.version'),
      value: t('authenticity.answer.versionOf', { version: document.version, count: document.newestVersion }),
    },
    { label: t('authenticity.answer.made'), value: day(document.storedAt) },
    {
      label: t('authenticity.answer.seal'),
      value: document.sealSubject === '' ? t('authenticity.answer.notSealed') : document.sealSubject,
      ...(document.timestampedAt
        ? { detail: t('authenticity.answer.timestamped', { day: day(document.timestampedAt) }) }
        : {}),
    },
  ];
}
