/** In which order an examiner sees work, and what is offered next. Pure. */
import type { WorkItem } from '../../../prisma/repositories/examiner.ts';

type Work = Pick<WorkItem, 'status' | 'isAsked' | 'dueAt' | 'agreement'>;

/** States whose form still asks for work. */
const OPEN: readonly string[] = ['returned', 'started', 'open'];

/** Whether it waits for the examiner: not for an answer, nor for somebody else. */
export function isToDo({ status, isAsked, agreement }: Work): boolean {
  return (OPEN.includes(status) && !isAsked) || agreement === 'yours';
}

/** What came back first, then what can be done, the soonest first; then what waits, what is finished, what is over. */
export function sortWork<Item extends Work>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => placeOf(a) - placeOf(b) || byDue(a, b));
}

/** What to go on with: what came back, what was begun, then the soonest; null when nothing waits for the examiner. */
export function nextWork<Item extends Work>(items: readonly Item[]): Item | null {
  const rank = (item: Item) => (OPEN.includes(item.status) ? OPEN.indexOf(item.status) : OPEN.length);
  return items.filter(isToDo).sort((a, b) => rank(a) - rank(b) || byDue(a, b))[0] ?? null;
}

function placeOf(item: Work): number {
  if (isToDo(item)) return item.status === 'returned' ? 0 : 1;
  if (OPEN.includes(item.status)) return 2;
  return ['finished', 'closed', 'ended'].indexOf(item.status) + 3;
}

/** Without a deadline comes last. */
function byDue(a: Work, b: Work): number {
  return (a.dueAt?.getTime() ?? Number.MAX_VALUE) - (b.dueAt?.getTime() ?? Number.MAX_VALUE);
}
