/** What needs the initiator now. Pure. */
import { AskKind } from '../../../../domain/assessment.ts';
import { BounceReason } from '../../../../domain/delivery.ts';
import type { AttentionGroup, AttentionRow, AttentionSummary } from '../../../../prisma/repositories/initiator.ts';
import { AttentionKind, SILENT_WORKING_DAYS } from '../../../../prisma/repositories/initiator-attention.ts';
import { paths } from '../../../paths.ts';
import type { Look } from '../../../views/looks.ts';
import { longDay, shortDay, timeOfDay, type Wording } from '../../../wording.ts';
import { listHref, WHOLE_LIST } from './list-address.ts';

export interface AttentionInput {
  readonly groups: readonly AttentionGroup[];
  readonly summary: AttentionSummary;
  /** This initiator started something, ever. */
  readonly hasStarted: boolean;
  readonly mark: string;
  readonly now: Date;
}

const LOOKS: Readonly<Record<AttentionKind, Look>> = {
  bounced: { tone: 'error', icon: 'mail-x' },
  asked: { tone: 'attention', icon: 'user-x' },
  failed: { tone: 'error', icon: 'circle-alert' },
  late: { tone: 'attention', icon: 'clock-alert' },
  unchosen: { tone: 'neutral', icon: 'users' },
  third: { tone: 'attention', icon: 'users' },
  silent: { tone: 'neutral', icon: 'hourglass' },
};

export function attentionModel(wording: Wording, { groups, summary, hasStarted, mark, now }: AttentionInput) {
  const { t } = wording.translator;
  const count = groups.reduce((sum, { total }) => sum + total, 0);
  return {
    lead: count > 0 ? t('following.attention.lead', { count }) : '',
    startHref: paths.exams(),
    groups: groups.map((group) => groupModel(wording, group)),
    calm: count > 0 ? null : calmModel(wording, summary, hasStarted),
    around: count > 0 ? aroundText(wording, summary) : '',
    underWayHref: summary.underWay > 0 ? listHref({ ...WHOLE_LIST, sort: 'due' }) : '',
    live: {
      href: paths.attentionLive(),
      mark,
      refreshHref: paths.attention(),
      asOf: t('following.live.asOf', { at: timeOfDay(wording, now) }),
    },
  };
}

function groupModel(wording: Wording, { kind, total, rows }: AttentionGroup) {
  const { t } = wording.translator;
  const isAll = rows.length === total && rows.every(({ size }) => size === 1);
  return {
    id: kind,
    ...LOOKS[kind],
    title: t(`following.attention.group.${kind}`),
    help: t(`following.attention.help.${kind}`, { days: SILENT_WORKING_DAYS }),
    count: total,
    rows: rows.map((row) => rowModel(wording, row)),
    more: total > rows.length ? t('following.attention.more', { count: total - rows.length }) : '',
    allHref: isAll && total === 1 ? '' : listHref({ ...WHOLE_LIST, attention: kind, sort: 'due' }),
    allLabel: t('following.attention.showKind'),
    allFor: t(`following.attention.group.${kind}`),
  };
}

function rowModel(wording: Wording, row: AttentionRow) {
  const { t } = wording.translator;
  const { what, since } = wordsOf(wording, row);
  const action = actionOf(wording, row);
  return {
    // The same thing keeps its place when the page is brought up to date.
    key: `${row.kind}-${row.key}-${row.examiner?.contactId ?? ''}`,
    what,
    href: rowHref(row),
    detail: detailOf(wording, row),
    since,
    action,
    actionFor: t('following.attention.actionFor', { action: action.label, what }),
  };
}

function wordsOf(wording: Wording, row: AttentionRow): { what: string; since: string } {
  const { t } = wording.translator;
  const { size: count, student } = row;
  const name = row.examiner?.name ?? t('initiator.event.unknownPerson');
  const day = shortDay(wording, row.since);
  const since = t('following.attention.since', { day });
  switch (row.kind) {
    case AttentionKind.Bounced:
      return { what: t('following.attention.row.bounced', { name }), since };
    case AttentionKind.Asked: {
      const key = row.ask ?? AskKind.Decline;
      return { what: t(`following.attention.row.${key}`, { name }), since };
    }
    case AttentionKind.Failed:
      return { what: t('following.attention.row.failed', { count }), since };
    case AttentionKind.Late:
      return {
        what: count > 1 ? t('following.attention.row.late', { count }) : student,
        since: t('following.attention.passed', { day }),
      };
    case AttentionKind.Unchosen:
      return {
        what:
          count > 1
            ? t('following.attention.row.choose', { count })
            : t('following.attention.row.chooseOne', { student }),
        since,
      };
    case AttentionKind.Third:
      return { what: student, since };
    case AttentionKind.Silent:
      return {
        what: t('following.attention.row.silent', { name }),
        since: t('following.attention.heard', { day }),
      };
  }
}

/** What is waited for says the student or their number. */
const NAMED_ALREADY: readonly AttentionKind[] = [
  AttentionKind.Late,
  AttentionKind.Unchosen,
  AttentionKind.Third,
  AttentionKind.Failed,
];

/** Whom and what it is about, and what is known of why. */
function detailOf(wording: Wording, row: AttentionRow): string {
  const { t } = wording.translator;
  const { kind, size: count, student } = row;
  const isNamedAlready = NAMED_ALREADY.includes(kind);
  const reason = kind === AttentionKind.Bounced ? t(`following.reason.${row.reason ?? BounceReason.Other}`) : '';
  const exam = row.isWholeExam ? row.examTitle : [row.examTitle, ...row.unitTitles].join(' · ');
  return [
    reason,
    isNamedAlready ? '' : count > 1 ? t('following.attention.row.students', { count }) : student,
    exam,
    kind === AttentionKind.Silent && row.lastReminderAt
      ? t('following.attention.row.reminded', { day: shortDay(wording, row.lastReminderAt) })
      : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Where all of it is seen: one assessment, or the ones it is about. */
function rowHref({ kind, key, size, seriesId, assessmentIds: [assessmentId] }: AttentionRow): string {
  if (kind === AttentionKind.Failed) return paths.batch(key);
  return size > 1 && seriesId !== null ? paths.series(seriesId) : paths.assessment(assessmentId);
}

const MOST_IN_ADDRESS = 50;

interface Action {
  readonly href: string;
  readonly label: string;
  readonly icon: string;
  /** Changes something at once. */
  readonly isPost: boolean;
}

/** The one deed that mends it. */
function actionOf({ translator: { t } }: Wording, row: AttentionRow): Action {
  const { assessmentIds, seriesId, size, examiner } = row;
  const [id] = assessmentIds;
  const contactId = examiner?.contactId ?? '';
  const action = (
    name: 'address' | 'answer' | 'batch' | 'due' | 'choose' | 'invite' | 'remind',
    href: string,
    icon: string,
  ) => ({
    href,
    icon,
    label: t(`following.attention.action.${name}`),
    isPost: name === 'remind',
  });
  switch (row.kind) {
    case AttentionKind.Bounced:
      return action('address', paths.assessmentAddress(id, contactId), 'at-sign');
    case AttentionKind.Asked:
      return row.ask === AskKind.Return
        ? action('answer', paths.assessmentReturn(id, contactId), 'undo-2')
        : action('answer', paths.assessmentAnswer(id, contactId), 'reply');
    case AttentionKind.Failed:
      return action('batch', paths.batch(row.key), 'send');
    case AttentionKind.Late: {
      if (size === 1) return action('due', paths.assessmentDue(id), 'calendar-clock');
      // More than fit in an address are ticked in the list.
      const list = listHref({ ...WHOLE_LIST, attention: AttentionKind.Late, seriesId });
      return action('due', size > MOST_IN_ADDRESS ? list : paths.dueMany(assessmentIds), 'calendar-clock');
    }
    case AttentionKind.Unchosen: {
      const isMany = size > 1 && seriesId !== null;
      if (row.hasChosen)
        return action('invite', isMany ? paths.seriesInvite(seriesId) : paths.assessmentInvite(id), 'send');
      return action('choose', isMany ? paths.seriesExaminers(seriesId) : paths.assessmentExaminers(id), 'users');
    }
    case AttentionKind.Third:
      if (row.hasChosen) return action('invite', paths.assessmentInvite(id), 'send');
      return action('choose', paths.assessmentExaminers(id), 'users');
    case AttentionKind.Silent:
      return action('remind', paths.assessmentRemind(id, contactId), 'bell');
  }
}

function aroundText(wording: Wording, { underWay, assessed, nextDue }: AttentionSummary): string {
  const { t } = wording.translator;
  return [
    underWay > 0 ? t('following.attention.underWay', { count: underWay }) : '',
    assessed > 0 ? t('following.attention.assessed', { count: assessed }) : '',
    nextDue ? t('following.attention.nextDue', { day: longDay(wording, nextDue.at), count: nextDue.count }) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Nothing to do: what there is besides. */
function calmModel(wording: Wording, summary: AttentionSummary, hasStarted: boolean) {
  const { t } = wording.translator;
  const around = aroundText(wording, summary);
  const empty = hasStarted ? t('following.attention.nothingRuns') : t('following.attention.nothingYet');
  return { title: t('following.attention.nothingTitle'), text: around === '' ? empty : around };
}
