/** Where two members decide: the proposal is taken back. */

import type { Request, Response } from 'express';
import { withdrawProposal } from '../../../../prisma/commands/deciding.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { readNonce } from '../office-choice.ts';
import { fieldOf, withDossier } from '../support.ts';
import { PROPOSED_AT } from './decision.model.ts';
import {
  backToDossier,
  firstReasonInput,
  REASON,
  type ReasonWords,
  reasonErrors,
  sendReasonPage,
} from './reason-page.ts';

export function createProposalPages(kit: PageKit) {
  const show = withDossier(kit, (_req, res, dossier) => {
    if (dossier.state.proposal === undefined) return gone(res, dossier);
    sendReasonPage(kit, res, dossier, wordsOf(wordingOf(res), dossier), firstReasonInput());
  });

  const post = withDossier(kit, async (req: Request, res: Response, dossier: Dossier) => {
    const wording = wordingOf(res);
    const reason = fieldOf(req, REASON);
    const nonce = readNonce(req);
    const proposedAt = fieldOf(req, PROPOSED_AT);
    const errors = reasonErrors(wording, reason, true);
    if (errors.length > 0) {
      if (dossier.state.proposal === undefined) return gone(res, dossier);
      return sendReasonPage(kit, res, dossier, wordsOf(wording, dossier), { reason, nonce, errors });
    }
    const { membershipId, schoolId } = memberOf(res);
    const outcome = await kit.command(
      withdrawProposal,
      { assessmentId: dossier.id, membershipId, proposedAt, reason },
      { schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `withdraw|${dossier.id}`) },
    );
    if (!outcome.ok) return gone(res, dossier);
    backToDossier(kit, res, dossier.id, { kind: 'ok', text: wording.translator.t('deciding.withdraw.done') });
  });

  /** Somebody else was first: the dossier says how it stands. */
  function gone(res: Response, dossier: Dossier): void {
    const text = wordingOf(res).translator.t('deciding.proposal.gone');
    backToDossier(kit, res, dossier.id, { kind: 'warning', text });
  }

  return { show, post };
}

function wordsOf({ translator: { t } }: Wording, { id, state }: Dossier): ReasonWords {
  return {
    title: t('deciding.withdraw.title'),
    lead: t('deciding.withdraw.lead'),
    reasonLabel: t('deciding.withdraw.reason'),
    reasonHint: t('deciding.withdraw.reasonHint'),
    submit: t('deciding.withdraw.submit'),
    icon: 'undo-2',
    action: paths.withdrawProposal(id),
    isOptional: true,
    steps: [],
    hidden: [{ name: PROPOSED_AT, value: state.proposal?.proposedAt ?? '' }],
  };
}
