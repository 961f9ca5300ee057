import type { Request, Response } from 'express';
import { previewLinkUrl, type RenderedMail } from '../../../../emails/index.ts';
import { invitationMailData } from '../../../../emails/invitation-data.ts';
import { cleanFileName } from '../../../../platform/attachments.ts';
import type { ContactRow } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { listOf } from '../../../posted.ts';
import type { Wording } from '../../../wording.ts';
import { findSelection, idsOf, initiatorOf, type Selection, schoolOf, sendNotFound, textOf } from '../requests.ts';
import { attachmentModel } from './attachments.model.ts';
import { findCandidates } from './candidates.ts';
import { previewMailInput, scopeText } from './invite.model.ts';
import { readFacts } from './invite.ts';
import { readInput } from './invite-form.ts';
import { inviteSentences, judgeInvite } from './judge.ts';
import { readMoment } from './moment.model.ts';
import { readRemark } from './remark.ts';
import { FILES_FIELD } from './upload.ts';

/**
 * The mail stands alone in a frame: its inline styles are allowed there, and nothing else is. `sandbox` takes away scripts,
 * forms and our own origin, whatever the mail holds.
 */
const MAIL_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/**
 * The real mail for one examiner, made of the posted form and not kept. A post, because the remark must not be in an address;
 * it changes nothing. The script asks the same for what the form comes to, in sentences (`vorm=zinnen`).
 */
export function showPreview(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (textOf(req.body, 'vorm') !== 'zinnen') return showMail(kit, req, res, selection);
    if (!selection) return sendNotFound(kit, req, res);
    await sendSentences(kit, req, res, selection);
  };
}

/** What the form comes to now. Says nothing of what is wrong with it: nobody has finished it yet. */
async function sendSentences(kit: PageKit, req: Request, res: Response, selection: Selection): Promise<void> {
  const wording = wordingOf(res);
  const kept = await initiatorOf(kit, res).findAttachments(memberOf(res).membershipId, idsOf(req.body, 'bijlage'));
  const facts = await readFacts(kit, res, selection, { kept, added: [], refused: [] });
  const judged = judgeInvite(wording, readInput(req.body, selection), facts);
  const total = selection.assessments.length;
  res.json({
    say: inviteSentences(wording, judged, facts.now, total),
    people: Object.fromEntries(
      findCandidates(selection.assessments).map(({ contactId }) => [
        contactId,
        scopeText(
          wording,
          judged.candidates.find((each) => each.contactId === contactId),
          total,
        ),
      ]),
    ),
    files: kept.map((file) => attachmentModel(wording, file)),
  });
}

async function showMail(kit: PageKit, req: Request, res: Response, selection: Selection | null): Promise<void> {
  res.set('Content-Security-Policy', MAIL_CSP);
  // A sandboxed document has no origin to be keyed by; browsers complain of the header.
  res.removeHeader('Origin-Agent-Cluster');
  const wording = wordingOf(res);
  const input = selection && readInput(req.body, selection);
  const [contactId = ''] = idsOf(req.body, 'voor');
  const candidate = findCandidates(
    selection?.assessments.filter(({ id }) => input?.assessmentIds.includes(id)) ?? [],
  ).find((each) => each.contactId === contactId);
  const [contact] = candidate ? await initiatorOf(kit, res).findContacts([contactId]) : [];
  if (!input || !candidate || !contact)
    return sendProblem(res, wording, 404, wording.translator.t('inviting.preview.nobody'));
  const remark = readRemark(wording, input.remark);
  if (!remark.ok) return sendProblem(res, wording, 422, remark.message);
  const { name, email } = memberOf(res);
  const now = await initiatorOf(kit, res).now();
  const { sendAt } = readMoment(wording, input.moment, null, now);
  const data = previewMailInput({
    candidate,
    contact,
    school: schoolOf(res),
    initiator: { name, email },
    linkUrl: previewLinkUrl(kit.publicUrl),
    remark: remark.remark,
    attachmentNames: await attachmentNames(kit, req, res),
    sentAt: sendAt ?? now.toISOString(),
  });
  const mail = kit.mailRenderer.render('invitation', contact.lang, invitationMailData(data));
  if (textOf(req.body, 'vorm') === 'tekst') sendAsText(res, wording, mail, contact);
  else sendAsHtml(res, wording, mail, contact);
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

/** As in a mail program: who and what above it. Important, because the mail has its own colours for a dark screen. */
function sendAsHtml(res: Response, wording: Wording, mail: RenderedMail, contact: ContactRow): void {
  const { t } = wording.translator;
  const line = (label: string, text: string) =>
    `<p style="margin:2px 0;color:#1d1b26!important"><span style="color:#57546a!important">${escapeHtml(label)}:</span> ${escapeHtml(text)}</p>`;
  const head = `<div style="font:14px/1.5 sans-serif;padding:12px 16px;background:#fff!important;color:#1d1b26!important;border-bottom:1px solid #dcd8d0">${line(
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
