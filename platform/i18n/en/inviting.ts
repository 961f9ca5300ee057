import type { inviting as nl } from '../nl/inviting.ts';
import type { DictionaryLike } from '../types.ts';

export const inviting: DictionaryLike<typeof nl> = {};
