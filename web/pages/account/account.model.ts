/** One's own account and sessions. Pure. */
import { Role } from '../../../domain/school.ts';
import type { OwnSession } from '../../../prisma/repositories/sessions.ts';
import { isStudentOnly, type Member } from '../../context.ts';
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
  const words = isStudentOnly(member) ? 'mine.account' : 'account';
  const others = sessions.filter(({ id }) => id !== currentId).length;
  return {
    title: t(`${words}.title`),
    words: {
      you: t(`${words}.you`),
      switch: t(words === 'account' ? 'account.place.switch' : 'mine.account.switch'),
      sessions: t(`${words}.sessions.title`),
      sessionsLead: t(`${words}.sessions.lead`),
    },
    facts: member
      ? [
          { label: t('account.name'), value: member.name },
          { label: t('account.email'), value: member.email },
          {
            label: t(`${words}.roles`),
            value: member.roles.map((role) => roleName(wording.translator, role)).join(', '),
          },
        ]
      : [],
    detailsHref: member?.roles.includes(Role.Student) ? paths.myDetails() : '',
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
      until: t(`${words}.sessions.until`, { at: moment(wording, session.expiresAt) }),
      endLabel: t('account.sessions.endNamed', { device: session.device ?? t('account.sessions.unknownDevice') }),
    })),
    endHref: paths.sessionEnd(),
    everywhereHref: paths.signOutEverywhere(),
    everywhereText: t(`${words}.sessions.everywhereText`, { count: others + 1 }),
  };
}
