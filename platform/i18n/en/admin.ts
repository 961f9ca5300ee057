import type { admin as nl } from '../nl/admin.ts';
import type { DictionaryLike } from '../types.ts';

export const admin: DictionaryLike<typeof nl> = {
  title: 'Administration',
};
