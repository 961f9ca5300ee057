import type { examiner as nl } from '../nl/examiner.ts';
import type { DictionaryLike } from '../types.ts';

export const examiner: DictionaryLike<typeof nl> = {
  title: 'Assess',
};
