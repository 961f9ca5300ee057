/** Naming the examiner who decides when scores differ. */

import type { Request, Response } from 'express';
import { AgreementPolicy } from '../../../../domain/agreement.ts';
import { AssessmentError } from '../../../../domain/assessment.ts';
import { nameLead } from '../../../../prisma/commands/agreement.ts';
import type { AssessmentStatusPage } from '../../../../prisma/repositories/initiator.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { sendNotFound, textOf } from '../requests.ts';
import { candidatesOf, chooseLeadModel, LEAD } from './agreement.model.ts';
import { findPage } from './assessment.ts';
import { OVER } from './examiner.model.ts';

export function showLead(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findOpen(kit, req, res);
    if (page !== null) send(kit, res, page, newFormId(), '');
  };
}

export function postLead(kit: PageKit): PageHandler {
  return async (req, res) => {
    const page = await findOpen(kit, req, res);
    if (page === null) return;
    const { t } = wordingOf(res).translator;
    const nonce = textOf(req.body, 'formulier');
    const chosen = candidatesOf(page).find(({ contactId }) => contactId === textOf(req.body, LEAD));
    if (chosen === undefined) return send(kit, res, page, nonce, t('agreement.initiator.leadRequired'));
    const { contactId, name } = chosen;
    const command = { assessmentId: page.id, contactId };
    const outcome = await kit.command(nameLead, command, {
      schoolId: memberOf(res).schoolId,
      actor: memberActor(res),
      commandId: commandIdFor(nonce, command),
    });
    const isLead = outcome.ok || outcome.code === AssessmentError.AlreadyDone;
    kit.setFlash(
      res,
      isLead
        ? { kind: 'ok', text: t('agreement.initiator.leadDone', { name }) }
        : { kind: 'warning', text: t('agreement.initiator.leadRefused') },
    );
    res.redirect(303, paths.assessment(page.id));
  };
}

/** The assessment, when a lead examiner can be named; null when the answer has been sent. */
async function findOpen(kit: PageKit, req: Request, res: Response): Promise<AssessmentStatusPage | null> {
  const page = await findPage(kit, req, res);
  if (page === null || page.state.agreementPolicy !== AgreementPolicy.Lead) {
    sendNotFound(kit, req, res);
    return null;
  }
  const { t } = wordingOf(res).translator;
  const isOver = OVER.includes(page.state.status);
  if (!isOver && candidatesOf(page).length > 0) return page;
  kit.setFlash(res, {
    kind: 'warning',
    text: t(isOver ? 'agreement.initiator.leadRefused' : 'agreement.initiator.leadNobody'),
  });
  res.redirect(303, paths.assessment(page.id));
  return null;
}

function send(kit: PageKit, res: Response, page: AssessmentStatusPage, nonce: string, error: string): void {
  const wording = wordingOf(res);
  const hasErrors = error !== '';
  kit.sendPage(res, 'choose-lead', chooseLeadModel(wording, page, error, nonce), {
    title: wording.translator.t('agreement.initiator.leadTitle'),
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'agreementLead',
  });
}
