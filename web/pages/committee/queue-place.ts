/**
 * Where the member was in the queue, so that the way back from a dossier leads to the same page, and the dossier knows which one
 * comes next. A cookie of the session with school and query: what it says is read as any address is.
 */
import type { Request, Response } from 'express';
import type { QueueCursor } from '../../../prisma/repositories/queue-pages.ts';
import { memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { formatCursor, parseCursor } from '../../cursor.ts';
import { cookieOf, setCookie } from '../../middleware/cookies.ts';
import { paths } from '../../paths.ts';
import { filterOf, queueHref, readAddress } from './queue-address.ts';
import { readSearchWords } from './search-words.ts';

const PLACE_COOKIE = '__Host-proeve-lijst';
/** In its query: the dossier that was looked at last, where it was in the list then. */
const AT = 'bij';

export interface QueuePlace {
  readonly after?: QueueCursor;
  readonly before?: QueueCursor;
}

/** @param href of the page of the queue */
export function rememberPage(res: Response, schoolId: string, href: string): void {
  remember(res, schoolId, new URL(href, 'http://queue').searchParams);
}

function remember(res: Response, schoolId: string, query: URLSearchParams): void {
  setCookie(res, PLACE_COOKIE, `${schoolId}?${query}`);
}

/** Null when the member was in no queue of this school. */
function readPlace(req: Request, schoolId: string): URLSearchParams | null {
  const [of, query = ''] = (cookieOf(req, PLACE_COOKIE) ?? '').split('?');
  return of === schoolId ? new URLSearchParams(query) : null;
}

/** The page of the queue where the member was; its beginning when that is not known. */
export function hrefOfPlace(req: Request, schoolId: string): string {
  const fields = Object.fromEntries(readPlace(req, schoolId) ?? []);
  const after = parseCursor(fields.na);
  const before = parseCursor(fields.voor);
  return queueHref(readAddress(fields), { ...(after && { after }), ...(before && { before }) });
}

export interface NeighboursModel {
  /** Empty for none. */
  readonly previousHref: string;
  readonly nextHref: string;
}

/**
 * The dossiers before and after this one in the list from which the member came. Remembers where this one is, because a decision
 * takes it out of the list, and the one after it is still the next.
 */
export async function neighboursOf(kit: PageKit, req: Request, res: Response, id: string): Promise<NeighboursModel> {
  const { schoolId } = memberOf(res);
  const query = readPlace(req, schoolId);
  if (query === null) return { previousHref: '', nextHref: '' };
  const address = readAddress(Object.fromEntries(query));
  const { timeZone } = wordingOf(res);
  const last = parseCursor(query.get(AT));
  const { previous, next, place } = await repositoriesOf(kit, res).committee.findNeighbours({
    ...filterOf(address, readSearchWords(kit.keyring, req, res), timeZone),
    view: address.view,
    order: address.order,
    id,
    place: last?.id === id ? last : null,
  });
  if (place !== null) {
    query.set(AT, formatCursor(place));
    remember(res, schoolId, query);
  }
  const hrefOf = (other: string | null) => (other === null ? '' : paths.dossier(other));
  return { previousHref: hrefOf(previous), nextHref: hrefOf(next) };
}
