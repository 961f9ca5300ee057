/** What the dossier shows. Pure. */
import { AskKind, AssessmentStatus, FormStatus, isReturnAsked, standingScores } from '../../../domain/assessment.ts';
import { componentOf } from '../../../domain/exam-structure.ts';
import { isUnreached } from '../../../domain/invitation.ts';
import { Score } from '../../../domain/score.ts';
import { formatBytes, formatNumber } from '../../../platform/i18n/index.ts';
import { type Dossier, type DossierExaminer, describeUnits } from '../../../prisma/repositories/committee-dossier.ts';
import type { DossierDraft } from '../../../prisma/repositories/committee-drafts.ts';
import { paths } from '../../paths.ts';
import { assessmentWaiting } from '../../waiting.ts';
import { moment, shortDay, type Wording } from '../../wording.ts';
import { answerGroups } from '../examiner/answers.model.ts';
import { versionsModel } from '../examiner/returning/changes.model.ts';
import { searchModel } from './agreement.model.ts';
import { documentsModel } from './document.model.ts';
import { type EditMode, editModeModel, NOT_EDITING } from './editing/edit-mode.model.ts';
import { mailsModel } from './editing/mails.model.ts';
import { marksModel } from './editing/marks.model.ts';
import { scoresModel } from './scores.model.ts';
import { mayTakeBack } from './take-back.model.ts';
import { timelineModel } from './timeline.model.ts';
import { componentLabel, type FlagModel, flagsOf, studentMeta } from './words.ts';

/** @param editing whether the switch is on, and what this member may do with it */
export function dossierModel(wording: Wording, dossier: Dossier, editing: EditMode = NOT_EDITING) {
  const { t } = wording.translator;
  const { state, exam } = dossier;
  const documents = documentsModel(wording, dossier);
  return {
    crumbs: [{ href: paths.backToQueue(), label: t('committee.title') }, { label: dossier.student.name }],
    title: dossier.student.name,
    lead: t('committee.dossier.lead', {
      student: studentMeta(wording, dossier.student),
      exam: describeUnits(exam, state.unitCodes),
      attempt: dossier.attempt,
    }),
    status: state.status,
    editing: editModeModel(wording, dossier, editing),
    disputes: disputesOf(wording, dossier),
    asks: returnAsksOf(wording, dossier),
    waiting: waitingModel(wording, dossier),
    search: searchModel(wording, dossier),
    flags: [...dossierFlags(wording, dossier), ...addressFlags(wording, dossier)],
    marks: marksModel(wording, dossier),
    hasForms: dossier.examiners.some(({ submission }) => submission !== null),
    result: state.status === AssessmentStatus.Cancelled ? null : resultModel(wording, dossier),
    coreTasks: scoresModel(wording, dossier, editing),
    versions: dossier.examiners.flatMap((examiner) => versionsOf(wording, examiner)),
    drafts: dossier.drafts.map((draft) => draftModel(wording, draft)),
    examiners: dossier.examiners.map((examiner) => examinerModel(wording, dossier, examiner)),
    facts: [
      { label: t('committee.dossier.facts.exam'), value: exam.title, detail: `${exam.code}, ${exam.version}` },
      { label: t('committee.dossier.facts.units'), value: describeUnits(exam, state.unitCodes), detail: '' },
      { label: t('committee.dossier.facts.attempt'), value: String(dossier.attempt), detail: '' },
      { label: t('committee.dossier.facts.initiator'), value: dossier.initiatorName, detail: '' },
      { label: t('committee.dossier.facts.started'), value: moment(wording, dossier.createdAt), detail: '' },
      {
        label: t('committee.dossier.facts.due'),
        value: state.dueAt === null ? t('committee.dossier.facts.noDue') : moment(wording, state.dueAt),
        detail: state.isLate ? t('committee.dossier.facts.late') : '',
      },
    ],
    documents,
    isPending: documents.some((document) => document.isPending),
    refreshHref: paths.dossier(dossier.id),
    mails: mailsModel(wording, dossier.mails),
    events: timelineModel(wording, dossier),
  };
}

function disputesOf({ translator }: Wording, dossier: Dossier) {
  return dossier.examiners
    .filter(({ state }) => state !== null && state.disputedAt !== null)
    .map(({ name, contactId }) => ({
      title: translator.t('committee.dossier.disputedTitle', { name }),
      label: translator.t('committee.dossier.disputedAction', { name }),
      href: dossier.state.status === AssessmentStatus.Final ? '' : paths.returnForm(dossier.id, contactId),
    }));
}

/** Finished forms that are asked back, with what is wrong in them. */
function returnAsksOf(wording: Wording, { id, state, texts, examiners }: Dossier) {
  if (state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled) return [];
  const { t } = wording.translator;
  return examiners.flatMap(({ name, contactId, state: examiner }) => {
    const ask = examiner?.ask;
    if (ask?.kind !== AskKind.Return) return [];
    return [
      {
        title: t('returning.answer.title', { name }),
        text: t('returning.answer.lead'),
        components: (ask.components ?? []).map((ref) => componentLabel(wording, ref)),
        words: texts.get(ask.reason?.textId ?? '') ?? '',
        href: paths.returnForm(id, contactId),
        label: t('returning.answer.crumb'),
      },
    ];
  });
}

function dossierFlags(wording: Wording, dossier: Dossier): FlagModel[] {
  const { state } = dossier;
  const counts = new Map<string, number>();
  // As long as it is not decided whose scores stand, nobody's O counts yet.
  if (state.result !== null) {
    for (const [criterion, score] of Object.entries(standingScores(state, state.decision?.standing ?? {}))) {
      const ref = componentOf(criterion);
      if (score === Score.O) counts.set(ref, (counts.get(ref) ?? 0) + 1);
    }
  }
  const insufficientAt = [...counts].map(([ref, count]) => ({ ref, count }));
  return flagsOf(wording, {
    status: state.status,
    isDisputed: Object.values(state.examiners).some((examiner) => examiner.disputedAt !== null),
    isReturnAsked: state.status !== AssessmentStatus.Cancelled && isReturnAsked(state),
    disagreementCount: state.disagreements.length,
    insufficientCount: insufficientAt.reduce((sum, { count }) => sum + count, 0),
    insufficientAt,
    returnCount: dossier.returnCount,
    isLate: state.isLate,
  });
}

/** Whoever decides must know that the mails to an examiner went to another mailbox than at first. */
function addressFlags({ translator }: Wording, { events }: Dossier): FlagModel[] {
  const names = new Set(events.flatMap(({ address, aboutName }) => (address === null ? [] : [aboutName])));
  return [...names].map((name) => ({
    text: translator.t('committee.dossier.addressChanged', { name }),
    icon: 'at-sign',
  }));
}

/** What differs between the two newest versions of a form. */
function versionsOf(wording: Wording, { name, submission, versions }: DossierExaminer) {
  const former = versions.at(-2);
  if (submission === null || former === undefined) return [];
  const { t } = wording.translator;
  const [from, to] = [former.formVersion, submission.formVersion];
  const changes = versionsModel(wording, submission.definition, former.content, submission.content);
  return [
    {
      title: t('returning.versions.dossierTitle', { name, from, to }),
      before: t('returning.versions.version', { version: from }),
      after: t('returning.versions.version', { version: to }),
      changes,
      text:
        changes.length === 0
          ? t('returning.versions.same')
          : t('returning.versions.changed', { count: changes.length }),
    },
  ];
}

/** To read only: the criteria as they were, with what the examiner had filled in. */
function draftModel(wording: Wording, { name, withdrawnAt, isShared, content, definition }: DossierDraft) {
  const { t } = wording.translator;
  return {
    title: t('committee.dossier.draft.title', { name, moment: moment(wording, withdrawnAt) }),
    text: t(`committee.dossier.draft.${isShared ? 'sharedText' : 'text'}`),
    groups: answerGroups(definition, content).map(({ code, title, cards }) => ({
      cards: cards.map((card) => ({ ...card, text: `${code} ${title}` })),
    })),
  };
}

/** Result and how it came about; null as long as there is none. */
function resultModel(wording: Wording, { state, scheme }: Dossier) {
  const { t, lang } = wording.translator;
  const { result } = state;
  if (result === null) {
    const count = state.disagreements.length;
    return {
      pending: count > 0 ? t('committee.dossier.result.undecided', { count }) : t('committee.dossier.result.pending'),
    };
  }
  const percent = formatNumber((result.points / result.maxPoints) * 100, lang, 1);
  const goodFrom = formatNumber(scheme.goodFrom * 100, lang, 1);
  const rule =
    result.insufficientCount > 0
      ? t('committee.dossier.result.ruleO', { count: result.insufficientCount })
      : t(result.score === Score.G ? 'committee.dossier.result.ruleG' : 'committee.dossier.result.ruleV', {
          percent: goodFrom,
        });
  return {
    pending: '',
    score: result.score,
    gradeTenths: result.gradeTenths,
    passed: t(result.passed ? 'common.result.passed' : 'common.result.failed'),
    facts: [
      { label: t('committee.dossier.result.rule'), value: rule },
      {
        label: t('committee.dossier.result.points'),
        value: t('committee.dossier.result.pointsValue', { points: result.points, max: result.maxPoints, percent }),
      },
      {
        label: t('committee.dossier.result.scheme'),
        value: t('committee.dossier.result.schemeValue', { label: scheme.label, version: result.scheme.version }),
      },
    ],
  };
}

function examinerModel(wording: Wording, dossier: Dossier, examiner: DossierExaminer) {
  const { t, lang } = wording.translator;
  const { state, invitation, components, contactId, name } = examiner;
  const isWhole = components.length === dossier.state.components.length;
  const isReturnable =
    state?.form === FormStatus.Finished &&
    dossier.state.status !== AssessmentStatus.Final &&
    dossier.state.status !== AssessmentStatus.Cancelled;
  return {
    name,
    kind: examiner.kind,
    meta: [examiner.jobTitle, examiner.organisation].filter(Boolean).join(', '),
    handed: handedText(wording, dossier, examiner),
    scope: isWhole
      ? t('committee.dossier.examiners.all')
      : t('committee.dossier.examiners.some', { count: components.length }),
    scopeDetail: isWhole ? '' : components.map((ref) => componentLabel(wording, ref)).join('; '),
    ...examinerStatus(wording, examiner),
    dispute: state !== null && state.disputedAt !== null ? t('committee.dossier.examiners.disputed') : '',
    returnHref: isReturnable ? paths.returnForm(dossier.id, contactId) : '',
    returnLabel: t('committee.dossier.examiners.sendBackTo', { name }),
    takeBackHref: mayTakeBack(examiner) ? paths.takeBackReturn(dossier.id, contactId) : '',
    takeBackLabel: t('editing.takeBack.openFor', { name }),
    remark: invitation?.remark ?? '',
    attachments: (invitation?.attachments ?? []).map(({ id, name: file, size }) => ({
      text: t('committee.dossier.examiners.attachment', { name: file, size: formatBytes(size, lang) }),
      href: paths.dossierAttachment(dossier.id, id),
    })),
    corrected: correctedText(wording, examiner),
  };
}

/** That the newest version is the committee's; empty when it is the examiner's. */
function correctedText({ translator: { t } }: Wording, { submission }: DossierExaminer): string {
  if (submission === null || submission.editor === null) return '';
  return t('editing.mode.corrected', { version: submission.formVersion, name: submission.editor.name });
}

/** Whose work this is, when it was handed over; empty otherwise. */
function handedText({ translator: { t } }: Wording, { examiners }: Dossier, { state, isDraftHanded }: DossierExaminer) {
  const former = examiners.find(({ contactId }) => contactId === state?.handedFrom);
  if (!former) return '';
  return t(isDraftHanded ? 'returning.handed.fromWithDraft' : 'returning.handed.from', { name: former.name });
}

/** Pill and line of an examiner. */
function examinerStatus(wording: Wording, { state, invitation, versions }: DossierExaminer) {
  const { t } = wording.translator;
  if (state === null) return { delivery: '', statusText: t('committee.dossier.examiners.none') };
  const at = (value: string | Date) => shortDay(wording, value);
  switch (state.form) {
    case FormStatus.Finished: {
      const finished = state.finishedAt === null ? '' : moment(wording, state.finishedAt);
      // The newest one of the examiner: corrections are the committee's.
      const version = versions.findLast(({ editor }) => editor === null)?.formVersion ?? state.formVersion;
      const statusText =
        version > 1
          ? t('committee.dossier.examiners.finishedAgain', { at: finished, version })
          : t('committee.dossier.examiners.finished', { at: finished });
      return { delivery: 'finished', statusText };
    }
    case FormStatus.Returned:
      return {
        delivery: 'started',
        statusText: [
          t('committee.dossier.examiners.returned'),
          state.finishedAt === null ? '' : t('committee.dossier.examiners.finished', { at: at(state.finishedAt) }),
        ]
          .filter(Boolean)
          .join(' · '),
      };
    case FormStatus.Withdrawn:
      return { delivery: 'withdrawn', statusText: '' };
    default: {
      const opened = invitation?.openedAt
        ? t('committee.dossier.examiners.opened', { at: at(invitation.openedAt) })
        : t('committee.dossier.examiners.notOpened');
      const since = state.startedAt
        ? t('committee.dossier.examiners.started', { at: at(state.startedAt) })
        : t('committee.dossier.examiners.open', { at: at(state.invitedAt) });
      return { delivery: deliveryOf(state.form, invitation), statusText: `${since} · ${opened}` };
    }
  }
}

function deliveryOf(form: FormStatus, invitation: DossierExaminer['invitation']): string {
  if (form === FormStatus.Started) return 'started';
  if (invitation === null) return 'queued';
  if (isUnreached(invitation)) return 'bounced';
  if (invitation.openedAt !== null) return 'opened';
  return invitation.delivery === 'accepted' ? 'sent' : invitation.delivery;
}

/** What the assessment waits for and since when, or that it was cancelled; null when nothing is to be told. */
function waitingModel(wording: Wording, dossier: Dossier) {
  const { t } = wording.translator;
  const { state, initiatorName: initiator, examiners } = dossier;
  const waiting = assessmentWaiting(wording, state, { initiator, examiners });
  if (waiting !== null) {
    return {
      icon: 'hourglass',
      text: waiting.line,
      details: examiners
        .filter(({ contactId }) => waiting.examinerIds.includes(contactId))
        .map((examiner) =>
          t('committee.dossier.wait.detail', {
            name: examiner.name,
            steps: stepsOf(wording, dossier, examiner).join(', '),
          }),
        ),
    };
  }
  if (state.status !== AssessmentStatus.Cancelled) return null;
  const cancelled = dossier.events.find(({ content }) => content.type === 'AssessmentCancelled')?.content;
  const reason = cancelled?.type === 'AssessmentCancelled' ? dossier.texts.get(cancelled.reason.textId) : undefined;
  return {
    icon: 'ban',
    text: t('committee.dossier.wait.cancelled'),
    details: reason === undefined ? [] : [t('committee.dossier.wait.cancelledReason', { reason })],
  };
}

/** `uitgenodigd 21 nov, geopend 22 nov, volgende herinnering 26 nov`. */
function stepsOf(wording: Wording, dossier: Dossier, { state, invitation, contactId }: DossierExaminer): string[] {
  const { t } = wording.translator;
  if (state === null) return [];
  const on = (at: string | Date) => ({ at: shortDay(wording, at) });
  const returned = dossier.events.findLast(
    ({ content }) => content.type === 'FormReturned' && content.examinerId === contactId,
  );
  if (state.form === FormStatus.Returned && returned)
    return [t('committee.dossier.wait.returned', on(returned.at)), ...remindersOf()];
  return [
    t('committee.dossier.wait.invited', on(state.invitedAt)),
    ...(invitation && isUnreached(invitation) ? [t('committee.dossier.wait.bounced')] : []),
    ...(invitation?.openedAt ? [t('committee.dossier.wait.opened', on(invitation.openedAt))] : []),
    ...(state.startedAt === null ? [] : [t('committee.dossier.wait.started', on(state.startedAt))]),
    ...remindersOf(),
  ];

  function remindersOf(): string[] {
    return [
      ...(invitation?.lastReminderAt ? [t('committee.dossier.wait.lastReminder', on(invitation.lastReminderAt))] : []),
      ...(invitation?.nextReminderAt ? [t('committee.dossier.wait.nextReminder', on(invitation.nextReminderAt))] : []),
    ];
  }
}

/** Title of the browser's page: the exam, not the student, whose name has no place in a history list. */
export function dossierPageTitle(wording: Wording, dossier: Dossier): string {
  return wording.translator.t('committee.dossier.crumb', { exam: dossier.exam.code });
}

/** Whose and which assessment it is, on one line. */
export function dossierLead(wording: Wording, dossier: Dossier): string {
  return wording.translator.t('committee.finalise.lead', {
    student: dossier.student.name,
    exam: describeUnits(dossier.exam, dossier.state.unitCodes),
  });
}
