/** When a mail that was not sent is tried again, and when we give up. */
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long a worker may hold a mail; all timeouts of the mail server together stay below it. */
export const LEASE_MS = MINUTE_MS;
/** A document that may have been sent waits this long: the office should not get it twice within a breath. */
export const REPEAT_WAIT_MS = 5 * MINUTE_MS;
/** A mail that cannot be written (our own fault) is tried this often, about two hours in all. */
export const COMPOSE_TRIES = 12;

const FIRST_DELAY_MS = 15 * SECOND_MS;
const LAST_DELAY_MS = 15 * MINUTE_MS;
/** After trouble of the server, which hits every mail, a mail should not sleep long once it is over. */
const TROUBLE_DELAY_MS = MINUTE_MS;
const PAUSE_FIRST_MS = SECOND_MS;
const PAUSE_LAST_MS = 30 * SECOND_MS;

export const GIVE_UP_AFTER_MS = 3 * DAY_MS;
/** So that a mail that lay still while the worker was down is not given up at its first try. */
export const GIVE_UP_TRIES = 10;

/** A number from 0 up to 1; replaced in tests. */
export type Random = () => number;

/**
 * Milliseconds until the next try: doubles from 15 seconds to 15 minutes, each time a random part off, so that mails that
 * failed together do not come back together.
 * @param tries how often it was tried, at least 1
 */
export function retryDelay(tries: number, isServerTrouble: boolean, random: Random = Math.random): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 20), LAST_DELAY_MS);
  const bounded = isServerTrouble ? Math.min(full, TROUBLE_DELAY_MS) : full;
  return Math.round(bounded * (0.5 + random() / 2));
}

/**
 * Milliseconds in which no mail at all is tried after the server was in trouble.
 * @param failures how often in a row, at least 1
 */
export function pauseDelay(failures: number): number {
  return Math.min(PAUSE_FIRST_MS * 2 ** Math.min(failures - 1, 10), PAUSE_LAST_MS);
}

export function mustGiveUp(queuedAt: Date, tries: number, now: Date): boolean {
  return tries >= GIVE_UP_TRIES && now.getTime() - queuedAt.getTime() >= GIVE_UP_AFTER_MS;
}
