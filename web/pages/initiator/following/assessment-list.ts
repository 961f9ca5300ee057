import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ListFilter, ListPlace } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { type Followed, liveOf } from '../../../live.ts';
import { cookieOf, setCookie } from '../../../middleware/cookies.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { trimQuery } from '../students/students.model.ts';
import { listModel } from './assessment-list.model.ts';
import { dateProblem, filterOf, type ListAddress, listHref, readAddress, WHOLE_LIST } from './list-address.ts';
import { quietBefore } from './quiet.ts';

const PAGE_SIZE = 25;
const LOOK_EVERY_MS = 4_000;
/** Search words are names: they stay out of addresses and live in the browser until it closes. */
const SEARCH_COOKIE = '__Host-proeve-afnames';

/** What the request asks for: its address, and the words of the cookie. */
export interface ListRequest {
  readonly address: ListAddress;
  readonly query: string;
  readonly filter: ListFilter;
  readonly place: ListPlace;
}

/** Reads the filter of a list, or of what is made of one. @param now the moment from which silence is counted back */
export function readListRequest(req: Request, res: Response, now: Date): ListRequest {
  const { timeZone } = wordingOf(res);
  const address = readAddress(req.query);
  const query = rememberedQuery(req);
  const { membershipId } = memberOf(res);
  const filter = filterOf(address, { membershipId, query, timeZone, quietBefore: quietBefore(now, timeZone) });
  return { address, query, filter, place: readPlace(req) };
}

/** All assessments that this initiator started. */
export function showList(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const initiator = initiatorOf(kit, res);
    const now = new Date();
    const request = readListRequest(req, res, now);
    const { address, query, filter, place } = request;
    const mark = (await liveOf(kit).mark(followedList(kit, res, request))) ?? '';
    const [page, counts, choices] = await Promise.all([
      initiator.list(filter, place, PAGE_SIZE),
      initiator.countByStatus(filter),
      initiator.listChoices(filter.membershipId),
    ]);
    const hasErrors = dateProblem(address) !== null;
    const model = listModel(wording, { address, place, query, page, counts, choices, mark, now });
    kit.sendPage(res, 'assessment-list', model, {
      title: wording.translator.t('initiator.list.title'),
      width: 'wide',
      scripts: ['live.js', 'ticks.js'],
      helpKey: 'assessments',
      hasErrors,
    });
  };
}

/** Tells an open list that rows changed. */
export function followList(kit: PageKit): PageHandler {
  return async (req, res) => {
    const request = readListRequest(req, res, new Date());
    if (!(await liveOf(kit).follow(followedList(kit, res, request), req, res))) sendNotFound(kit, req, res);
  };
}

function followedList(kit: PageKit, res: Response, { address, query, filter, place }: ListRequest): Followed {
  const initiator = initiatorOf(kit, res);
  const { timeZone } = wordingOf(res);
  const what = createHash('sha256')
    .update(JSON.stringify([address, query, place]))
    .digest('base64url');
  return {
    key: `list:${filter.membershipId}:${what}`,
    everyMs: LOOK_EVERY_MS,
    stamp: () => initiator.listStamp(upToDate(filter, timeZone), place, PAGE_SIZE),
  };
}

/** A page stays open for hours: silence is counted back from the moment of looking. */
function upToDate(filter: ListFilter, timeZone: string): ListFilter {
  if (filter.attention === undefined) return filter;
  return { ...filter, attention: { ...filter.attention, quietBefore: quietBefore(new Date(), timeZone) } };
}

/** Takes the filter and the words to search for; an empty search clears them. */
export function searchList(): PageHandler {
  return (req: Request, res: Response) => {
    const isClearing = textOf(req.body, 'wis') !== '';
    const query = isClearing ? '' : trimQuery(textOf(req.body, 'zoek'));
    if (query === '') setCookie(res, SEARCH_COOKIE, '', 0);
    else setCookie(res, SEARCH_COOKIE, Buffer.from(query).toString('base64url'));
    res.redirect(303, listHref(isClearing ? WHOLE_LIST : readAddress(req.body)));
  };
}

function readPlace(req: Request): ListPlace {
  const after = textOf(req.query, 'na');
  const before = textOf(req.query, 'voor');
  if (isId(before)) return { before };
  return isId(after) ? { after } : {};
}

function rememberedQuery(req: Request): string {
  const value = cookieOf(req, SEARCH_COOKIE);
  return value === null ? '' : trimQuery(Buffer.from(value, 'base64url').toString('utf8'));
}
