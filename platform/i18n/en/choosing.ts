import type { choosing as nl } from '../nl/choosing.ts';
import type { DictionaryLike } from '../types.ts';

export const choosing: DictionaryLike<typeof nl> = {};
