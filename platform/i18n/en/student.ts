import type { student as nl } from '../nl/student.ts';
import type { DictionaryLike } from '../types.ts';

export const student: DictionaryLike<typeof nl> = {
  title: 'My exams',
};
