/** The list of what went to the exam office. */
import { type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { parseCursor } from '../../../cursor.ts';
import { checkPeriod, instantsOf } from '../export/asked.ts';
import { queryOf } from '../support.ts';
import { SENT_PAGE_SIZE, sentHref, sentModel, sentViewOf } from './sent.model.ts';

/** Longer than any day. */
const MAX_TYPED = 20;

export function createSentPage(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const typed = (name: string) => (queryOf(req, name) ?? '').trim().slice(0, MAX_TYPED);
    const address = { view: sentViewOf(queryOf(req, 'welke')), from: typed('van'), until: typed('tot') };
    const period = { from: address.from, to: address.until };
    const errors = checkPeriod(wording, period);
    const { from, before: until } = errors.length > 0 ? { from: null, before: null } : instantsOf(wording, period);
    const after = parseCursor(queryOf(req, 'na'));
    const before = after === null ? parseCursor(queryOf(req, 'voor')) : null;
    const request = { view: address.view, from, until, after, before, limit: SENT_PAGE_SIZE };
    const page = await repositoriesOf(kit, res).sent.readSent(request);
    // All that came after this place is gone: begin again.
    if (page.rows.length === 0 && after !== null) return res.redirect(303, sentHref(address));
    const model = sentModel({ wording, address, page, errors });
    const hasErrors = errors.length > 0;
    kit.sendPage(res, 'committee-sent', model, {
      title: model.title,
      width: 'wide',
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'sent',
    });
  };
}
