import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { createBounceListener } from '../../activities/bounces/smtp-listener.ts';
import { type Mailbox, startMailbox } from '../../scripts/mailbox/mailbox.ts';
import { createDesk, DOMAIN, MAIL_ID, returnPath } from '../activities/bounces/support.ts';
import { silentLogger } from '../activities/fakes.ts';

let dir: string;
let mailbox: Mailbox;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'proeve-mailbox-'));
  mailbox = await startMailbox({ dir, smtpPort: 0, webPort: 0 });
});
afterEach(async () => {
  await mailbox.stop();
  rmSync(dir, { recursive: true });
});

async function send(subject: string, to = 'jan@bedrijf.example', sender?: string): Promise<void> {
  const transport = nodemailer.createTransport(mailbox.smtpUrl);
  await transport.sendMail({
    ...(sender ? { envelope: { from: sender, to } } : {}),
    from: 'Examens <examens@school.example>',
    to,
    bcc: 'kopie@school.example',
    subject,
    text: 'Hallo',
    html: `<p>Hallo <a href="https://x.example/b/abc?a=1&amp;b=2">open</a></p><script>alert(1)</script>`,
    attachments: [{ filename: 'beoordeling é.pdf', content: Buffer.from('%PDF-1.7'), contentType: 'application/pdf' }],
  });
  transport.close();
}

async function list(query = ''): Promise<{ id: string; subject: string; to: string[]; attachments: number }[]> {
  const response = await fetch(`${mailbox.webUrl}/api/messages${query}`);
  return ((await response.json()) as { messages: [] }).messages;
}

describe('mailbox', () => {
  it('lists what it received, newest first, to whom it really went', async () => {
    await send('Eerste');
    await send('Tweede', 'piet@bedrijf.example');
    const mails = await list();
    expect(mails.map(({ subject }) => subject)).toEqual(['Tweede', 'Eerste']);
    expect(mails[0]).toMatchObject({ to: ['piet@bedrijf.example', 'kopie@school.example'], attachments: 1 });
    expect(await list('?to=JAN@')).toHaveLength(1);
    expect(await list('?subject=weed')).toHaveLength(1);
  });

  it('gives text, headers, links and attachments of one mail', async () => {
    await send('Uitnodiging');
    const [first] = await list();
    const detail = (await (await fetch(`${mailbox.webUrl}/api/messages/${first?.id}`)).json()) as {
      text: string;
      headers: Record<string, string>;
      links: string[];
      attachmentList: { filename: string; path: string }[];
    };
    expect(detail.text).toContain('Hallo');
    expect(detail.headers.subject).toBe('Uitnodiging');
    expect(detail.links).toEqual(['https://x.example/b/abc?a=1&b=2']);
    expect(detail.attachmentList).toMatchObject([{ filename: 'beoordeling é.pdf' }]);
    const attachment = await fetch(`${mailbox.webUrl}${detail.attachmentList[0]?.path}`);
    expect(attachment.headers.get('content-disposition')).toContain("filename*=UTF-8''beoordeling%20%C3%A9.pdf");
    expect(await attachment.text()).toBe('%PDF-1.7');
  });

  it('shows a mail without letting it run anything or call anybody', async () => {
    await send('<b>Vet</b>');
    const [first] = await list();
    const page = await (await fetch(`${mailbox.webUrl}/messages/${first?.id}`)).text();
    expect(page).toContain('&lt;b&gt;Vet&lt;/b&gt;');
    expect(page).toMatch(/<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    const body = await fetch(`${mailbox.webUrl}/messages/${first?.id}/html`);
    expect(body.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups[^;]*; default-src 'none'/);
    for (const view of ['text', 'headers']) {
      expect((await fetch(`${mailbox.webUrl}/messages/${first?.id}?view=${view}`)).status).toBe(200);
    }
  });

  it('keeps its mails over a restart', async () => {
    await send('Blijft');
    await mailbox.stop();
    mailbox = await startMailbox({ dir, smtpPort: 0, webPort: 0 });
    expect(await list()).toMatchObject([{ subject: 'Blijft' }]);
  });

  it('forgets its mails when told to', async () => {
    await send('Weg');
    expect((await fetch(`${mailbox.webUrl}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it('answers 404 for a mail that is not there', async () => {
    for (const path of ['/messages/none', '/api/messages/none', '/messages/..%2fx/raw', '/elsewhere']) {
      expect((await fetch(`${mailbox.webUrl}${path}`)).status).toBe(404);
    }
  });

  it('does not answer under a foreign name', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${mailbox.webUrl}/api/messages`, { headers: { host: 'evil.example' } }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('mailbox that reports what became of a mail', () => {
  const post = (id: string | undefined, outcome: string, headers: Record<string, string> = {}) =>
    fetch(`${mailbox.webUrl}/messages/${id}/report`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ outcome }),
      redirect: 'manual',
    });

  async function restartWith(bouncePort: number): Promise<void> {
    await mailbox.stop();
    mailbox = await startMailbox({ dir, smtpPort: 0, webPort: 0, bouncePort });
  }

  it('sends each outcome to the return path of the mail, as a mail server does', async () => {
    const desk = createDesk();
    const { receiver } = desk;
    const listener = createBounceListener({
      host: '127.0.0.1',
      port: 0,
      domain: DOMAIN,
      returnPath,
      receiver,
      logger: silentLogger,
    });
    await listener.start();
    try {
      await restartWith(listener.port() ?? 0);
      await send('Uitnodiging', 'jan@bedrijf.example', returnPath.create(MAIL_ID));
      const [mail] = await list();
      for (const outcome of ['addressUnknown', 'mailboxFull', 'delayed', 'absent', 'delivered']) {
        const answer = await post(mail?.id, outcome);
        expect([answer.status, answer.headers.get('location')]).toEqual([
          303,
          `/messages/${mail?.id}?reported=${outcome}#reports`,
        ]);
      }
      expect(desk.told.map((news) => news.replace(`${MAIL_ID} `, ''))).toEqual([
        'bounced addressUnknown',
        'bounced mailboxFull',
        'delayed unreachable',
        'autoReply',
        'delivered',
      ]);
    } finally {
      await listener.stop();
    }
  });

  it('offers that only for a mail that has an address for reports', async () => {
    await restartWith(1);
    await send('Zonder');
    await send('Met', 'jan@bedrijf.example', returnPath.create(MAIL_ID));
    const [withAddress, without] = await list();
    const pageOf = async (id: string | undefined) => (await fetch(`${mailbox.webUrl}/messages/${id}`)).text();
    expect(await pageOf(withAddress?.id)).toContain('What became of this mail?');
    expect(await pageOf(without?.id)).not.toContain('What became of this mail?');
    expect((await post(without?.id, 'delivered')).status).toBe(404);
    expect(await (await fetch(`${mailbox.webUrl}/messages/${withAddress?.id}?reported=absent`)).text()).toContain(
      'Reported to Proeve: absence message.',
    );
  });

  it('says that nobody takes the report, refuses what it does not know, and what another site sends', async () => {
    await restartWith(1);
    await send('Met', 'jan@bedrijf.example', returnPath.create(MAIL_ID));
    const [mail] = await list();
    expect((await post(mail?.id, 'delivered')).status).toBe(409);
    expect((await post(mail?.id, 'exploded')).status).toBe(422);
    expect((await post(mail?.id, 'delivered', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});
