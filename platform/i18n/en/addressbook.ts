import type { addressbook as nl } from '../nl/addressbook.ts';
import type { DictionaryLike } from '../types.ts';

export const addressbook: DictionaryLike<typeof nl> = {};
