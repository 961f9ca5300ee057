/** Many decisions at once: each is a decision of its own, taken or refused by itself. */

import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, listOf } from '../../posted.ts';
import {
  type ChosenDecisions,
  type ChosenRow,
  type FinaliseManyInput,
  finaliseManyModel,
  MAX_AT_ONCE,
  versionField,
} from './finalise-many.model.ts';
import { firstOfficeInput, type OfficeOutcome, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';
import { readSealNotice } from './seal-notice.ts';
import { fieldOf } from './support.ts';

const CHOSEN = 'afname';

export function createFinaliseManyPages(kit: PageKit) {
  const show: RequestHandler = async (req, res) => {
    const ids = chosenIds(req.query);
    const { translator } = wordingOf(res);
    if (ids.length === 0) {
      kit.setFlash(res, { kind: 'info', text: translator.t('committee.bulk.nothingChosen') });
      return res.redirect(303, paths.backToQueue());
    }
    const rows = await repositoriesOf(kit, res).committee.readChosen(ids.slice(0, MAX_AT_ONCE));
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const notice = ids.length > MAX_AT_ONCE ? translator.t('committee.bulk.tooMany', { max: MAX_AT_ONCE }) : '';
    await send(res, rows, { office: firstOfficeInput(offices), nonce: randomUUID(), errors: [], notice });
  };

  const post: RequestHandler = async (req, res) => {
    const ids = chosenIds(req.body).slice(0, MAX_AT_ONCE);
    const rows = await repositoriesOf(kit, res).committee.readChosen(ids);
    const decisions = await readDecisions(res, rows);
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    // Where all are proposals of a colleague there is no address to choose.
    const isOfficeAsked = rows.length === 0 || rows.some(({ id }) => !decisions.decisions.get(id)?.proposal);
    const chosen: OfficeOutcome = isOfficeAsked
      ? await settleOffice(kit, req, res, office)
      : { ok: true, officeAddressId: '' };
    if (!chosen.ok) return send(res, rows, { office, nonce, errors: chosen.errors, notice: '' });
    const outcome = await decideAll(req, res, rows, decisions, chosen.officeAddressId, nonce);
    const { t } = wordingOf(res).translator;
    const sentences = [
      outcome.done > 0 ? t('committee.bulk.done', { count: outcome.done }) : '',
      outcome.proposed > 0 ? t('deciding.bulk.proposed', { count: outcome.proposed }) : '',
      outcome.refused > 0 ? t('committee.bulk.partly', { count: outcome.refused }) : '',
    ];
    kit.setFlash(res, { kind: outcome.refused > 0 ? 'warning' : 'ok', text: sentences.filter(Boolean).join(' ') });
    res.redirect(303, paths.backToQueue());
  };

  function readDecisions(res: Response, rows: readonly ChosenRow[]): Promise<ChosenDecisions> {
    const ids = rows.map(({ id }) => id);
    return repositoriesOf(kit, res).deciding.readChosenDecisions(ids, memberOf(res).membershipId);
  }

  async function decideAll(
    req: Request,
    res: Response,
    rows: readonly ChosenRow[],
    { decisions }: ChosenDecisions,
    officeAddressId: string,
    nonce: string,
  ) {
    const member = memberOf(res);
    const counts = { done: 0, proposed: 0, refused: 0 };
    for (const row of rows) {
      const version = fieldOf(req, versionField(row.id));
      const proposal = decisions.get(row.id)?.proposal;
      const outcome = await kit.command(
        finaliseAssessment,
        {
          assessmentId: row.id,
          expectedVersion: /^\d{1,9}$/.test(version) ? Number(version) : 0,
          membershipId: member.membershipId,
          // Of a proposal exactly that is decided; that it is the one on the screen the version tells.
          officeAddressId: proposal?.officeAddressId ?? officeAddressId,
          standing: proposal?.standing ?? {},
        },
        { schoolId: member.schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `finalise|${row.id}`) },
      );
      if (!outcome.ok) counts.refused += 1;
      else if (outcome.value.isProposed) counts.proposed += 1;
      else counts.done += 1;
    }
    return counts;
  }

  async function send(res: Response, rows: readonly ChosenRow[], input: FinaliseManyInput): Promise<void> {
    const [offices, decisions] = await Promise.all([
      repositoriesOf(kit, res).committee.readOffices(),
      readDecisions(res, rows),
    ]);
    const model = finaliseManyModel(wordingOf(res), rows, decisions, offices, input);
    const hasErrors = input.errors.length > 0;
    const sealNotice = await readSealNotice(kit, wordingOf(res), new Date());
    kit.sendPage(
      res,
      'committee-finalise-many',
      { ...model, sealNotice },
      {
        title: model.title,
        hasErrors,
        status: hasErrors ? 422 : 200,
        helpKey: 'finalise',
      },
    );
  }

  return { show, post };
}

function chosenIds(source: unknown): string[] {
  return [...new Set(listOf(source, CHOSEN).filter(isId))];
}
