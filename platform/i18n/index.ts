import { createInstance } from 'i18next';
import { account as enAccount } from './en/account.ts';
import { addressbook as enAddressbook } from './en/addressbook.ts';
import { admin as enAdmin } from './en/admin.ts';
import { administrator as enAdministrator } from './en/administrator.ts';
import { agreement as enAgreement } from './en/agreement.ts';
import { authenticity as enAuthenticity } from './en/authenticity.ts';
import { branding as enBranding } from './en/branding.ts';
import { catalogue as enCatalogue } from './en/catalogue.ts';
import { choosing as enChoosing } from './en/choosing.ts';
import { committee as enCommittee } from './en/committee.ts';
import { common as enCommon } from './en/common.ts';
import { deciding as enDeciding } from './en/deciding.ts';
import { editing as enEditing } from './en/editing.ts';
import { evidence as enEvidence } from './en/evidence.ts';
import { examiner as enExaminer } from './en/examiner.ts';
import { exporting as enExporting } from './en/exporting.ts';
import { following as enFollowing } from './en/following.ts';
import { initiator as enInitiator } from './en/initiator.ts';
import { inviting as enInviting } from './en/inviting.ts';
import { linkcare as enLinkcare } from './en/linkcare.ts';
import { mending as enMending } from './en/mending.ts';
import { mine as enMine } from './en/mine.ts';
import { notes as enNotes } from './en/notes.ts';
import { office as enOffice } from './en/office.ts';
import { offline as enOffline } from './en/offline.ts';
import { returning as enReturning } from './en/returning.ts';
import { sealing as enSealing } from './en/sealing.ts';
import { signin as enSignin } from './en/signin.ts';
import { student as enStudent } from './en/student.ts';
import { students as enStudents } from './en/students.ts';
import { styleguide as enStyleguide } from './en/styleguide.ts';
import { account } from './nl/account.ts';
import { addressbook } from './nl/addressbook.ts';
import { admin } from './nl/admin.ts';
import { administrator } from './nl/administrator.ts';
import { agreement } from './nl/agreement.ts';
import { authenticity } from './nl/authenticity.ts';
import { branding } from './nl/branding.ts';
import { catalogue } from './nl/catalogue.ts';
import { choosing } from './nl/choosing.ts';
import { committee } from './nl/committee.ts';
import { common } from './nl/common.ts';
import { deciding } from './nl/deciding.ts';
import { editing } from './nl/editing.ts';
import { evidence } from './nl/evidence.ts';
import { examiner } from './nl/examiner.ts';
import { exporting } from './nl/exporting.ts';
import { following } from './nl/following.ts';
import { initiator } from './nl/initiator.ts';
import { inviting } from './nl/inviting.ts';
import { linkcare } from './nl/linkcare.ts';
import { mending } from './nl/mending.ts';
import { mine } from './nl/mine.ts';
import { notes } from './nl/notes.ts';
import { office } from './nl/office.ts';
import { offline } from './nl/offline.ts';
import { returning } from './nl/returning.ts';
import { sealing } from './nl/sealing.ts';
import { signin } from './nl/signin.ts';
import { student } from './nl/student.ts';
import { students } from './nl/students.ts';
import { styleguide } from './nl/styleguide.ts';
import { type DictionaryLike, type KeyOf, LANGUAGES, type Language } from './types.ts';

export * from './format.ts';
export * from './types.ts';

/**
 * Namespaces, one file per room. A new one: `nl/<name>.ts` and `en/<name>.ts`, then a line here and one below.
 * Dutch decides the keys; the compiler and a test hold the English file to them.
 */
const nl = {
  returning,
  sealing,
  offline,
  deciding,
  editing,
  exporting,
  office,
  authenticity,
  mine,
  notes,
  linkcare,
  evidence,
  agreement,
  account,
  addressbook,
  admin,
  administrator,
  branding,
  catalogue,
  choosing,
  committee,
  common,
  examiner,
  following,
  initiator,
  inviting,
  mending,
  signin,
  student,
  students,
  styleguide,
};
const en: DictionaryLike<typeof nl> = {
  returning: enReturning,
  sealing: enSealing,
  offline: enOffline,
  deciding: enDeciding,
  editing: enEditing,
  exporting: enExporting,
  office: enOffice,
  authenticity: enAuthenticity,
  mine: enMine,
  notes: enNotes,
  linkcare: enLinkcare,
  evidence: enEvidence,
  agreement: enAgreement,
  account: enAccount,
  addressbook: enAddressbook,
  admin: enAdmin,
  administrator: enAdministrator,
  branding: enBranding,
  catalogue: enCatalogue,
  choosing: enChoosing,
  committee: enCommittee,
  common: enCommon,
  examiner: enExaminer,
  following: enFollowing,
  initiator: enInitiator,
  inviting: enInviting,
  mending: enMending,
  signin: enSignin,
  student: enStudent,
  students: enStudents,
  styleguide: enStyleguide,
};

/** All texts by language and namespace. */
export const dictionaries: Readonly<Record<Language, DictionaryLike<typeof nl>>> = { nl, en };

/** `namespace.some.key`, for instance `common.status.draft`. */
export type TranslationKey = KeyOf<typeof nl>;

/** Values for `{{name}}` in a text. `count` picks singular or plural. */
export type TranslationParams = Readonly<Record<string, string | number>>;

export interface Translator {
  readonly lang: Language;
  /**
   * The text for a key, in plain text: whoever puts it in HTML escapes it (Handlebars does).
   *
   * @throws {Error} strict only: unknown key, or a value missing for a placeholder.
   */
  t(key: TranslationKey, params?: TranslationParams): string;
  /** Whether a key that came from data exists. */
  has(key: string, params?: TranslationParams): key is TranslationKey;
}

export interface I18n {
  forLanguage(lang: Language): Translator;
}

export interface I18nOptions {
  /** Throw on a missing key or value. Off in production, where the key itself is shown instead. Default true. */
  readonly isStrict?: boolean;
  /** Told about each missing key or value when not strict. */
  readonly onMissing?: (what: string) => void;
}

/**
 * The texts of the interface, one instance per process.
 *
 * Values are not escaped and never expanded again, so `$t(…)` or `{{…}}` typed by a user stays text.
 */
export function createI18n({ isStrict = true, onMissing }: I18nOptions = {}): I18n {
  const reportMissing = (what: string): void => {
    if (isStrict) {
      throw new Error(what);
    }
    onMissing?.(what);
  };
  const instance = createInstance();
  // initAsync false with given resources: ready when init returns, so there is nothing to await.
  void instance.init({
    resources: { nl, en },
    supportedLngs: [...LANGUAGES],
    fallbackLng: false,
    initAsync: false,
    returnNull: false,
    // A group of texts then comes back as an object, which t refuses, and not as its own name.
    returnObjects: true,
    interpolation: { escapeValue: false, skipOnVariables: true },
    missingInterpolationHandler: (text: string, match: RegExpExecArray) => {
      reportMissing(`Translation needs a value for ${match[0]} in "${text}"`);
      return '';
    },
  });

  const translators = new Map(LANGUAGES.map((lang) => [lang, createTranslator(lang)]));

  function createTranslator(lang: Language): Translator {
    const optionsFor = (params: TranslationParams) => ({ ...params, lng: lang, nest: false });
    const has = (key: string, params: TranslationParams = {}): key is TranslationKey =>
      key.includes('.') && instance.exists(withNamespace(key), optionsFor(params));
    const patterns = new Map<string, TextPattern>();
    const plural = new Intl.PluralRules(lang);

    /** Found once for each text: looking one up takes i18next as long as a page has time for ten. */
    function patternOf(key: TranslationKey, params: TranslationParams): TextPattern | undefined {
      const form = params.count === undefined ? key : `${key}|${formOf(params.count, plural)}`;
      const known = patterns.get(form);
      if (known || !has(key, params)) return known;
      const text: unknown = instance.t(withNamespace(key), { ...optionsFor(params), skipInterpolation: true });
      const pattern = typeof text === 'string' ? toPattern(text) : undefined;
      if (pattern) patterns.set(form, pattern);
      return pattern;
    }

    return {
      lang,
      has,
      t(key, params = {}) {
        const filled = fill(patternOf(key, params), params);
        if (filled !== undefined) return filled;
        if (!has(key, params)) {
          reportMissing(`Unknown translation key "${key}" (${lang})`);
          return key;
        }
        const text: unknown = instance.t(withNamespace(key), optionsFor(params));
        if (typeof text !== 'string') {
          reportMissing(`Translation key "${key}" (${lang}) is a group, not a text`);
          return key;
        }
        return text;
      },
    };
  }

  return {
    forLanguage(lang) {
      const translator = translators.get(lang);
      if (!translator) {
        throw new Error(`Unknown language "${lang}"`);
      }
      return translator;
    },
  };
}

/** A text taken apart: pieces of text with the name of a value between every two. */
interface TextPattern {
  readonly pieces: readonly string[];
  readonly names: readonly string[];
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/;

/** @returns nothing for a text with more than plain names in it: i18next fills that in itself */
function toPattern(text: string): TextPattern | undefined {
  const parts = text.split(PLACEHOLDER);
  const pieces = parts.filter((_, index) => index % 2 === 0);
  if (pieces.some((piece) => piece.includes('{{'))) return undefined;
  return { pieces, names: parts.filter((_, index) => index % 2 === 1) };
}

/** @returns nothing when a value is missing, which i18next then reports */
function fill(pattern: TextPattern | undefined, params: TranslationParams): string | undefined {
  if (!pattern) return undefined;
  const { pieces, names } = pattern;
  let text = pieces[0] ?? '';
  for (const [index, name] of names.entries()) {
    const value = params[name];
    if (value === undefined) return undefined;
    text += `${value}${pieces[index + 1] ?? ''}`;
  }
  return text;
}

/** Which of the texts of a key a number picks; i18next looks for one of zero first. */
function formOf(count: string | number, plural: Intl.PluralRules): string {
  return Number(count) === 0 ? 'zero' : plural.select(Number(count));
}

/** `common.status.draft` → `common:status.draft`, the way i18next separates the namespace. */
function withNamespace(key: string): string {
  return key.replace('.', ':');
}
