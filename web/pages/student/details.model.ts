/** A student's own data: to check the first time, to change later. Pure. */
import type { StudentNumberFormat } from '../../../domain/deciding.ts';
import { fullName } from '../../../domain/school.ts';
import { Lock, lockOf } from '../../../domain/student.ts';
import type { OwnDetails } from '../../../prisma/repositories/my-exams.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { numberFormatText } from '../student-number/number-format.ts';
import type { OwnFieldError, StudentInput } from '../student-number/student-number.model.ts';

export interface DetailsForm {
  /** What was typed; null: what the school has. */
  readonly input: StudentInput | null;
  readonly lang: string;
  readonly errors: readonly OwnFieldError[];
  /** The number belongs to another student. */
  readonly isTaken: boolean;
}

export function detailsModel(wording: Wording, school: string, details: OwnDetails, form: DetailsForm) {
  const { t } = wording.translator;
  const { student, account, policy } = details;
  const isFirst = student?.isComplete !== true;
  const lock = lockOf(student);
  const key = isFirst ? (student && student.number !== null ? 'check' : 'new') : null;
  return {
    title: t(key === null ? 'mine.details.title' : `mine.details.${key}Title`),
    lead: t(leadKey(details, isFirst), { school }),
    action: paths.myDetails(),
    facts: factsOf(wording, school, details),
    hasNames: lock.names === null,
    hasNumber: lock.number === null,
    input: form.input ?? inputOf(details),
    numberHint: numberHint(wording, policy.studentNumber),
    errors: form.errors,
    languages: (['nl', 'en'] as const).map((value) => ({
      value,
      label: t(`common.language.${value}`),
      isChecked: value === form.lang,
    })),
    submit: t(submitKey(details, isFirst)),
    why: t(whyKey(lock.names), { school }),
    help: helpOf(wording, school, details),
    privacy: t('mine.details.privacy', { school }),
    taken: form.isTaken ? takenOf(wording, school, details) : null,
    email: account.email,
  };
}

function leadKey({ student }: OwnDetails, isFirst: boolean) {
  if (!isFirst) return 'mine.details.lead';
  return student !== null && student.number !== null ? 'mine.details.checkLead' : 'mine.details.newLead';
}

function submitKey({ student }: OwnDetails, isFirst: boolean) {
  if (!isFirst) return 'mine.details.save';
  return student !== null && student.number !== null ? 'mine.details.confirm' : 'mine.details.start';
}

function whyKey(lock: Lock | null) {
  if (lock === null) return 'mine.details.whyOpen';
  return lock === Lock.Verified ? 'mine.details.whyVerified' : 'mine.details.whyAssessed';
}

/** What is shown and not asked. */
function factsOf({ translator: { t } }: Wording, school: string, { student, account }: OwnDetails) {
  const lock = lockOf(student);
  return [
    ...(student && lock.names ? [{ label: t('mine.details.name'), value: fullName(student) }] : []),
    ...(student?.number && lock.number
      ? [
          {
            label: t('mine.details.number'),
            value: student.number,
            detail: t(student.isVerified ? 'mine.details.verified' : 'mine.details.unverified', { school }),
          },
        ]
      : []),
    { label: t('mine.details.email'), value: student?.email ?? account.email },
  ];
}

/** A name that was made of an address is no name to begin with. */
function inputOf({ student, account }: OwnDetails): StudentInput {
  const { givenName, infix, familyName } = student ?? account;
  const isKnown = student !== null || familyName !== '';
  return {
    givenName: isKnown ? givenName : '',
    infix: isKnown ? infix : '',
    familyName: isKnown ? familyName : '',
    number: student?.number ?? '',
  };
}

function numberHint({ translator }: Wording, format: StudentNumberFormat): string {
  return translator.t('mine.details.numberHint', { format: numberFormatText(translator, format) });
}

/** Whom to ask. */
function helpOf({ translator: { t } }: Wording, school: string, { contactEmail }: OwnDetails) {
  if (contactEmail === null) return { text: t('mine.details.wrongNobody', { school }), mail: null };
  return {
    text: t('mine.details.wrong', { school }),
    mail: {
      href: mailHref(contactEmail, t('mine.details.wrongSubject')),
      text: t('mine.details.wrongMail', { email: contactEmail }),
    },
  };
}

function takenOf({ translator: { t } }: Wording, school: string, { contactEmail }: OwnDetails) {
  return {
    title: t('mine.details.takenTitle'),
    text: t('mine.details.takenText'),
    steps: [t('mine.details.takenAddress'), t('mine.details.takenMail', { school })],
    mail:
      contactEmail === null
        ? null
        : {
            href: mailHref(contactEmail, t('mine.details.takenSubject')),
            text: t('mine.details.wrongMail', { email: contactEmail }),
          },
  };
}

/** The subject says nothing about the student: the mail itself comes from their own address. */
export function mailHref(address: string, subject?: string): string {
  return subject === undefined ? `mailto:${address}` : `mailto:${address}?subject=${encodeURIComponent(subject)}`;
}
