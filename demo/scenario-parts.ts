/** Names and builders the scenario is written in. Addresses are those of `people.csv` and `contacts.csv`. */
import type { Scope } from '../domain/assignment.ts';
import { careDay, careGuidance, careTeamwork, type Flavour, fillIn, kitchen } from './answers.ts';
import type { DemoAnswers, DemoExaminer } from './scenario-types.ts';

export const CARE = { examCode: 'ZDB-2026', attempt: 1, initiator: 'm.lindeboom@roc-voorbeeld.example' } as const;
export const KITCHEN = {
  examCode: 'KEU-2026',
  unitCodes: ['EX1'],
  attempt: 1,
  initiator: 'r.vandenbeitel@roc-voorbeeld.example',
} as const;

export const ZANDLOPER = 'w.zandloper@deoudelinde.example';
export const KERS = 'j.vandenkers@deoudelinde.example';
export const NOTENBOOM = 's.notenboom@zorgaanhuisnoord.example';
export const LANTAARN = 'k.lantaarn@zorgaanhuisnoord.example';
export const KRUIWAGEN = 'd.kruiwagen@hethofje.example';
export const DUINDOORN = 'b.duindoorn@hethofje.example';
export const PAARDENBLOEM = 'i.paardenbloem@roc-voorbeeld.example';
export const SNOEK = 'l.snoek@roc-voorbeeld.example';
export const WINDHAAN = 'o.windhaan@roc-voorbeeld.example';
export const KOEKENPAN = 'g.koekenpan@brasseriehetroer.example';
export const ROERDOMP = 'p.roerdomp@brasseriehetroer.example';
export const APPELVINK = 'm.appelvink@restaurantdepeper.example';
export const DE_GARDE = 't.degarde@restaurantdepeper.example';
export const VIJZEL = 'h.vijzel@roc-voorbeeld.example';
export const HONINGRAAT = 's.honingraat@roc-voorbeeld.example';

export const EIKELBOOM = 'h.eikelboom@roc-voorbeeld.example';
export const AAMBEELD = 'f.aambeeld@roc-voorbeeld.example';
export const DE_VINK = 't.devink@roc-voorbeeld.example';
export const OFFICE_CARE = 'examenbureau@roc-voorbeeld.example';
export const OFFICE_KITCHEN = 'examenbureau-ht@roc-voorbeeld.example';

export const WHOLE: readonly Scope[] = [{ level: 'exam' }];
export const workProcesses = (...codes: string[]): Scope[] => codes.map((code) => ({ level: 'workProcess', code }));
export const components = (...refs: string[]): Scope[] => refs.map((ref) => ({ level: 'component', ref }));

type Flavours = readonly (Flavour | null)[];
export const day = (...flavours: Flavours) => fillIn(careDay, flavours);
export const guidance = (...flavours: Flavours) => fillIn(careGuidance, flavours);
export const teamwork = (...flavours: Flavours) => fillIn(careTeamwork, flavours);
export const shift = (...flavours: Flavours) => fillIn(kitchen, flavours);

/** What filling in a form takes, in days. */
const SITTING = 40 / 1440;

/** Invited, opened, started and finished on these days ago; who does the last two on one day takes a while over it. */
export function finished(
  email: string,
  scopes: readonly Scope[],
  days: readonly [invited: number, started: number, finished: number],
  answers: DemoAnswers,
  more: Partial<DemoExaminer> = {},
): DemoExaminer {
  const [invitedDaysAgo, sat, finishedDaysAgo] = days;
  const startedDaysAgo = Math.max(sat, finishedDaysAgo + SITTING);
  const moments = { invitedDaysAgo, openedDaysAgo: startedDaysAgo, startedDaysAgo, finishedDaysAgo };
  return { email, scopes, progress: 'finished', ...moments, answers, ...more };
}

/** Invited, opened and started on these days ago, with a saved draft. */
export function started(
  email: string,
  scopes: readonly Scope[],
  days: readonly [invited: number, started: number],
  answers: DemoAnswers,
  more: Partial<DemoExaminer> = {},
): DemoExaminer {
  const [invitedDaysAgo, startedDaysAgo] = days;
  const moments = { invitedDaysAgo, openedDaysAgo: startedDaysAgo, startedDaysAgo };
  return { email, scopes, progress: 'started', ...moments, answers, ...more };
}

export function invited(
  email: string,
  scopes: readonly Scope[],
  invitedDaysAgo: number,
  more: Partial<DemoExaminer> = {},
): DemoExaminer {
  return { email, scopes, progress: 'invited', invitedDaysAgo, ...more };
}
