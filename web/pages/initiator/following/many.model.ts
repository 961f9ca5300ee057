/** The bar below a list: what can be done with all that is ticked. Pure. */
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';

export function manyModel({ translator: { t } }: Wording) {
  return {
    /** Without a button pressed (enter in a tick box): the harmless one. */
    defaultHref: paths.remindMany(),
    label: t('following.many.label'),
    allLabel: t('following.many.all'),
    countOne: t('following.many.count', { count: 1 }),
    countMany: t('following.many.count', { count: 2 }),
    actions: [
      { href: paths.remindMany(), label: t('following.many.remind'), icon: 'bell' },
      { href: paths.dueMany(), label: t('following.many.due'), icon: 'calendar-clock' },
      { href: paths.cancelMany(), label: t('following.many.cancel'), icon: 'ban' },
    ],
  };
}
