/** Places to work in. Pure. */
import type { Role } from '../../../domain/school.ts';
import type { Place } from '../../../prisma/repositories/sessions.ts';
import type { Member } from '../../context.ts';
import { paths } from '../../paths.ts';
import { roleName, type Wording } from '../../wording.ts';

/** Stands for all roles at once, where a role is posted. */
export const ALL_ROLES = 'alle';

export function placeModel(wording: Wording, places: readonly Place[], member: Member | null) {
  const { t } = wording.translator;
  const isHere = (place: Place) => member?.schoolId === place.schoolId;
  return {
    title: t('account.place.title'),
    lead: t(member === null ? 'account.place.lead' : 'account.place.leadSwitch'),
    action: paths.place(),
    isEmpty: places.length === 0,
    schools: places.map((place) => ({
      name: place.schoolName,
      isHere: isHere(place),
      options: [
        // One role is no choice; with several, all together comes first.
        ...(place.roles.length > 1
          ? [{ value: `${place.schoolId}|${ALL_ROLES}`, label: t('account.place.all'), icon: 'users' }]
          : []),
        ...place.roles.map((role) => ({
          value: `${place.schoolId}|${role}`,
          label: roleName(wording.translator, role),
          icon: ICONS[role],
        })),
      ].map((option) => ({ ...option, isCurrent: isHere(place) && isChosen(option.value, place, member) })),
    })),
  };
}

const ICONS: Readonly<Record<Role, string>> = {
  teacher: 'graduation-cap',
  committee: 'gavel',
  administrator: 'settings',
  supervisor: 'briefcase',
  student: 'user-round',
};

function isChosen(value: string, place: Place, member: Member | null): boolean {
  const role = value.slice(value.indexOf('|') + 1);
  const count = member?.roles.length ?? 0;
  if (role === ALL_ROLES) return count === place.roles.length;
  return count === 1 && member?.roles[0] === role;
}
