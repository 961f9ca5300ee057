/** Many decisions at once: each is a decision of its own, taken or refused by itself. */

import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, listOf } from '../../posted.ts';
import {
  type ChosenRow,
  type FinaliseManyInput,
  finaliseManyModel,
  MAX_AT_ONCE,
  versionField,
} from './finalise-many.model.ts';
import { commandIdFor, firstOfficeInput, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';

import { fieldOf } from './support.ts';

const CHOSEN = 'afname';

export function createFinaliseManyPages(kit: PageKit) {
  const show: RequestHandler = async (req, res) => {
    const ids = chosenIds(req.query);
    const { translator } = wordingOf(res);
    if (ids.length === 0) {
      kit.setFlash(res, { kind: 'info', text: translator.t('committee.bulk.nothingChosen') });
      return res.redirect(303, paths.queue());
    }
    const { committee } = repositoriesOf(kit, res);
    const [rows, offices] = await Promise.all([
      committee.readChosen(ids.slice(0, MAX_AT_ONCE)),
      committee.readOffices(),
    ]);
    const notice = ids.length > MAX_AT_ONCE ? translator.t('committee.bulk.tooMany', { max: MAX_AT_ONCE }) : '';
    await send(res, rows, { office: firstOfficeInput(offices), nonce: randomUUID(), errors: [], notice });
  };

  const post: RequestHandler = async (req, res) => {
    const ids = chosenIds(req.body).slice(0, MAX_AT_ONCE);
    const rows = await repositoriesOf(kit, res).committee.readChosen(ids);
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    const chosen = await settleOffice(kit, req, res, office);
    if (!chosen.ok) return send(res, rows, { office, nonce, errors: chosen.errors, notice: '' });
    const outcome = await decideAll(req, res, rows, chosen.officeAddressId, nonce);
    const { t } = wordingOf(res).translator;
    const sentences = [
      outcome.done > 0 ? t('committee.bulk.done', { count: outcome.done }) : '',
      outcome.refused > 0 ? t('committee.bulk.partly', { count: outcome.refused }) : '',
    ];
    kit.setFlash(res, { kind: outcome.refused > 0 ? 'warning' : 'ok', text: sentences.filter(Boolean).join(' ') });
    res.redirect(303, paths.queue());
  };

  async function decideAll(
    req: Request,
    res: Response,
    rows: readonly ChosenRow[],
    officeAddressId: string,
    nonce: string,
  ) {
    const member = memberOf(res);
    let done = 0;
    let refused = 0;
    for (const row of rows) {
      const version = fieldOf(req, versionField(row.id));
      const outcome = await kit.command(
        finaliseAssessment,
        {
          assessmentId: row.id,
          expectedVersion: /^\d{1,9}$/.test(version) ? Number(version) : 0,
          membershipId: member.membershipId,
          officeAddressId,
          standing: {},
        },
        { schoolId: member.schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `finalise|${row.id}`) },
      );
      if (outcome.ok) done += 1;
      else refused += 1;
    }
    return { done, refused };
  }

  async function send(res: Response, rows: readonly ChosenRow[], input: FinaliseManyInput): Promise<void> {
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const model = finaliseManyModel(wordingOf(res), rows, offices, input);
    const hasErrors = input.errors.length > 0;
    kit.sendPage(res, 'committee-finalise-many', model, {
      title: model.title,
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'finalise',
    });
  }

  return { show, post };
}

function chosenIds(source: unknown): string[] {
  return [...new Set(listOf(source, CHOSEN).filter(isId))];
}
