import type { mending as nl } from '../nl/mending.ts';
import type { DictionaryLike } from '../types.ts';

export const mending: DictionaryLike<typeof nl> = {};
