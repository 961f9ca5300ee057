import { writeFileSync } from 'node:fs';
import type { ScenarioRun } from './runner.ts';
export function writeReport(
  file: string,
  input: { readonly seed: number; readonly runs: readonly ScenarioRun[] },
): void {
  writeFileSync(file, JSON.stringify(input));
}
