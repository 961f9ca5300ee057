/** One assessment as its initiator follows it. Pure. */
import { type AssessmentState, AssessmentStatus, FormStatus, uncoveredBy } from '../../../../domain/assessment.ts';
import { WaitsFor } from '../../../../domain/waiting.ts';
import type { AssessmentStatusPage } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { longDay, moment, timeOfDay, type Wording } from '../../../wording.ts';
import { componentLabel, examTitle } from '../words.ts';
import { leadModel, searchModel } from './agreement.model.ts';
import { examinerModel, OVER } from './examiner.model.ts';
import { timelineModel } from './timeline.model.ts';
import { undoCancelModel } from './undo.model.ts';
import { type InitiatorWaiting, stepsOf, waitingFor } from './waiting.ts';

export interface Looking {
  /** Of what the page shows, for who follows it. */
  readonly mark: string;
  readonly now: Date;
}

export function assessmentModel(wording: Wording, page: AssessmentStatusPage, { mark, now }: Looking) {
  const { t } = wording.translator;
  const { state, student } = page;
  const isOver = OVER.includes(state.status);
  const canInvite =
    !isOver &&
    page.examiners.some((examiner) => examiner.formStatus === FormStatus.None && examiner.components.length > 0);
  const waiting = waitingFor(wording, state, page.examiners);
  const uncovered = isOver || state.status === AssessmentStatus.Draft ? [] : uncoveredBy(state);
  const due = state.dueAt === null ? t('initiator.status.noDue') : longDay(wording, state.dueAt);
  const isLate = page.isLate && !isOver;
  return {
    name: student.name,
    line: [examTitle(page.exam, page.unitCodes), t('initiator.exam.attempt', { attempt: page.attempt })].join(' · '),
    crumbs: [{ href: paths.assessments(), label: t('initiator.list.title') }, { label: student.name }],
    status: state.status,
    isLate,
    waiting: waitingModel(wording, page, waiting),
    live: {
      href: paths.assessmentLive(page.id),
      mark,
      refreshHref: paths.assessment(page.id),
      asOf: t('following.live.asOf', { at: timeOfDay(wording, now) }),
    },
    seriesHref: page.series === null ? '' : paths.series(page.series.id),
    seriesLabel: page.series === null ? '' : t('following.page.series', { count: page.series.size }),
    actions: {
      inviteHref: canInvite ? paths.assessmentInvite(page.id) : '',
      examinersHref: isOver ? '' : paths.assessmentExaminers(page.id),
      examinersLabel: t(
        page.examiners.length === 0 ? 'initiator.status.chooseExaminers' : 'initiator.status.changeExaminers',
      ),
      isChoosingFirst: page.examiners.length === 0,
      // What stands in the way of somebody who was invited comes first.
      isInvitingFirst: waiting?.waitsFor === WaitsFor.Assignment || waiting?.waitsFor === WaitsFor.Invitation,
      dueHref: isOver ? '' : paths.assessmentDue(page.id),
      // What was decided is not cancelled, also when it is decided about anew.
      cancelHref: isOver || state.decision !== null ? '' : paths.assessmentCancel(page.id),
    },
    search: searchModel(wording, page),
    lead: leadModel(wording, page),
    uncovered: uncovered.length > 0 ? uncoveredText(wording, uncovered) : '',
    disagreements:
      state.status === AssessmentStatus.Assessed && state.disagreements.length > 0
        ? t('initiator.status.disagreements', { count: state.disagreements.length })
        : '',
    facts: [
      {
        label: t('common.term.student'),
        value: student.name,
        detail: [student.number, student.groups.join(', ')].filter(Boolean).join(' · '),
      },
      {
        label: t('common.term.exam'),
        value: page.exam.title,
        detail: examTitle(page.exam, page.unitCodes).slice(page.exam.title.length + 3),
      },
      { label: t('common.term.attempt'), value: String(page.attempt) },
      { label: t('common.term.deadline'), value: due, detail: isLate ? t('initiator.status.late') : '' },
    ],
    examiners: page.examiners.map((examiner, index) => examinerModel(wording, page, examiner, { index, now })),
    undo: state.status === AssessmentStatus.Cancelled ? undoCancelModel(wording, page, now) : null,
    result: state.status === AssessmentStatus.Final ? resultModel(page) : null,
    decision: decisionNote(wording, state),
    hidesScores: state.status === AssessmentStatus.Assessed,
    timeline: timelineModel(wording, page),
  };
}

function waitingModel(wording: Wording, { state, examiners }: AssessmentStatusPage, waiting: InitiatorWaiting | null) {
  const { t } = wording.translator;
  if (waiting === null) {
    const isCancelled = state.status === AssessmentStatus.Cancelled;
    return {
      text: t(isCancelled ? 'initiator.waits.cancelled' : 'initiator.waits.done'),
      detail: '',
      isYours: false,
      icon: isCancelled ? 'ban' : 'badge-check',
    };
  }
  const { waitsFor, examinerIds, line, isYours } = waiting;
  const [only, another] = examiners.filter(({ contactId }) => examinerIds.includes(contactId));
  return {
    text: line,
    detail: waitsFor === WaitsFor.Examiners && only && !another ? stepsOf(wording, only) : '',
    isYours,
    icon: isYours ? 'flag' : 'hourglass',
  };
}

function uncoveredText(wording: Wording, refs: readonly string[]): string {
  const count = wording.translator.t('initiator.status.uncovered', { count: refs.length });
  return `${count} ${refs.map((ref) => componentLabel(wording, ref)).join(', ')}.`;
}

/** That a decision is looked at again, or when the student sees it; null when there is nothing to say. */
function decisionNote(wording: Wording, { status, reopened, decision, published, publishAt }: AssessmentState) {
  const { t } = wording.translator;
  if (reopened !== undefined)
    return { text: t('deciding.forInitiator.reopened', { at: moment(wording, reopened.at) }) };
  if (status !== AssessmentStatus.Final || decision === null) return null;
  if (published && published.version >= decision.version)
    return { text: t('deciding.forInitiator.seen', { at: moment(wording, published.at) }) };
  // Records from before there was publication say nothing of it.
  if (publishAt === undefined) return null;
  const text =
    publishAt === null
      ? t('deciding.forInitiator.byHand')
      : t('deciding.forInitiator.willBe', { at: moment(wording, publishAt) });
  return { text };
}

function resultModel(page: AssessmentStatusPage) {
  const [document] = page.documents;
  return {
    score: page.score ?? '',
    gradeTenths: page.gradeTenths,
    number: document?.number ?? '',
    documentHref: document?.storedAt ? paths.document(document.id) : '',
  };
}

/** Components that nobody would score when this examiner is withdrawn. */
export function coveredOnlyBy(page: AssessmentStatusPage, contactId: string): string[] {
  const others = Object.entries(page.state.examiners).filter(
    ([id, examiner]) => id !== contactId && examiner.form !== FormStatus.Withdrawn,
  );
  const mine = page.state.examiners[contactId]?.components ?? [];
  return mine.filter((ref) => !others.some(([, examiner]) => examiner.components.includes(ref)));
}
