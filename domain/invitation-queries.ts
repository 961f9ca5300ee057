/** What can be read from the state of an invitation. */
import { type InvitationState, PairStatus } from './invitation-messages.ts';

/** Since when all open work waits for an answer of the initiator; null when some does not. */
export function pausedSince(state: InvitationState): string | null {
  if (state.paused === undefined) return null;
  const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === PairStatus.Open);
  const since = open.map((id) => state.paused?.[id]);
  return since.length > 0 && since.every((at) => at !== undefined) ? (since.sort().at(-1) ?? null) : null;
}

/** Whether somebody still has something to score in it. */
export function hasOpenPair(state: InvitationState): boolean {
  return Object.values(state.pairs).includes(PairStatus.Open);
}
