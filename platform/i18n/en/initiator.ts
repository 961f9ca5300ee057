import type { initiator as nl } from '../nl/initiator.ts';
import type { DictionaryLike } from '../types.ts';

export const initiator: DictionaryLike<typeof nl> = {
  title: 'Assessments',
};
