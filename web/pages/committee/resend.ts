/** Sending a document to the exam office once more: it did not arrive, was lost there, or should be somewhere else. */

import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { resendDocument } from '../../../prisma/commands/delivery.ts';
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { mayResend } from './document.model.ts';
import { BACK_TO_SENT } from './office/sent.model.ts';
import { officeInputOf, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';
import { type ResendInput, resendModel } from './resend.model.ts';
import { fieldOf, queryOf, withDossier } from './support.ts';

/** The newest document, when the path names it: an older one is not the result any more. */
function documentIn(req: Request, { documents: [newest] }: Dossier): DossierDocument | null {
  return newest && newest.id === req.params.documentId ? newest : null;
}

/** Where somebody came from: the list of what was sent, or the dossier. */
function wayBack(dossier: Dossier, back: string | undefined): string {
  return back === BACK_TO_SENT ? paths.sentDocuments() : paths.dossier(dossier.id);
}

export function createResendPages(kit: PageKit) {
  const show = withDossier(kit, async (req, res, dossier) => {
    const document = documentIn(req, dossier);
    if (document === null) return void kit.notFound(req, res, () => undefined);
    const back = queryOf(req, 'terug') ?? '';
    if (!mayResend(document)) return res.redirect(303, wayBack(dossier, back));
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const office = officeInputOf(offices, document.office);
    await send(res, dossier, document, { office, nonce: randomUUID(), errors: [], back });
  });

  const post = withDossier(kit, async (req, res, dossier) => {
    const document = documentIn(req, dossier);
    if (document === null) return void kit.notFound(req, res, () => undefined);
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    const back = fieldOf(req, 'terug');
    const chosen = await settleOffice(kit, req, res, office);
    if (!chosen.ok) return send(res, dossier, document, { office, nonce, errors: chosen.errors, back });
    const outcome = await kit.command(
      resendDocument,
      { assessmentId: dossier.id, documentId: document.id, officeAddressId: chosen.officeAddressId, isAgain: true },
      {
        schoolId: memberOf(res).schoolId,
        actor: memberActor(res),
        commandId: commandIdFor(nonce, `resend|${document.id}`),
      },
    );
    const { t } = wordingOf(res).translator;
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('committee.resend.done') });
    else kit.setFlash(res, { kind: 'warning', text: t('committee.resend.refused') });
    res.redirect(303, wayBack(dossier, back));
  });

  async function send(res: Response, dossier: Dossier, document: DossierDocument, input: ResendInput): Promise<void> {
    const wording = wordingOf(res);
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const hasErrors = input.errors.length > 0;
    const backHref = wayBack(dossier, input.back);
    kit.sendPage(res, 'committee-resend', resendModel(wording, { dossier, document, offices, input, backHref }), {
      title: wording.translator.t('committee.resend.title'),
      hasErrors,
      status: hasErrors ? 422 : 200,
    });
  }

  return { show, post };
}
