/** Choosing a school and a role to work in. */
import { isRole } from '../../../domain/school.ts';
import { contextOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { accountOf } from './account.ts';
import { ALL_ROLES, placeModel } from './place.model.ts';

export function showPlaces(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const { id, schools } = accountOf(res);
    const places = await kit.repositories.sessions.listPlaces(id, schools);
    const model = placeModel(wordingOf(res), places, contextOf(res).member);
    kit.sendPage(res, 'place', model, { title: model.title, helpKey: 'account' });
  };
}

export function choosePlace(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { translator, sessionId } = contextOf(res);
    const { id, schools } = accountOf(res);
    const [schoolId = '', role = ''] = (singleOf(req.body, 'plek') ?? '').split('|');
    const isKnown = isId(schoolId) && sessionId !== null && (role === ALL_ROLES || isRole(role));
    const session = { id: sessionId ?? '', accountId: id, schools };
    const chosen = role === ALL_ROLES || !isRole(role) ? null : role;
    if (isKnown && (await kit.repositories.sessions.choosePlace(session, schoolId, chosen))) {
      return res.redirect(303, paths.home());
    }
    // A membership or a role that ended since the page was shown.
    kit.setFlash(res, { kind: 'warning', text: translator.t('account.place.gone') });
    res.redirect(303, paths.place());
  };
}
