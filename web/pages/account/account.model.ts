/** One's own account and sessions. Pure. */
import type { OwnSession } from '../../../prisma/repositories/sessions.ts';
import type { Member } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment, roleName, type Wording } from '../../wording.ts';

export interface AccountFacts {
  /** Null before a place was chosen. */
  readonly member: Member | null;
  readonly sessions: readonly OwnSession[];
  /** Session of this browser. */
  readonly currentId: string | null;
  /** Names of identity providers by id. */
  readonly labels: ReadonlyMap<string, string>;
}

export function accountModel(wording: Wording, { member, sessions, currentId, labels }: AccountFacts) {
  const { t } = wording.translator;
  const others = sessions.filter(({ id }) => id !== currentId).length;
  return {
    title: t('account.title'),
    facts: member
      ? [
          { label: t('account.name'), value: member.name },
          { label: t('account.email'), value: member.email },
          {
            label: t('account.roles'),
            value: member.roles.map((role) => roleName(wording.translator, role)).join(', '),
          },
        ]
      : [],
    placeHref: member?.hasPlaces === true ? paths.place() : '',
    sessions: sessions.map((session) => ({
      id: session.id,
      isCurrent: session.id === currentId,
      device: session.device ?? t('account.sessions.unknownDevice'),
      how: session.provider
        ? t('account.sessions.byProvider', { provider: labels.get(session.provider) ?? session.provider })
        : t('account.sessions.byMail'),
      school: session.schoolName ?? '',
      since: t('account.sessions.since', { at: moment(wording, session.createdAt) }),
      seen: t('account.sessions.seen', { at: moment(wording, session.lastSeenAt) }),
      until: t('account.sessions.until', { at: moment(wording, session.expiresAt) }),
      endLabel: t('account.sessions.endNamed', { device: session.device ?? t('account.sessions.unknownDevice') }),
    })),
    endHref: paths.sessionEnd(),
    everywhereHref: paths.signOutEverywhere(),
    everywhereText: t('account.sessions.everywhereText', { count: others + 1 }),
  };
}
