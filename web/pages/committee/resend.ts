/** Sending a document once more that did not reach the exam office. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { resendDocument } from '../../../prisma/commands/delivery.ts';
import type { Dossier, DossierDocument } from '../../../prisma/repositories/committee-dossier.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isLostDocument } from './document.model.ts';
import { commandIdFor, officeInputOf, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';
import { type ResendInput, resendModel } from './resend.model.ts';
import { withDossier } from './support.ts';

/** The newest document, when the path names it: an older one is not the result any more. */
function documentIn(req: Request, { documents: [newest] }: Dossier): DossierDocument | null {
  return newest && newest.id === req.params.documentId ? newest : null;
}

export function createResendPages(kit: PageKit) {
  const show = withDossier(kit, async (req, res, dossier) => {
    const document = documentIn(req, dossier);
    if (document === null) return void kit.notFound(req, res, () => undefined);
    if (!isLostDocument(document)) return res.redirect(303, paths.dossier(dossier.id));
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const office = officeInputOf(offices, document.office);
    await send(res, dossier, document, { office, nonce: randomUUID(), errors: [] });
  });

  const post = withDossier(kit, async (req, res, dossier) => {
    const document = documentIn(req, dossier);
    if (document === null) return void kit.notFound(req, res, () => undefined);
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    const chosen = await settleOffice(kit, req, res, office);
    if (!chosen.ok) return send(res, dossier, document, { office, nonce, errors: chosen.errors });
    const outcome = await kit.command(
      resendDocument,
      { assessmentId: dossier.id, documentId: document.id, officeAddressId: chosen.officeAddressId },
      {
        schoolId: memberOf(res).schoolId,
        actor: memberActor(res),
        commandId: commandIdFor(nonce, `resend|${document.id}`),
      },
    );
    const { t } = wordingOf(res).translator;
    if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('committee.resend.done') });
    else kit.setFlash(res, { kind: 'warning', text: t('committee.resend.refused') });
    res.redirect(303, paths.dossier(dossier.id));
  });

  async function send(res: Response, dossier: Dossier, document: DossierDocument, input: ResendInput): Promise<void> {
    const wording = wordingOf(res);
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const hasErrors = input.errors.length > 0;
    kit.sendPage(res, 'committee-resend', resendModel(wording, dossier, document, offices, input), {
      title: wording.translator.t('committee.resend.title'),
      hasErrors,
      status: hasErrors ? 422 : 200,
    });
  }

  return { show, post };
}
