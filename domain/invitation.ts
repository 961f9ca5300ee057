/**
 * The invitation: one examiner, one mail, one or more assessments. It owns the link, the mails and the reminders.
 *
 * Contract
 * 1. `decideInvitation` and `evolveInvitation` are total (see assessment.ts).
 * 2. An invitation is over when no pair is open: `completed` when something was finished, `withdrawn` otherwise.
 * 3. Reminders are queued only while the invitation is active, one per number.
 * 4. The link is known here by id only. A new link makes the former one useless at once.
 * 5. `delivery` says whether the address works, as far as is known:
 *    - it begins with the mail that brought the link, and goes forward only: queued, accepted, delayed, delivered, lost;
 *    - a mail to the present address that comes back makes it lost, whichever mail of the invitation it was: a reminder to
 *      that address would not arrive either;
 *    - but an older mail than the one with the link counts only when the address is wrong for good, and nothing newer
 *      arrived: a mailbox that was full then may have room now;
 *    - news of a mail to an address that was corrected since says nothing;
 *    - any mail that arrives at the present address ends it.
 * 6. A pair is paused while the examiner waits for an answer of the initiator; when all open pairs are, nobody is reminded.
 */

export { decideInvitation } from './invitation-decide.ts';
export { evolveInvitation } from './invitation-evolve.ts';
export * from './invitation-messages.ts';
export { pausedSince } from './invitation-queries.ts';
export * from './mail-reach.ts';
