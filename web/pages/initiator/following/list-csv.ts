/** The list as a file: exactly what the filter shows, on all its pages. */
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { ListedAssessment } from '../../../../prisma/repositories/initiator.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { initiatorOf } from '../requests.ts';
import { readListRequest } from './assessment-list.ts';
import { csvColumns, csvFileName, csvRow } from './list-csv.model.ts';

/** Far more than anybody has; it keeps one download from keeping the database busy. */
export const MOST_ROWS = 10_000;

export function downloadList(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const now = new Date();
    const { filter } = readListRequest(req, res, now);
    const parts = initiatorOf(kit, res).readAll(filter, MOST_ROWS);
    // The first part before the headers: what goes wrong there still gets a page of its own.
    const first = await parts.next();
    res.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${csvFileName(wording, now)}"`,
    });
    async function* rows(): AsyncGenerator<readonly string[]> {
      const shown = (each: readonly ListedAssessment[]) => each.map((row) => csvRow(wording, row));
      if (first.done) return;
      yield* shown(first.value);
      for await (const part of parts) yield* shown(part);
    }
    const file = stringify({
      bom: true,
      delimiter: ';',
      record_delimiter: 'windows',
      header: true,
      columns: csvColumns(wording),
      // What begins like a formula is no formula: names are typed by people.
      escape_formulas: true,
    });
    await pipeline(rows, file, res).catch((error: unknown) => {
      // The headers are sent: the browser sees that the file is not whole.
      kit.logger.warn({ err: error }, 'a list could not be downloaded');
      res.destroy();
    });
  };
}
