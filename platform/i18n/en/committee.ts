import type { committee as nl } from '../nl/committee.ts';
import type { DictionaryLike } from '../types.ts';

export const committee: DictionaryLike<typeof nl> = {
  title: 'Exam committee',
};
