/**
 * From the data of a mail to what its templates and words may name. Pure: no clock, no escaping (Handlebars does that).
 * What a template may ask after (`{{#if remark}}`) is always there, if need be as `null`, because templates are strict.
 */
import { DeclineReason } from '../domain/assessment.ts';
import { BATCH_ROW_PROBLEMS } from '../domain/batch.ts';
import { BounceReason } from '../domain/delivery.ts';
import { createI18n } from '../platform/i18n/index.ts';
import { deriveBrand } from './brand.ts';
import { cleanData, shorten } from './clean.ts';
import type {
  CancelledMailData,
  CommonMailData,
  MailData,
  MailItem,
  MailLanguage,
  MailTemplate,
  NewLinkMailData,
  OtherInvitationData,
  WithdrawnMailData,
} from './data.ts';
import { formatDay, formatInstant, groupCode, shortFingerprint } from './format.ts';
import { checkLink } from './links.ts';

const SUBJECT_EXAM_LENGTH = 60;
const DIGEST_EXAMS = 10;
const BATCH_ROWS = 10;
const MINUTE_MS = 60_000;
const REASONS: readonly BounceReason[] = Object.values(BounceReason);
const DECLINE_REASONS: readonly DeclineReason[] = Object.values(DeclineReason);
const i18n = createI18n();

export type MailView = Record<string, unknown>;

interface Tools {
  language: MailLanguage;
  day: (iso: string) => string;
  instant: (iso: string) => string;
  link: (url: string) => string;
}

type Views = { [T in MailTemplate]: (data: MailData[T], tools: Tools) => MailView };

interface ItemGroup extends Omit<MailItem, 'studentName'> {
  students: string[];
  studentCount: number;
}

/** Students who get the same exam and the same parts stand under one heading, in the order in which they came. */
function groupItems(items: readonly MailItem[]): ItemGroup[] {
  const groups = new Map<string, ItemGroup>();
  for (const { studentName, examTitle, unitTitles, parts } of items) {
    const key = JSON.stringify([examTitle, unitTitles, parts]);
    const group = groups.get(key) ?? { examTitle, unitTitles, parts, students: [], studentCount: 0 };
    group.studentCount = group.students.push(studentName);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The exam for a subject line: short, and the first one when there are several. */
function subjectExam(titles: readonly string[], language: MailLanguage): string {
  const different = [...new Set(titles)];
  const first = different[0];
  if (first === undefined) throw new RangeError('A mail about assessments needs at least one');
  const others = different.length - 1;
  const suffix = { nl: `en nog ${others}`, en: `and ${others} more` }[language];
  return others === 0 ? shorten(first, SUBJECT_EXAM_LENGTH) : `${shorten(first, SUBJECT_EXAM_LENGTH)} ${suffix}`;
}

function viewItems(items: readonly MailItem[], tools: Tools): MailView {
  return {
    count: items.length,
    groups: groupItems(items),
    examShort: subjectExam(
      items.map((item) => item.examTitle),
      tools.language,
    ),
  };
}

function viewDeadline(data: { dueDate: string; linkExpiresDate: string; linkUrl: string }, tools: Tools): MailView {
  return {
    dueDate: tools.day(data.dueDate),
    linkExpiresDate: tools.day(data.linkExpiresDate),
    linkUrl: tools.link(data.linkUrl),
  };
}

function viewOthers(others: readonly OtherInvitationData[], tools: Tools): MailView[] {
  return others.map((other) => ({
    initiatorName: other.initiatorName,
    ...viewItems(other.items, tools),
    ...viewDeadline(other, tools),
  }));
}

/** Students of all invitations that a mail covers. */
function countAll({ items, others }: Pick<NewLinkMailData, 'items' | 'others'>): number {
  return items.length + requireKnown(others, 'others').reduce((sum, other) => sum + other.items.length, 0);
}

function viewEndOfWork(data: WithdrawnMailData | CancelledMailData, tools: Tools): MailView {
  return {
    ...data,
    ...viewItems(data.items, tools),
    reason: data.reason ?? null,
    remainingCount: requireKnown(data.remainingCount, 'remainingCount'),
    isLinkAlive: requireKnown(data.isLinkAlive, 'isLinkAlive'),
  };
}

const views: Views = {
  invitation: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    ...viewDeadline(data, tools),
    remark: data.remark ?? null,
    attachmentCount: data.attachmentNames.length,
  }),
  reminder: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    ...viewDeadline(data, tools),
    // The mail is about all of it; the first part is what is due first.
    count: countAll(data),
    ownCount: data.items.length,
    others: viewOthers(data.others, tools),
    isLate: data.daysLeft < 0,
    isToday: data.daysLeft === 0,
    agreementCount: data.agreementCount ?? 0,
    isOnlyAgreement: data.agreementCount === data.items.length && data.others.length === 0,
  }),
  newLink: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    ...viewDeadline(data, tools),
    count: countAll(data),
    linkCount: 1 + data.others.length,
    others: viewOthers(data.others, tools),
    requestedAt: tools.instant(data.requestedAt),
  }),
  withdrawn: viewEndOfWork,
  cancelled: viewEndOfWork,
  returned: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    isAsked: requireKnown(data.isAsked, 'isAsked'),
    linkExpiresDate: tools.day(data.linkExpiresDate),
    linkUrl: tools.link(data.linkUrl),
  }),
  confirmation: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    finishedAt: tools.instant(data.finishedAt),
    fingerprint: shortFingerprint(data.fingerprint),
    linkUrl: tools.link(data.linkUrl),
    initiatorPhone: data.initiatorPhone ?? null,
    notMeUrl: data.notMeUrl === undefined ? null : tools.link(data.notMeUrl),
  }),
  allFinished: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    examinerCount: data.examiners.length,
    examiners: data.examiners.map(({ name, finishedAt }) => ({ name, finishedAt: tools.instant(finishedAt) })),
    lastFinishedAt: tools.instant(lastOf(data.examiners.map((examiner) => examiner.finishedAt))),
    linkUrl: tools.link(data.linkUrl),
  }),
  finishDisputed: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    disputedAt: tools.instant(data.disputedAt),
    linkUrl: tools.link(data.linkUrl),
  }),
  committeeDigest: (data, tools) => ({
    ...data,
    proposedCount: requireKnown(data.proposedCount, 'proposedCount'),
    exams: data.exams.slice(0, DIGEST_EXAMS),
    moreCount: Math.max(0, data.exams.length - DIGEST_EXAMS),
    oldestSince: tools.day(data.oldestSinceDate),
    linkUrl: tools.link(data.linkUrl),
  }),
  resultToOffice: (data, tools) => ({
    ...data,
    decidedAt: tools.instant(data.decidedAt),
    isRepeat: requireKnown(data.isRepeat, 'isRepeat'),
    subjectAsked: data.subject ?? null,
    replaces: requireKnown(data.replaces, 'replaces'),
    // Attached, or behind a link: a mail about a document without either is of no use.
    way: requireKnown(data.attachmentName ?? data.linkUrl, 'attachmentName'),
    attachmentName: data.attachmentName ?? null,
    linkUrl: data.linkUrl === undefined ? null : tools.link(data.linkUrl),
    linkExpiresDate: data.linkExpiresDate === undefined ? null : tools.day(data.linkExpiresDate),
  }),
  officeCode: (data, tools) => ({
    ...data,
    code: groupCode(data.code),
    requestedAt: tools.instant(data.requestedAt),
    validUntil: tools.instant(new Date(Date.parse(data.requestedAt) + data.validMinutes * MINUTE_MS).toISOString()),
  }),
  bounced: (data, tools) => ({
    ...data,
    ...viewBounce(data, data.examinerEmail, tools),
    examShort: subjectExam([data.examTitle], tools.language),
    studentCount: requireKnown(data.studentCount, 'studentCount'),
    linkUrl: tools.link(data.linkUrl),
  }),
  officeBounced: (data, tools) => ({
    ...data,
    ...viewBounce(data, data.officeEmail, tools),
    linkUrl: tools.link(data.linkUrl),
  }),
  batchReport: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    sentAt: tools.instant(data.sentAt),
    failed: data.failed
      .slice(0, BATCH_ROWS)
      .map(({ name, code }) => ({ name, why: whyRowFailed(code, tools.language) })),
    moreCount: Math.max(0, requireKnown(data.failedCount, 'failedCount') - Math.min(data.failed.length, BATCH_ROWS)),
    linkUrl: tools.link(data.linkUrl),
  }),
  asked: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    isHandOver: requireKnown(data.isHandOver, 'isHandOver'),
    isReturn: requireKnown(data.isReturn, 'isReturn'),
    isForCommittee: requireKnown(data.isForCommittee, 'isForCommittee'),
    reason: whyAsked(data, tools.language),
    proposedName: data.isHandOver ? requireKnown(data.proposedName, 'proposedName') : null,
    proposedEmail: data.isHandOver ? requireKnown(data.proposedEmail, 'proposedEmail') : null,
    linkUrl: tools.link(data.linkUrl),
  }),
  askAnswered: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    isAgreed: requireKnown(data.isAgreed, 'isAgreed'),
    isReturn: requireKnown(data.isReturn, 'isReturn'),
    reason: data.reason ?? null,
    linkUrl: data.isAgreed ? null : tools.link(requireKnown(data.linkUrl, 'linkUrl')),
    dueDate: requireKnown(data.dueDate, 'dueDate') === null ? null : tools.day(data.dueDate ?? ''),
    remainingCount: requireKnown(data.remainingCount, 'remainingCount'),
    isLinkAlive: requireKnown(data.isLinkAlive, 'isLinkAlive'),
  }),
  addressChanged: (data, tools) => ({ ...data, examShort: subjectExam([data.examTitle], tools.language) }),
  contactChanged: (data, tools) => ({
    ...data,
    changedByName: requireKnown(data.changedByName, 'changedByName'),
    examShort: subjectExam([data.examTitle], tools.language),
    linkUrl: tools.link(data.linkUrl),
  }),
  dueMoved: (data, tools) => ({ ...data, ...viewItems(data.items, tools), ...viewDeadline(data, tools) }),
  signIn: (data, tools) => ({
    ...data,
    name: data.name ?? null,
    code: groupCode(data.code),
    requestedAt: tools.instant(data.requestedAt),
    requestedFrom: data.requestedFrom ?? null,
    validUntil: tools.instant(new Date(Date.parse(data.requestedAt) + data.validMinutes * MINUTE_MS).toISOString()),
    linkUrl: tools.link(data.linkUrl),
  }),
  examinerCode: (data, tools) => {
    const finish = requireKnown(data.finish, 'finish');
    return {
      ...data,
      code: groupCode(data.code),
      requestedAt: tools.instant(data.requestedAt),
      validUntil: tools.instant(new Date(Date.parse(data.requestedAt) + data.validMinutes * MINUTE_MS).toISOString()),
      isFinish: finish !== null,
      examShort: finish === null ? null : subjectExam([finish.examTitle], tools.language),
      studentName: finish === null ? null : finish.studentName,
    };
  },
  studentNumber: (data, tools) => ({
    ...data,
    linkExpiresDate: tools.day(data.linkExpiresDate),
    linkUrl: tools.link(data.linkUrl),
  }),
  studentAdded: (data, tools) => ({ ...data, linkUrl: tools.link(data.linkUrl) }),
  registration: (data, tools) => ({
    ...data,
    code: groupCode(data.code),
    requestedAt: tools.instant(data.requestedAt),
    validUntil: tools.instant(new Date(Date.parse(data.requestedAt) + data.validMinutes * MINUTE_MS).toISOString()),
    linkUrl: tools.link(data.linkUrl),
  }),
  agreementAsked: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    others: new Intl.ListFormat(tools.language, { type: 'conjunction' }).format(
      requireKnown(data.otherNames, 'otherNames'),
    ),
    decidesAlone: requireKnown(data.decidesAlone, 'decidesAlone'),
    linkExpiresDate: tools.day(data.linkExpiresDate),
    linkUrl: tools.link(data.linkUrl),
  }),
  agreementProposed: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    linkExpiresDate: tools.day(data.linkExpiresDate),
    linkUrl: tools.link(data.linkUrl),
  }),
  agreementEnded: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    isSettled: requireKnown(data.isSettled, 'isSettled'),
    reason: data.reason ?? null,
    linkUrl: tools.link(data.linkUrl),
  }),
  formCorrected: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    correctedAt: tools.instant(data.correctedAt),
    linkUrl: tools.link(data.linkUrl),
  }),
  returnTakenBack: (data, tools) => ({
    ...data,
    ...viewItems(data.items, tools),
    isAsked: requireKnown(data.isAsked, 'isAsked'),
    reason: data.reason ?? null,
    linkUrl: tools.link(data.linkUrl),
  }),
  resultPublished: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    isAgain: requireKnown(data.isAgain, 'isAgain'),
    linkUrl: tools.link(data.linkUrl),
  }),
  resultReopened: (data, tools) => {
    const student = requireKnown(data.student, 'student');
    const document = requireKnown(data.document, 'document');
    return {
      ...data,
      examShort: subjectExam([data.examTitle], tools.language),
      isEnded: requireKnown(data.isEnded, 'isEnded'),
      studentName: student === null ? null : student.name,
      linkUrl: student === null ? null : tools.link(student.linkUrl),
      documentNumber: document === null ? null : document.number,
      documentVersion: document === null ? null : document.version,
    };
  },
  needsAttention: (data, tools) => {
    const batch = requireKnown(data.batch, 'batch');
    return {
      ...data,
      isBatch: batch !== null,
      initiatorName: batch?.initiatorName ?? '',
      leftCount: batch?.leftCount ?? 0,
      sendAt: batch === null ? '' : tools.instant(batch.sendAt),
      linkUrl: tools.link(data.linkUrl),
    };
  },
  anchor: (data, tools) => ({
    ...data,
    day: tools.day(data.dayDate),
    asOf: tools.instant(data.asOfAt),
    // Whole, so that it can be compared, in groups that can be read.
    fingerprint: data.fingerprint.replace(/(.{8})(?=.)/g, '$1 '),
    hasHeads: requireKnown(data.hasHeads, 'hasHeads'),
  }),
  thirdNeeded: (data, tools) => ({
    ...data,
    examShort: subjectExam([data.examTitle], tools.language),
    linkUrl: tools.link(data.linkUrl),
  }),
};

/** Lines: the chosen reason in the words of the pages, and what was typed, which is cleaned to lines already. */
function whyAsked({ declineReason, reason }: MailData['asked'], language: MailLanguage): string[] {
  const { t } = i18n.forLanguage(language);
  const lines = reason as unknown as readonly string[];
  const known = DECLINE_REASONS.find((each) => each === declineReason);
  return known === undefined || known === DeclineReason.Other
    ? [...lines]
    : [t(`returning.declineReason.${known}`), ...lines];
}

/** The same words as on the pages. A code that a later version wrote has none yet. */
function whyRowFailed(code: string, language: MailLanguage): string {
  const { t } = i18n.forLanguage(language);
  const known = BATCH_ROW_PROBLEMS.find((each) => each === code);
  return t(`common.batchRow.${known ?? 'UNEXPECTED'}`);
}

/** The same words as on the pages, so that mail and page say one thing. */
function viewBounce(data: { bounceReason: string; status?: string }, email: string, { language }: Tools): MailView {
  const { t } = i18n.forLanguage(language);
  const given = requireKnown(data.bounceReason, 'bounceReason');
  const reason = REASONS.find((each) => each === given) ?? BounceReason.Other;
  return {
    what: t(`common.bounce.what.${reason}`, { email }),
    todo: t(`common.bounce.todo.${reason}`),
    status: data.status ?? null,
  };
}

/** Strict templates still take a missing field for "no" in `{{#if}}`; what a mail must know is asked for here. */
function requireKnown<V>(value: V | undefined, field: string): V {
  if (value === undefined) throw new TypeError(`The mail data miss ${field}`);
  return value;
}

function lastOf(instants: readonly string[]): string {
  const last = [...instants].sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  if (last === undefined) throw new RangeError('A mail that all examiners have finished needs at least one examiner');
  return last;
}

function viewSchool(data: CommonMailData): MailView {
  const { school } = data;
  const letter = [...school.name][0];
  if (letter === undefined) throw new RangeError('A mail needs the name of the school');
  return {
    school: { ...school, letter: letter.toLocaleUpperCase('nl'), contactPhone: school.contactPhone ?? null },
    brand: deriveBrand(school.colour),
  };
}

/**
 * Builds the view of one mail. Throws TypeError or RangeError for a link, date, code or fingerprint that cannot be
 * right, and for a list that must not be empty; never with the value in the message.
 */
export function viewMail<T extends MailTemplate>(
  template: T,
  language: MailLanguage,
  data: MailData[T],
  publicUrl: string | undefined,
): MailView {
  const clean = cleanData(data) as MailData[T];
  const timeZone = requireKnown(clean.timeZone, 'timeZone');
  const tools: Tools = {
    language,
    day: (iso) => formatDay(iso, language, timeZone),
    instant: (iso) => formatInstant(iso, language, timeZone),
    link: (url) => checkLink(url, publicUrl),
  };
  return { ...views[template](clean, tools), ...viewSchool(clean) };
}
