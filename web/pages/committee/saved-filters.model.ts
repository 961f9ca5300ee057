/** What the page of the member's own filters shows. Pure. */
import { MOST_FILTERS, type SavedFilter } from '../../../prisma/repositories/saved-filters.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { queueHref, readAddress } from './queue-address.ts';
import { FILTER_NAME_FIELD } from './queue-filters.model.ts';

export const MOST_NAME = 60;

export interface FilterError {
  /** Null: the filter that is to be saved. */
  readonly filterId: string | null;
  /** As typed. */
  readonly name: string;
  readonly code: 'nameRequired' | 'nameTooLong' | 'taken' | 'takenBack' | 'tooMany';
  /** The filter that is to be saved; null where a kept one was to change. */
  readonly pending: Readonly<Record<string, string>> | null;
}

export interface SavedFiltersInput {
  readonly wording: Wording;
  readonly kept: readonly SavedFilter[];
  readonly removed: readonly Pick<SavedFilter, 'id' | 'name'>[];
  readonly error: FilterError | null;
}

export function savedFiltersModel({ wording, kept, removed, error }: SavedFiltersInput) {
  const { t } = wording.translator;
  const message =
    error === null
      ? ''
      : t(`committee.filters.error.${error.code}`, { max: error.code === 'tooMany' ? MOST_FILTERS : MOST_NAME });
  const fieldOf = (id: string) => `${FILTER_NAME_FIELD}-${id}`;
  const pendingField = `${FILTER_NAME_FIELD}-nieuw`;
  const isAtField = error !== null && error.code !== 'takenBack';
  return {
    title: t('committee.filters.title'),
    crumbs: [
      { href: paths.queue({ terug: '1' }), label: t('committee.title') },
      { label: t('committee.filters.title') },
    ],
    backHref: paths.queue({ terug: '1' }),
    action: paths.queueFilters(),
    errors:
      error === null
        ? []
        : [{ field: isAtField ? (error.filterId === null ? pendingField : fieldOf(error.filterId)) : 'weg', message }],
    pending:
      error?.pending == null
        ? null
        : {
            fieldId: pendingField,
            name: error.name,
            error: message,
            hidden: Object.entries(error.pending).map(([name, value]) => ({ name, value })),
          },
    filters: kept.map(({ id, name, query, isStart }) => ({
      id,
      fieldId: fieldOf(id),
      fieldName: FILTER_NAME_FIELD,
      name: error?.filterId === id ? error.name : name,
      title: name,
      error: error?.filterId === id && isAtField ? message : '',
      href: queueHref(readAddress(query)),
      isStart,
      deletePath: paths.queueFilterDelete(id),
      renameLabel: t('committee.filters.renameOf', { name }),
      deleteLabel: t('committee.filters.deleteOf', { name }),
      startLabel: t('committee.filters.startOf', { name }),
    })),
    hasStart: kept.some(({ isStart }) => isStart),
    removed: removed.map(({ id, name }) => ({ id, name, label: t('committee.filters.restoreOf', { name }) })),
    empty: kept.length === 0 && error === null,
  };
}
