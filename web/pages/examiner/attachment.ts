/** Files that the initiator sent along, for who opened the link of that invitation. */
import { validate as isUuid } from 'uuid';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { withForm } from './with-form.ts';

export function createAttachmentPage(kit: PageKit) {
  return withForm(kit, async (req, res, { form, repository }) => {
    const id = String(req.params.attachmentId ?? '');
    const file = isUuid(id) ? await repository.findAttachment(id, [form.invitationId]) : null;
    if (file === null) {
      kit.notFound(req, res, () => undefined);
      return;
    }
    const bytes = await kit.documents.get(file.sha256);
    const { translator, requestId } = contextOf(res);
    if (bytes === undefined) {
      kit.logger.error({ requestId, sha256: file.sha256 }, 'a stored attachment is missing');
      return kit.sendMessage(res, {
        status: 500,
        title: translator.t('examiner.attachment.brokenTitle'),
        text: translator.t('examiner.attachment.brokenText', { name: form.initiatorName }),
        action: { href: paths.form(form.formId), text: translator.t('common.actions.back') },
        school: form.school,
      });
    }
    res.set({
      'Content-Type': file.mediaType,
      'Content-Disposition': contentDisposition(file.name),
      // Whatever the file is: it opens beside the product, without scripts.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    res.send(Buffer.from(bytes));
  });
}

/** Always a download. The plain name for old programs, the full one as RFC 6266 wants it. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
