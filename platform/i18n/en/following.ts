import type { following as nl } from '../nl/following.ts';
import type { DictionaryLike } from '../types.ts';

export const following: DictionaryLike<typeof nl> = {};
