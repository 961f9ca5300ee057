/** A final result is decided about anew, or stands after all. */

import type { Request, Response } from 'express';
import { AssessmentError } from '../../../../domain/assessment.ts';
import type { TranslationKey } from '../../../../platform/i18n/index.ts';
import type { CommandHandler } from '../../../../prisma/apply-command.ts';
import { endReopening, type ReopenResult, reopenResult } from '../../../../prisma/commands/deciding.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../../context.ts';
import type { Wording } from '../../../wording.ts';
import { readNonce } from '../office-choice.ts';
import { fieldOf, withDossier } from '../support.ts';
import { DECISION_VERSION, ownRefusal, refusalText } from './decision.model.ts';
import { decisionFactsOf } from './decision.ts';
import {
  backToDossier,
  countOf,
  firstReasonInput,
  REASON,
  type ReasonWords,
  reasonErrors,
  sendReasonPage,
} from './reason-page.ts';
import { endWords, reopenWords } from './reopening.model.ts';

/** What differs between reopening and ending it. */
interface Kind {
  readonly handler: CommandHandler<ReopenResult, null>;
  readonly done: TranslationKey;
  readonly gone: TranslationKey;
  /** By code of the refusal. */
  readonly refused: Readonly<Record<string, TranslationKey>>;
  readonly otherwise: TranslationKey;
  isPossible(dossier: Dossier): boolean;
  wordsOf(wording: Wording, dossier: Dossier): ReasonWords;
}

const REOPEN: Kind = {
  handler: reopenResult,
  done: 'deciding.reopen.done',
  gone: 'deciding.reopen.gone',
  refused: {
    [AssessmentError.NotFinal]: 'deciding.reopen.gone',
    [AssessmentError.DocumentNotStored]: 'deciding.reopen.noDocument',
    CHANGED_MEANWHILE: 'deciding.reopen.changed',
  },
  otherwise: 'deciding.reopen.refused',
  isPossible: ({ state }) => state.status === 'final',
  wordsOf: reopenWords,
};

const END: Kind = {
  handler: endReopening,
  done: 'deciding.end.done',
  gone: 'deciding.end.gone',
  refused: {
    [AssessmentError.NotReopened]: 'deciding.end.gone',
    [AssessmentError.NotAssessed]: 'deciding.end.busy',
    [AssessmentError.FormChanged]: 'deciding.end.changed',
    CHANGED_MEANWHILE: 'deciding.reopen.changed',
  },
  otherwise: 'deciding.end.refused',
  isPossible: ({ state }) => state.reopened !== undefined,
  wordsOf: endWords,
};

export function createReopeningPages(kit: PageKit) {
  return { reopen: pagesOf(kit, REOPEN), end: pagesOf(kit, END) };
}

function pagesOf(kit: PageKit, kind: Kind) {
  const show = withDossier(kit, async (_req, res, dossier) => {
    const stop = await stopOf(res, dossier);
    if (stop !== null) return backToDossier(kit, res, dossier.id, { kind: 'warning', text: stop });
    sendReasonPage(kit, res, dossier, kind.wordsOf(wordingOf(res), dossier), firstReasonInput());
  });

  const post = withDossier(kit, async (req: Request, res: Response, dossier: Dossier) => {
    const wording = wordingOf(res);
    const reason = fieldOf(req, REASON);
    const nonce = readNonce(req);
    const errors = reasonErrors(wording, reason, false);
    if (errors.length > 0 && kind.isPossible(dossier))
      return sendReasonPage(kit, res, dossier, kind.wordsOf(wording, dossier), { reason, nonce, errors });
    const { membershipId, schoolId } = memberOf(res);
    const version = countOf(req, fieldOf, DECISION_VERSION);
    const outcome = await kit.command(
      kind.handler,
      { assessmentId: dossier.id, membershipId, version, reason },
      { schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `${kind.handler.type}|${dossier.id}`) },
    );
    const { t } = wording.translator;
    if (outcome.ok) return backToDossier(kit, res, dossier.id, { kind: 'ok', text: t(kind.done) });
    const text = refusalText(wording, outcome.code) ?? t(kind.refused[outcome.code] ?? kind.otherwise);
    backToDossier(kit, res, dossier.id, { kind: 'warning', text });
  });

  /** Why the page has nothing to ask; null when it has. */
  async function stopOf(res: Response, dossier: Dossier): Promise<string | null> {
    const wording = wordingOf(res);
    if (!kind.isPossible(dossier)) return wording.translator.t(kind.gone);
    const { proposal: _proposal, ...state } = dossier.state;
    return refusalText(wording, ownRefusal(state, await decisionFactsOf(kit, res, dossier)));
  }

  return { show, post };
}
