/** Filters of the queue that a member keeps: saving, naming, removing and putting back, and where the queue begins. */
import type { Request, RequestHandler, Response } from 'express';
import { cleanSearch } from '../../../domain/text.ts';
import type { RenameOutcome } from '../../../prisma/repositories/saved-filters.ts';
import { memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId } from '../../posted.ts';
import { fieldsOf, queueHref, readAddress } from './queue-address.ts';
import { FILTER_NAME_FIELD } from './queue-filters.model.ts';
import { type FilterError, MOST_NAME, savedFiltersModel } from './saved-filters.model.ts';
import { fieldOf } from './support.ts';

/** Longer ones are refused by name; this much is shown again. */
const MOST_POSTED = 200;

/** Pages of the own filters. */
export function createSavedFilterPages(kit: PageKit) {
  const filtersOf = (res: Response) => repositoriesOf(kit, res).committee;

  const show: RequestHandler = (_req, res) => send(res, null);

  async function send(res: Response, error: FilterError | null): Promise<void> {
    const { membershipId } = memberOf(res);
    const [kept, removed] = await Promise.all([
      filtersOf(res).listFilters(membershipId),
      filtersOf(res).listRemoved(membershipId, new Date()),
    ]);
    const model = savedFiltersModel({ wording: wordingOf(res), kept, removed, error });
    kit.sendPage(res, 'committee-filters', model, {
      title: model.title,
      helpKey: 'queueFilters',
      hasErrors: error !== null,
      ...(error === null ? {} : { status: 422 }),
    });
  }

  /** One address for all that can be done; the button says what. */
  const post: RequestHandler = async (req, res) => {
    const id = fieldOf(req, 'filter');
    const action = fieldOf(req, 'actie');
    if (action === '') return save(req, res);
    if (action === 'begin-gewoon') return start(res, null);
    if (!isId(id)) return gone(res);
    if (action === 'naam') return rename(req, res, id);
    if (action === 'begin') return start(res, id);
    if (action === 'terugzetten') {
      const outcome = await filtersOf(res).restoreFilter(memberOf(res).membershipId, id);
      return settle(res, outcome, id, 'restored');
    }
    return gone(res);
  };

  async function save(req: Request, res: Response): Promise<void> {
    const { t } = wordingOf(res).translator;
    const address = readAddress(req.body);
    const name = cleanSearch(fieldOf(req, FILTER_NAME_FIELD), MOST_POSTED);
    const back = queueHref(address);
    const problem = nameProblem(name);
    if (problem !== null) {
      return send(res, { filterId: null, name, code: problem, pending: fieldsOf(address) });
    }
    const isStart = fieldOf(req, 'begin') !== '';
    const query = fieldsOf(address);
    const outcome = await filtersOf(res).saveFilter(memberOf(res).membershipId, { name, query, isStart }, new Date());
    if (outcome === 'tooMany') return send(res, { filterId: null, name, code: 'tooMany', pending: fieldsOf(address) });
    kit.setFlash(res, { kind: 'ok', text: t(`committee.filters.${outcome}`, { name }) });
    res.redirect(303, back);
  }

  async function rename(req: Request, res: Response, id: string): Promise<void> {
    const name = cleanSearch(fieldOf(req, FILTER_NAME_FIELD), MOST_POSTED);
    const problem = nameProblem(name);
    if (problem !== null) return send(res, { filterId: id, name, code: problem, pending: null });
    const outcome = await filtersOf(res).renameFilter(memberOf(res).membershipId, id, name);
    if (outcome === 'taken') return send(res, { filterId: id, name, code: 'taken', pending: null });
    return settle(res, outcome, id, 'renamed');
  }

  async function start(res: Response, id: string | null): Promise<void> {
    const isDone = await filtersOf(res).setStart(memberOf(res).membershipId, id);
    if (!isDone) return gone(res);
    return done(res, id === null ? 'startCleared' : 'startSet');
  }

  const remove: RequestHandler = async (req, res) => {
    const { id } = req.params;
    const name = isId(id) ? await filtersOf(res).removeFilter(memberOf(res).membershipId, id, new Date()) : null;
    return name === null ? gone(res) : done(res, 'removed', name);
  };

  async function settle(
    res: Response,
    outcome: RenameOutcome,
    id: string,
    word: 'renamed' | 'restored',
  ): Promise<void> {
    if (outcome === 'taken') return send(res, { filterId: id, name: '', code: 'takenBack', pending: null });
    return outcome === 'unknown' ? gone(res) : done(res, word);
  }

  function done(
    res: Response,
    word: 'renamed' | 'restored' | 'removed' | 'startSet' | 'startCleared',
    name = '',
  ): void {
    const { t } = wordingOf(res).translator;
    kit.setFlash(res, { kind: 'ok', text: t(`committee.filters.${word}`, { name }) });
    res.redirect(303, paths.queueFilters());
  }

  /** Removed in another window, or never there. */
  function gone(res: Response): void {
    kit.setFlash(res, { kind: 'warning', text: wordingOf(res).translator.t('committee.filters.gone') });
    res.redirect(303, paths.queueFilters());
  }

  return { show, post, remove };
}

function nameProblem(name: string): 'nameRequired' | 'nameTooLong' | null {
  if (name === '') return 'nameRequired';
  return [...name].length > MOST_NAME ? 'nameTooLong' : null;
}
