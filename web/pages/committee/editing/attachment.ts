/** A file that the initiator sent along with an invitation, for the committee. Always a download. */
import type { RequestHandler } from 'express';
import { contextOf, type PageKit, repositoriesOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { contentDisposition } from '../../examiner/attachment.ts';

export function createDossierAttachmentPage(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const { id, attachmentId } = req.params;
    const file =
      isId(id) && isId(attachmentId)
        ? await repositoriesOf(kit, res).committee.findDossierAttachment(id, attachmentId)
        : null;
    if (file === null || !isId(id)) return kit.notFound(req, res, next);
    const bytes = await kit.documents.get(file.sha256);
    if (bytes === undefined) {
      const { translator, requestId } = contextOf(res);
      kit.logger.error({ requestId, sha256: file.sha256 }, 'a stored attachment is missing');
      return kit.sendMessage(res, {
        status: 500,
        title: translator.t('examiner.attachment.brokenTitle'),
        text: translator.t('committee.document.brokenText', { reference: requestId }),
        action: { href: paths.dossier(id), text: translator.t('committee.document.back') },
      });
    }
    res.set({
      'Content-Type': file.mediaType,
      'Content-Disposition': contentDisposition(file.name),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    res.send(Buffer.from(bytes));
  };
}
