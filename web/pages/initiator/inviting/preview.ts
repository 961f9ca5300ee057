import type { Request, Response } from 'express';
import { previewLinkUrl, type RenderedMail } from '../../../../emails/index.ts';
import { invitationMailData } from '../../../../emails/invitation-data.ts';
import { cleanFileName } from '../../../../platform/attachments.ts';
import type { ContactRow } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { listOf } from '../../../posted.ts';
import type { Wording } from '../../../wording.ts';
import { findSelection, idsOf, initiatorOf, schoolOf, textOf } from '../requests.ts';
import { findCandidates, previewMailInput, readRemark } from './invite.model.ts';
import { FILES_FIELD } from './upload.ts';

/**
 * The mail stands alone in a frame: its inline styles are allowed there, and nothing else is. `sandbox` takes away scripts,
 * forms and our own origin, whatever the mail holds.
 */
const MAIL_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/**
 * The real mail for one examiner, made of the posted form and not kept. A post, because the remark must not be in an address;
 * it changes nothing.
 */
export function showPreview(kit: PageKit): PageHandler {
  return async (req, res) => {
    res.set('Content-Security-Policy', MAIL_CSP);
    // A sandboxed document has no origin to be keyed by; browsers complain of the header.
    res.removeHeader('Origin-Agent-Cluster');
    const wording = wordingOf(res);
    const selection = await findSelection(kit, req, res);
    const [contactId = ''] = idsOf(req.body, 'voor');
    const candidate = findCandidates(selection?.assessments ?? []).find((each) => each.contactId === contactId);
    const [contact] = candidate ? await initiatorOf(kit, res).findContacts([contactId]) : [];
    if (!candidate || !contact)
      return sendProblem(res, wording, 404, wording.translator.t('initiator.invite.nobodyTitle'));
    const remark = readRemark(wording, textOf(req.body, 'remark'));
    if (!remark.ok) return sendProblem(res, wording, 422, remark.message);
    const { name, email } = memberOf(res);
    const input = previewMailInput({
      candidate,
      contact,
      school: schoolOf(res),
      initiator: { name, email },
      linkUrl: previewLinkUrl(kit.publicUrl),
      remark: remark.remark,
      attachmentNames: await attachmentNames(kit, req, res),
      now: await initiatorOf(kit, res).now(),
    });
    const mail = kit.mailRenderer.render('invitation', contact.lang, invitationMailData(input));
    if (textOf(req.body, 'vorm') === 'tekst') sendAsText(res, wording, mail, contact);
    else sendAsHtml(res, wording, mail, contact);
  };
}

/** Files that were kept already, and names of those that are only chosen yet: this form sends no bytes. */
async function attachmentNames(kit: PageKit, req: Request, res: Response): Promise<string[]> {
  const kept = await initiatorOf(kit, res).findAttachments(memberOf(res).membershipId, idsOf(req.body, 'bijlage'));
  const chosen = listOf(req.body, FILES_FIELD).filter((name) => name !== '');
  return [...kept.map(({ name }) => name), ...chosen.map(cleanFileName)];
}

function sendAsText(res: Response, wording: Wording, mail: RenderedMail, contact: ContactRow): void {
  const { t } = wording.translator;
  const head = [
    `${t('initiator.invite.previewSubject')}: ${mail.subject}`,
    `${t('initiator.invite.previewTo')}: ${contact.name} <${contact.email}>`,
  ];
  res.type('text/plain').send(`${head.join('\n')}\n\n${mail.text}`);
}

/** As in a mail program: who and what above it. */
function sendAsHtml(res: Response, wording: Wording, mail: RenderedMail, contact: ContactRow): void {
  const { t } = wording.translator;
  const line = (label: string, text: string) =>
    `<p style="margin:2px 0"><span style="color:#57546a">${escapeHtml(label)}:</span> ${escapeHtml(text)}</p>`;
  const head = `<div style="font:14px/1.5 sans-serif;padding:12px 16px;background:#fff;color:#1d1b26;border-bottom:1px solid #dcd8d0">${line(
    t('initiator.invite.previewSubject'),
    mail.subject,
  )}${line(t('initiator.invite.previewTo'), `${contact.name} <${contact.email}>`)}</div>`;
  res.type('html').send(mail.html.replace(/<body[^>]*>/, (body) => `${body}${head}`));
}

function sendProblem(res: Response, { translator }: Wording, status: number, reason: string): void {
  const text = translator.t('initiator.invite.previewProblem', { reason });
  res
    .status(status)
    .type('html')
    .send(
      `<!doctype html><html lang="${translator.lang}"><title>${escapeHtml(text)}</title><p style="font:16px/1.5 sans-serif;padding:16px;margin:0;background:#fff;color:#1d1b26">${escapeHtml(text)}</p></html>`,
    );
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
