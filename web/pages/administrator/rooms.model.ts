/** The pages of an administrator, as tabs above each of them. Pure. */
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';

export type AdministratorRoom = 'condition' | 'branding';

export function roomTabs({ translator: { t } }: Wording, current: AdministratorRoom) {
  return [
    {
      href: paths.condition(),
      label: t('administrator.condition.title'),
      icon: 'activity',
      isCurrent: current === 'condition',
    },
    { href: paths.branding(), label: t('branding.title'), icon: 'palette', isCurrent: current === 'branding' },
  ];
}
