import type { signin as nl } from '../nl/signin.ts';
import type { DictionaryLike } from '../types.ts';

export const signin: DictionaryLike<typeof nl> = {
  title: 'Sign in',
};
