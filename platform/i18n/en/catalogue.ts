import type { catalogue as nl } from '../nl/catalogue.ts';
import type { DictionaryLike } from '../types.ts';

export const catalogue: DictionaryLike<typeof nl> = {};
