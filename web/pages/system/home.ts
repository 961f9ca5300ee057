import type { Role as RoleCode } from '../../../domain/school.ts';
import { Role } from '../../../domain/school.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';

/**
 * Where somebody belongs.
 * @param roles of the signed-in member; null for a visitor
 * @param hasGrants whether this browser opened the link of an examiner
 * @returns a path, or null for a member whose role has no room yet
 */
export function homeFor(roles: readonly RoleCode[] | null, hasGrants: boolean): string | null {
  if (roles?.includes(Role.Teacher)) return paths.attention();
  if (roles?.includes(Role.Committee)) return paths.queue();
  if (roles?.includes(Role.Administrator)) return paths.condition();
  if (roles?.includes(Role.Student)) return paths.myExams();
  if (hasGrants) return paths.workList();
  return roles === null ? paths.signIn() : null;
}

export function showHome(kit: PageKit): PageHandler {
  return (_req, res) => {
    const { account, member, grants, school, translator } = contextOf(res);
    if (member === null && account !== null) return res.redirect(303, paths.place());
    const place = homeFor(member?.roles ?? null, grants.length > 0);
    if (place !== null) return res.redirect(303, place);
    const title = translator.t('signin.home.title', { name: member?.name ?? '' });
    kit.sendPage(res, 'home', { title, school: school?.name ?? '', helpHref: paths.help('start') }, { title });
  };
}
