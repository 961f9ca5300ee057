/** What is stuck: an overview, and each kind page by page. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { FINDINGS_PER_PAGE, type Finding } from '../../../prisma/repositories/health.ts';
import { type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { parseCursor } from '../../cursor.ts';
import { conditionModel, kindModel, kindOf } from './condition.model.ts';
import { mendedIdsOf, type RowFacts } from './finding.model.ts';

/** So many rows of each kind on the overview; the rest has a page of its own. */
const OVERVIEW_ROWS = 5;
const HISTORY_ROWS = 8;

export function createConditionPages(kit: PageKit): { showAll: PageHandler; showKind: RequestHandler } {
  async function factsOf(res: Response, findings: readonly Finding[], now: Date): Promise<RowFacts> {
    const { health } = repositoriesOf(kit, res);
    const [subjects, mendedAt] = await Promise.all([
      health.describe(findings),
      health.readMendedAt(findings.flatMap(mendedIdsOf)),
    ]);
    return { subjects, mendedAt, newCommandId: randomUUID, now };
  }

  return {
    async showAll(_req, res) {
      const { health } = repositoriesOf(kit, res);
      const report = await health.readReport(OVERVIEW_ROWS);
      const mendings = await health.readMendings(HISTORY_ROWS);
      const facts = await factsOf(
        res,
        report.sections.flatMap(({ rows }) => rows),
        report.asOf,
      );
      const model = conditionModel(wordingOf(res), report, facts, mendings);
      kit.sendPage(res, 'administrator-condition', model, { title: model.title, width: 'wide', helpKey: 'condition' });
    },

    async showKind(req: Request, res: Response, next) {
      const kind = kindOf(req.params.slug);
      if (kind === null) return kit.notFound(req, res, next);
      const { health } = repositoriesOf(kit, res);
      const page = await health.readPage(kind, parseCursor(req.query.na), FINDINGS_PER_PAGE);
      const facts = await factsOf(res, page.rows, await health.now());
      const model = kindModel(wordingOf(res), kind, page, facts, await health.count(kind));
      kit.sendPage(res, 'administrator-findings', model, { title: model.title, width: 'wide', helpKey: 'condition' });
    },
  };
}
