import type { Request, Response } from 'express';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { parseCursor } from '../../../cursor.ts';
import { cookieOf, setCookie } from '../../../middleware/cookies.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, textOf } from '../requests.ts';
import { trimQuery } from '../students/students.model.ts';
import { listHref, listModel, statusOf } from './assessment-list.model.ts';

const PAGE_SIZE = 25;
/** Search words are names: they stay out of addresses and live in the browser until it closes. */
const SEARCH_COOKIE = '__Host-proeve-afnames';

/** All assessments that this initiator started. */
export function showList(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const initiator = initiatorOf(kit, res);
    const address = addressOf(req.query);
    const query = rememberedQuery(req);
    const filter = {
      membershipId: memberOf(res).membershipId,
      ...(address.status === null ? {} : { status: address.status }),
      ...(address.examVersionId === null ? {} : { examVersionId: address.examVersionId }),
      query,
    };
    const after = parseCursor(textOf(req.query, 'na'));
    const before = parseCursor(textOf(req.query, 'voor'));
    const [page, counts] = await Promise.all([
      initiator.list(filter, { ...(after ? { after } : {}), ...(before ? { before } : {}) }, PAGE_SIZE),
      initiator.countByStatus(filter),
    ]);
    kit.sendPage(res, 'assessment-list', listModel(wording, { address, query, page, counts }), {
      title: wording.translator.t('initiator.list.title'),
      width: 'wide',
    });
  };
}

/** Takes the words to search for; an empty search clears them. */
export function searchList(): PageHandler {
  return (req: Request, res: Response) => {
    const isClearing = textOf(req.body, 'wis') !== '';
    const query = isClearing ? '' : trimQuery(textOf(req.body, 'zoek'));
    if (query === '') setCookie(res, SEARCH_COOKIE, '', 0);
    else setCookie(res, SEARCH_COOKIE, Buffer.from(query).toString('base64url'));
    res.redirect(303, isClearing ? listHref({ status: null, examVersionId: null }) : listHref(addressOf(req.body)));
  };
}

function addressOf(source: unknown) {
  const exam = textOf(source, 'examen');
  return { status: statusOf(textOf(source, 'status')), examVersionId: isId(exam) ? exam : null };
}

function rememberedQuery(req: Request): string {
  const value = cookieOf(req, SEARCH_COOKIE);
  return value === null ? '' : trimQuery(Buffer.from(value, 'base64url').toString('utf8'));
}
