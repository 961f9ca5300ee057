/** Choosing a school and a role to work in. */
import { isRole } from '../../../domain/school.ts';
import { contextOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { accountOf } from './account.ts';
import { ALL_ROLES, placeModel } from './place.model.ts';

/** A provider counts only for the schools that it is configured for; one that is configured no more counts for none. */
function schoolsOf(kit: PageKit, provider: string | null): readonly string[] | null {
  if (provider === null) return null;
  return kit.oidc.find(provider)?.schools.map(({ school }) => school) ?? [];
}

export function showPlaces(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const { id, provider } = accountOf(res);
    const places = await kit.repositories.sessions.listPlaces(id, schoolsOf(kit, provider));
    const model = placeModel(wordingOf(res), places, contextOf(res).member);
    kit.sendPage(res, 'place', model, { title: model.title, helpKey: 'account' });
  };
}

export function choosePlace(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { translator, sessionId } = contextOf(res);
    const { id, provider } = accountOf(res);
    const [schoolId = '', role = ''] = (singleOf(req.body, 'plek') ?? '').split('|');
    const isKnown = isId(schoolId) && sessionId !== null && (role === ALL_ROLES || isRole(role));
    const session = { id: sessionId ?? '', accountId: id, schools: schoolsOf(kit, provider) };
    const chosen = role === ALL_ROLES || !isRole(role) ? null : role;
    if (isKnown && (await kit.repositories.sessions.choosePlace(session, schoolId, chosen))) {
      return res.redirect(303, paths.home());
    }
    // A membership or a role that ended since the page was shown.
    kit.setFlash(res, { kind: 'warning', text: translator.t('account.place.gone') });
    res.redirect(303, paths.place());
  };
}
