/** The pages about the product itself, as headings and paragraphs. */
import type { TranslationKey, Translator } from '../../../platform/i18n/index.ts';

export interface Section {
  /** Anchor of the heading. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface HelpGroup {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Section[];
}

export type TextPage = keyof typeof TEXT_PAGES;

/** Sections of each page, in order; the texts carry the same names. */
const TEXT_PAGES = {
  privacy: ['who', 'student', 'examiner', 'staff', 'seen', 'howLong', 'cookies', 'rights'],
  accessibility: ['norm', 'use', 'known', 'problem'],
} as const;

/** Paragraphs of the help page for each kind of reader. Pages name one of these as their `helpKey`. */
export const HELP_ITEMS = {
  everyone: ['start', 'signIn', 'account', 'authenticity'],
  student: ['register', 'myDetails', 'myExams', 'myExam'],
  examiner: [
    'link',
    'linkLost',
    'worklist',
    'worklistMore',
    'form',
    'formAsk',
    'formNotes',
    'formEvidence',
    'formOffline',
    'formCheck',
    'formCode',
    'formDone',
    'formAgreement',
    'formMistake',
    'formVersions',
  ],
  teacher: [
    'attention',
    'exams',
    'newAssessment',
    'examiners',
    'invite',
    'batch',
    'assessments',
    'series',
    'assessment',
    'mending',
    'mendingReturn',
    'agreementLead',
    'addressBook',
    'import',
  ],
  committee: [
    'queue',
    'queueFilters',
    'dossier',
    'editing',
    'dossierAgreement',
    'finalise',
    'reopening',
    'publishing',
    'sent',
    'exporting',
    'archive',
  ],
  office: ['officeLink'],
  administrator: ['condition', 'branding'],
} as const;

export function textPageModel(translator: Translator, page: TextPage) {
  return {
    title: translator.t(`signin.${page}.title`),
    lead: translator.t(`signin.${page}.lead`),
    sections: TEXT_PAGES[page].map((id) => sectionOf(translator, `signin.${page}.${id}`, id)),
  };
}

export function helpModel(translator: Translator) {
  const groups = Object.entries(HELP_ITEMS).map(
    ([group, ids]): HelpGroup => ({
      id: group,
      title: textOf(translator, `signin.help.groups.${group}`),
      items: ids.map((id) => sectionOf(translator, `signin.help.items.${id}`, id)),
    }),
  );
  return { title: translator.t('signin.help.title'), lead: translator.t('signin.help.lead'), groups };
}

function sectionOf(translator: Translator, key: string, id: string): Section {
  return { id, title: textOf(translator, `${key}.title`), text: textOf(translator, `${key}.text`) };
}

/** Keys put together from parts are not known to the compiler; the translator refuses one that does not exist. */
function textOf(translator: Translator, key: string): string {
  return translator.t(key as TranslationKey);
}
