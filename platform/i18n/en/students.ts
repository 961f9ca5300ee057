import type { students as nl } from '../nl/students.ts';
import type { DictionaryLike } from '../types.ts';

export const students: DictionaryLike<typeof nl> = {};
