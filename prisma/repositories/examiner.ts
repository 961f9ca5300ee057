import type { SchoolScope } from './index.ts';

export type ExaminerRepository = ReturnType<typeof createExaminerRepository>;

export function createExaminerRepository(_scope: SchoolScope) {
  return {};
}
