import type { ExamDefinition } from '../../domain/exam.ts';
import { validateExamDefinition } from '../../domain/exam-validation.ts';
import type { FileImport } from './import-error.ts';
import { parseJsonBytes } from './json.ts';

/**
 * Reads one exam as a JSON file. What an exam must be is a rule of the domain; this adds only the file around it.
 *
 * @returns the exam, or every error with the path of the field (`units[0].coreTasks[1].code`).
 */
export function parseExamImport(bytes: Uint8Array): FileImport<ExamDefinition> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const checked = validateExamDefinition(json.value);
  return checked.ok ? { ok: true, value: checked.exam } : { ok: false, errors: checked.errors };
}
