import type { Attachment, ParsedMail } from 'mailparser';
import { OUTCOMES, type Outcome } from './report.ts';
import type { MailSummary } from './store.ts';

/** A piece of finished HTML; only {@link html} makes one, so a plain text can never slip in unescaped. */
interface Html {
  readonly markup: string;
}

type Piece = Html | string | number | readonly Html[];

function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  const parts = strings.map((text, index) => text + (index < pieces.length ? toMarkup(pieces[index] ?? '') : ''));
  return { markup: parts.join('') };
}

function toMarkup(piece: Piece): string {
  if (typeof piece === 'string' || typeof piece === 'number') return escapeHtml(String(piece));
  return 'markup' in piece ? piece.markup : piece.map((part) => part.markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The list of mails. @param mails newest first @param search what was searched for */
export function listPage(mails: readonly MailSummary[], search: string): string {
  const empty = search
    ? html`<p class="empty">No mail matches “${search}”.</p>`
    : html`<p class="empty">No mail yet. Every mail Proeve sends arrives here and nowhere else.</p>`;
  return page(
    'Mailbox',
    html`
    <form class="search" method="get" action="/" role="search">
      <label for="search">Search in address and subject</label>
      <input id="search" name="search" type="search" value="${search}">
      <button type="submit">Search</button>
    </form>
    <h1>Mailbox <span class="count">${mails.length} ${mails.length === 1 ? 'mail' : 'mails'}</span></h1>
    ${mails.length === 0 ? empty : html`<ul class="mails">${mails.map(row)}</ul>`}`,
  );
}

function row(mail: MailSummary): Html {
  const attachments = mail.attachments > 0 ? html`<span class="badge">${mail.attachments} attached</span>` : '';
  return html`<li>
    <a href="/messages/${mail.id}"><strong>${mail.subject || '(no subject)'}</strong></a> ${attachments}
    <span class="line"><span>To ${mail.to.join(', ')}</span><time datetime="${mail.receivedAt}">${moment(mail.receivedAt)}</time></span>
  </li>`;
}

export type MailView = 'html' | 'text' | 'headers';

export interface MessagePageOptions {
  readonly view: MailView;
  readonly reports: {
    /** Whether somebody hears what becomes of this mail. */
    readonly isPossible: boolean;
    /** What was just reported. */
    readonly sent: Outcome | undefined;
  };
}

/** One mail in one of its three views. */
export function messagePage(summary: MailSummary, mail: ParsedMail, { view, reports }: MessagePageOptions): string {
  return page(
    summary.subject || '(no subject)',
    html`
    <p><a href="/">All mail</a></p>
    <h1>${summary.subject || '(no subject)'}</h1>
    <dl class="envelope">
      <dt>From</dt><dd>${summary.from}</dd>
      <dt>To</dt><dd>${summary.to.join(', ')}</dd>
      <dt>Received</dt><dd><time datetime="${summary.receivedAt}">${moment(summary.receivedAt)}</time></dd>
    </dl>
    ${attachmentList(summary.id, mail.attachments)}
    <nav class="views" aria-label="Views of this mail">
      ${viewLink(summary.id, 'html', 'Page', view)}
      ${viewLink(summary.id, 'text', 'Text', view)}
      ${viewLink(summary.id, 'headers', 'Headers', view)}
      <a href="/messages/${summary.id}/raw" download>Download (.eml)</a>
    </nav>
    ${body(summary.id, mail, view)}
    ${reportForm(summary.id, reports)}`,
  );
}

function reportForm(id: string, { isPossible, sent }: MessagePageOptions['reports']): Html | string {
  if (!isPossible) return '';
  const choices = Object.entries(OUTCOMES).map(([name, label]) => html`<option value="${name}">${label}</option>`);
  const done = sent ? html`<p class="done" role="status">Reported to Proeve: ${OUTCOMES[sent].toLowerCase()}.</p>` : '';
  return html`<section id="reports" aria-labelledby="reports-title">
    <h2 id="reports-title">What became of this mail?</h2>
    ${done}
    <p>Say what the receiver’s mail server would have said. Proeve gets a real report of it.</p>
    <form class="report" method="post" action="/messages/${id}/report">
      <label for="outcome">Outcome</label>
      <select id="outcome" name="outcome">${choices}</select>
      <button type="submit">Report</button>
    </form>
  </section>`;
}

function viewLink(id: string, view: MailView, label: string, current: MailView): Html {
  return view === current
    ? html`<a href="/messages/${id}?view=${view}" aria-current="page">${label}</a>`
    : html`<a href="/messages/${id}?view=${view}">${label}</a>`;
}

function attachmentList(id: string, attachments: readonly Attachment[]): Html | string {
  if (attachments.length === 0) return '';
  const items = attachments.map(
    (attachment, index) =>
      html`<li><a href="/messages/${id}/attachments/${index}" download>${attachmentName(attachment, index)}</a> (${kilobytes(attachment.size)})</li>`,
  );
  return html`<h2>Attachments</h2><ul class="attachments">${items}</ul>`;
}

function body(id: string, mail: ParsedMail, view: MailView): Html {
  if (view === 'headers') return html`<pre>${mail.headerLines.map(({ line }) => line).join('\n')}</pre>`;
  if (view === 'text') return html`<pre>${mail.text ?? '(this mail has no text part)'}</pre>`;
  if (mail.html === false) return html`<p class="empty">This mail has no HTML part; see Text.</p>`;
  return html`<iframe title="The mail as its reader sees it" src="/messages/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}

/** A file name for saving: the one in the mail, else a number. */
export function attachmentName(attachment: Attachment, index: number): string {
  return attachment.filename ?? `attachment-${index + 1}`;
}

/** The HTML of a mail as a document of its own; links open beside the mailbox. */
export function bodyDocument(markup: string): string {
  return `<base target="_blank">${markup}`;
}

/** A page that says why there is nothing else to see. */
export function problemPage(title: string, explanation: string): string {
  return page(title, html`<h1>${title}</h1><p>${explanation}</p><p><a href="/">All mail</a></p>`);
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} – Proeve mailbox</title>
  <link rel="stylesheet" href="/mailbox.css">
  <link rel="icon" href="data:,">
</head>
<body>
  <header><p>Proeve <span>local mailbox: nothing leaves this machine</span></p></header>
  <main>${content}</main>
</body>
</html>
`.markup;
}

function moment(instant: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(instant));
}

function kilobytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`;
}
