import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Attachment, ParsedMail } from 'mailparser';
import { attachmentName, bodyDocument, listPage, type MailView, messagePage, problemPage } from './pages.ts';
import { isOutcome, isReportable, OUTCOMES, type Reporter } from './report.ts';
import type { MailStore, MailSummary } from './store.ts';

const STYLESHEET = readFileSync(new URL('./mailbox.css', import.meta.url));

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** A mail may style itself and show pictures that came with it: no script, no form, no request to anybody. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; frame-ancestors 'self'";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  handle: (match: RegExpExecArray, url: URL, mailbox: Backing, request: IncomingMessage) => Promise<Answer> | Answer,
];

/** What the pages are made from. */
interface Backing {
  readonly store: MailStore;
  readonly reporter: Reporter | undefined;
}

const FORM_BYTES = 1_000;

const ROUTES: readonly Route[] = [
  [
    'GET',
    /^\/$/,
    (_match, url, { store }) => page(listPage(filtered(store, url), url.searchParams.get('search') ?? '')),
  ],
  [
    'GET',
    /^\/mailbox\.css$/,
    () => ({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: STYLESHEET }),
  ],
  ['GET', /^\/health$/, () => json({ status: 'ok' })],
  [
    'GET',
    /^\/messages\/([\w-]+)$/,
    (match, url, { store, reporter }) =>
      withMail(store, match[1], (summary, mail) =>
        page(messagePage(summary, mail, { view: viewOf(url), reports: reportsOf(summary, url, reporter) })),
      ),
  ],
  ['POST', /^\/messages\/([\w-]+)\/report$/, (match, _url, backing, request) => report(match[1], backing, request)],
  [
    'GET',
    /^\/messages\/([\w-]+)\/html$/,
    (match, _url, { store }) => withMail(store, match[1], (_summary, mail) => mailBody(mail)),
  ],
  [
    'GET',
    /^\/messages\/([\w-]+)\/raw$/,
    async (match, _url, { store }) => rawMail(await store.readRaw(match[1] ?? ''), match[1] ?? ''),
  ],
  [
    'GET',
    /^\/messages\/([\w-]+)\/attachments\/(\d{1,4})$/,
    (match, _url, { store }) =>
      withMail(store, match[1], (_summary, mail) => attachment(mail.attachments[Number(match[2])], Number(match[2]))),
  ],
  ['GET', /^\/api\/messages$/, (_match, url, { store }) => json({ messages: filtered(store, url) })],
  [
    'GET',
    /^\/api\/messages\/([\w-]+)$/,
    (match, _url, { store }) => withMail(store, match[1], (summary, mail) => json(detail(summary, mail))),
  ],
  [
    'DELETE',
    /^\/api\/messages$/,
    async (_match, _url, { store }) => {
      await store.clear();
      return { status: 204, headers: {}, body: '' };
    },
  ],
];

/**
 * Makes the web server of the mailbox: pages for people, and the same as JSON for tests (`GET /api/messages?to=&subject=&search=`,
 * `GET /api/messages/:id`, `DELETE /api/messages`). `POST /messages/:id/report` with the field `outcome` reports on a mail as
 * its receiver's mail server would; it answers 303, or 409 when nobody takes the report.
 * @param reporter sends the reports; without it the pages offer none
 */
export function createMailboxServer(store: MailStore, reporter?: Reporter): Server {
  return createServer((request, response) => {
    answer(request, { store, reporter }).then(
      (result) => send(request, response, result),
      (error: unknown) => send(request, response, failure(error)),
    );
  });
}

async function answer(request: IncomingMessage, backing: Backing): Promise<Answer> {
  // Another web page could reach this port under a name of its own (DNS rebinding); mails hold sign-in links.
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
    return page(problemPage('Not here', 'The mailbox answers on this machine only.'), 403);
  }
  const fromElsewhere = !['same-origin', 'none', undefined].includes(
    request.headers['sec-fetch-site'] as string | undefined,
  );
  if (fromElsewhere && (request.method === 'DELETE' || request.method === 'POST'))
    return page(problemPage('Refused', 'Another site may not change the mailbox.'), 403);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  for (const [routeMethod, pattern, handle] of ROUTES) {
    const match = routeMethod === method ? pattern.exec(url.pathname) : null;
    if (match) return handle(match, url, backing, request);
  }
  return notFound();
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  response.writeHead(result.status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': PAGE_POLICY,
    'content-length': String(Buffer.byteLength(result.body)),
    ...result.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : result.body);
}

function filtered(store: MailStore, url: URL): readonly MailSummary[] {
  const contains = (text: string, name: string) =>
    text.toLowerCase().includes((url.searchParams.get(name) ?? '').trim().toLowerCase());
  return store
    .list()
    .filter(
      (mail) =>
        contains(mail.to.join(' '), 'to') &&
        contains(mail.subject, 'subject') &&
        contains(`${mail.to.join(' ')} ${mail.from} ${mail.subject}`, 'search'),
    );
}

async function withMail(
  store: MailStore,
  id: string | undefined,
  show: (summary: MailSummary, mail: ParsedMail) => Answer,
): Promise<Answer> {
  const summary = store.list().find((candidate) => candidate.id === id);
  const mail = summary && (await store.read(summary.id));
  return summary && mail ? show(summary, mail) : notFound();
}

function reportsOf(summary: MailSummary, url: URL, reporter: Reporter | undefined) {
  const sent = url.searchParams.get('reported') ?? '';
  return { isPossible: reporter !== undefined && isReportable(summary), sent: isOutcome(sent) ? sent : undefined };
}

async function report(id: string | undefined, backing: Backing, request: IncomingMessage): Promise<Answer> {
  const summary = backing.store.list().find((candidate) => candidate.id === id);
  if (!summary || !backing.reporter || !isReportable(summary)) return notFound();
  const outcome = new URLSearchParams(await readForm(request)).get('outcome') ?? '';
  if (!isOutcome(outcome)) {
    return page(problemPage('Unknown outcome', `Choose one of: ${Object.values(OUTCOMES).join(', ')}.`), 422);
  }
  try {
    await backing.reporter.report(summary, outcome);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = `The worker did not take the report; it listens for them on the port of BOUNCE_PORT. (${said})`;
    return page(problemPage('Not reported', why), 409);
  }
  return { status: 303, headers: { location: `/messages/${summary.id}?reported=${outcome}#reports` }, body: '' };
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > FORM_BYTES) return '';
  }
  return text;
}

function viewOf(url: URL): MailView {
  const view = url.searchParams.get('view');
  return view === 'text' || view === 'headers' ? view : 'html';
}

function mailBody(mail: ParsedMail): Answer {
  if (mail.html === false) return notFound();
  return page(bodyDocument(mail.html), 200, MAIL_POLICY);
}

function rawMail(raw: Buffer | undefined, id: string): Answer {
  if (!raw) return notFound();
  return { status: 200, headers: download('message/rfc822', `${id}.eml`), body: raw };
}

function attachment(found: Attachment | undefined, index: number): Answer {
  if (!found) return notFound();
  return { status: 200, headers: download(found.contentType, attachmentName(found, index)), body: found.content };
}

function download(contentType: string, name: string): Record<string, string> {
  const plain = name.replace(/[^\w .-]/g, '_');
  return {
    'content-type': contentType,
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
}

function detail(summary: MailSummary, mail: ParsedMail) {
  const markup = mail.html === false ? '' : mail.html;
  return {
    ...summary,
    headers: Object.fromEntries(
      mail.headerLines.map(({ key, line }) => [
        key,
        line
          .slice(line.indexOf(':') + 1)
          .replace(/\r?\n\s+/g, ' ')
          .trim(),
      ]),
    ),
    text: mail.text ?? '',
    html: markup,
    links: [
      ...new Set(
        [...markup.matchAll(/\bhref="(https?:[^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&')),
      ),
    ],
    attachmentList: mail.attachments.map((item, index) => ({
      filename: attachmentName(item, index),
      contentType: item.contentType,
      size: item.size,
      path: `/messages/${summary.id}/attachments/${index}`,
    })),
  };
}

function page(body: string, status = 200, policy = PAGE_POLICY): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }, body };
}

function json(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

function notFound(): Answer {
  return page(problemPage('Not found', 'There is no such mail.'), 404);
}

function failure(error: unknown): Answer {
  process.stderr.write(`mailbox: ${error instanceof Error ? error.stack : String(error)}\n`);
  return page(problemPage('Something went wrong', 'This mail could not be shown; the terminal says why.'), 500);
}
