/**
 * Listens for signals about a stream.
 *
 * Contract
 * 1. A signal carries the newest number only; a repeat, an older one and a gap need no care, because whoever is woken reads
 *    the whole state.
 * 2. Any number other than the one that was read is a reason to read again, once. Not only a higher one: a database that
 *    was restored counts on from an earlier number, and must be heard.
 */
import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { PROGRESS_SIGNAL, type Progressed } from './messages.ts';

const progressedSignal = defineSignal<[Progressed]>(PROGRESS_SIGNAL);

export interface News {
  /** Whether something happened that was not read yet. */
  isWaiting(): boolean;
  /** Reads, and takes everything up to there as seen. */
  read<View extends { readonly seq: number }>(load: () => Promise<View | null>): Promise<View | null>;
  /** Waits until something happens. */
  next(): Promise<void>;
  /** Waits until something happens, at most until the instant. @returns whether the instant came first */
  nextOrAt(instant: string): Promise<boolean>;
  /** Waits until something happens, at most so long. */
  nextOrAfter(milliseconds: number): Promise<void>;
}

/** Sets the handler; call it before anything is awaited, so that no signal is missed. */
export function listenForNews(): News {
  let seen = 0;
  let unread: number | null = null;
  const isWaiting = () => unread !== null;
  setHandler(progressedSignal, ({ seq }) => {
    if (seq !== seen) unread = seq;
  });
  return {
    isWaiting,
    async read(load) {
      unread = null;
      const view = await load();
      seen = view?.seq ?? 0;
      // What was signalled during the read is in it.
      if (unread !== null && unread <= seen) unread = null;
      return view;
    },
    next: () => condition(isWaiting),
    async nextOrAt(instant) {
      const wait = Date.parse(instant) - Date.now();
      return wait > 0 ? !(await condition(isWaiting, wait)) : true;
    },
    async nextOrAfter(milliseconds) {
      await condition(isWaiting, milliseconds);
    },
  };
}
