/** Taking back that a form was sent back, as long as its examiner has not gone on with it. */

import type { Response } from 'express';
import { FormStatus } from '../../../domain/assessment.ts';
import type { TranslationKey } from '../../../platform/i18n/index.ts';
import { takeBackReturn } from '../../../prisma/commands/returning.ts';
import type { Dossier, DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../context.ts';
import {
  backToDossier,
  countOf,
  firstReasonInput,
  REASON,
  reasonErrors,
  sendReasonPage,
} from './deciding/reason-page.ts';
import { readNonce } from './office-choice.ts';
import { fieldOf, withExaminer } from './support.ts';
import { FORM_VERSION, mayTakeBack, takeBackWords } from './take-back.model.ts';

const REFUSED: Readonly<Record<string, TranslationKey>> = {
  FORM_BEGUN: 'editing.takeBack.begun',
  FORM_NOT_RETURNED: 'editing.takeBack.gone',
  CHANGED_MEANWHILE: 'editing.takeBack.gone',
};

export function createTakeBackPages(kit: PageKit) {
  const show = withExaminer(kit, (_req, res, dossier, examiner) => {
    if (!mayTakeBack(examiner)) return tell(res, dossier, examiner, refusedKey(examiner));
    sendReasonPage(kit, res, dossier, takeBackWords(wordingOf(res), dossier, examiner), firstReasonInput());
  });

  const post = withExaminer(kit, async (req, res, dossier, examiner) => {
    const wording = wordingOf(res);
    const reason = fieldOf(req, REASON);
    const nonce = readNonce(req);
    const errors = reasonErrors(wording, reason, true);
    if (errors.length > 0 && mayTakeBack(examiner))
      return sendReasonPage(kit, res, dossier, takeBackWords(wording, dossier, examiner), { reason, nonce, errors });
    const { membershipId, schoolId } = memberOf(res);
    const { contactId } = examiner;
    const formVersion = countOf(req, fieldOf, FORM_VERSION);
    const outcome = await kit.command(
      takeBackReturn,
      { assessmentId: dossier.id, contactId, membershipId, formVersion, reason },
      { schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `takeBack|${dossier.id}|${contactId}`) },
    );
    if (!outcome.ok) return tell(res, dossier, examiner, REFUSED[outcome.code] ?? 'editing.takeBack.refused');
    const text = wording.translator.t('editing.takeBack.done', { name: examiner.name });
    backToDossier(kit, res, dossier.id, { kind: 'ok', text });
  });

  function tell(res: Response, dossier: Dossier, { name }: DossierExaminer, key: TranslationKey): void {
    backToDossier(kit, res, dossier.id, { kind: 'warning', text: wordingOf(res).translator.t(key, { name }) });
  }

  return { show, post };
}

function refusedKey({ state }: DossierExaminer): TranslationKey {
  return state?.form === FormStatus.Returned ? 'editing.takeBack.begun' : 'editing.takeBack.gone';
}
