import type { styleguide as nl } from '../nl/styleguide.ts';
import type { DictionaryLike } from '../types.ts';

export const styleguide: DictionaryLike<typeof nl> = {
  title: 'Building blocks',
  lead: 'Each building block once, with invented data.',
};
