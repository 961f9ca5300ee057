import type { account as nl } from '../nl/account.ts';
import type { DictionaryLike } from '../types.ts';

export const account: DictionaryLike<typeof nl> = {};
