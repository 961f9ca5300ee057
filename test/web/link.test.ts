import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import { reissueLink, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { placeAfterOpening } from '../../web/pages/link/link.model.ts';
import { type StartedAssessment, startTestApp, type TestApp } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';

const UNKNOWN = 'Deze link kennen wij niet';

let app: TestApp;
let started: StartedAssessment;
let path: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  started = await app.startAssessment();
  path = await app.linkPath(started.linkId);
});
afterAll(() => app.stop());

function withLetter(token: string, position: number): string {
  const other = token[position] === 'x' ? 'y' : 'x';
  return token.slice(0, position) + other + token.slice(position + 1);
}

describe('GET and HEAD of a link', () => {
  it('write nothing at all, however often, in any state', async () => {
    const replaced = await app.startAssessment({ contact: 1 });
    await app.apply(reissueLink, { invitationId: replaced.invitationId, kid: app.keyring.current });
    const other = await app.linkPath(replaced.linkId);
    const client = app.client();
    const before = await fingerprintDatabase(app.databaseUrl);
    for (const each of [path, other, `${path}x`, '/b/voorbeeld', '/b/b1']) {
      for (let count = 0; count < 3; count += 1) {
        await client.get(each);
        await client.head(each);
      }
    }
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
    expect(client.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  it('show the school and a button, and nobody by name', async () => {
    const page = await app.client().get(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('ROC zandkamp');
    expect(page.text).toContain('Beoordeling openen');
    for (const personal of ['Noor', 'Vries', 'Praktijk', 'Toos', '@']) expect(page.text).not.toContain(personal);
  });

  it('give HEAD the status and headers of GET without a body', async () => {
    const page = await app.client().head(path);
    expect(page.status).toBe(200);
    expect(page.text).toBe('');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('forbid framing and keeping', async () => {
    const { headers } = await app.client().get(path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });
});

describe('a token that is not ours', () => {
  it('gets one page for a changed letter anywhere, another purpose, a gone link and rubbish', async () => {
    const token = path.slice('/b/'.length);
    const kid = app.keyring.current;
    const gone = createLinkToken(app.keyring, {
      linkId: '01a2036a-3aae-7555-9c29-252d0ecbdd60',
      kid,
      purpose: LinkPurpose.Fill,
    });
    const purpose = createLinkToken(app.keyring, { linkId: started.linkId, kid, purpose: LinkPurpose.SignIn });
    const changed = [0, 1, 2, 3, 10, 28, 29, 40, 55, 65, 66].map((position) => withLetter(token, position));
    const pages = await Promise.all(
      [...changed, gone, purpose, 'x', `${token}0`].map((each) => app.client().get(`/b/${each}`)),
    );
    for (const page of pages) {
      expect(page.status).toBe(404);
      expect(page.text).toContain(UNKNOWN);
    }
    const plain = pages.map((page) => page.text.replace(/name="(_csrf|returnTo)" value="[^"]*"/g, ''));
    expect(new Set(plain).size).toBe(1);
  });

  it('gets a hint when a mail program put capitals in it', async () => {
    const page = await app.client().get(path.toUpperCase().replace('/B/', '/b/'));
    expect(page.status).toBe(404);
    expect(page.text).toContain(UNKNOWN);
    expect(page.text).toContain('hoofdletters');
  });

  it('is refused once its key is gone', async () => {
    const without = {
      ...app.keyring,
      get: (kid: string) => (kid === '2' ? undefined : app.keyring.get(kid)),
      kids: ['1'],
      current: '1',
    };
    const other = await startTestApp({ keyring: without });
    const page = await other.client().get(path);
    await other.stop();
    expect(page.status).toBe(404);
  });

  it('still opens under a key that no longer signs', async () => {
    await app.database.link.update({ where: { id: started.linkId }, data: { kid: '1' } });
    expect((await app.openLink(app.client(), started.linkId)).status).toBe(303);
  });

  it('opens nothing by POST either', async () => {
    const client = app.client();
    const page = await client.post('/b/openen', { token: withLetter(path.slice(3), 40) });
    expect(page.status).toBe(404);
    expect(client.cookies.has(SESSION_COOKIE)).toBe(false);
    expect((await client.post('/b/openen', {})).status).toBe(404);
  });
});

describe('POST of the button', () => {
  it('opens a session, marks the invitation opened once, and leads to the form without the token', async () => {
    const client = app.client();
    const first = await app.openLink(client, started.linkId);
    expect(first.status).toBe(303);
    expect(first.location).toBe(`/beoordeling/${started.formId}`);
    const { openedAt } = await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } });
    expect(openedAt).not.toBeNull();

    const again = await app.openLink(app.client(), started.linkId);
    expect(again.location).toBe(first.location);
    expect(await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } })).toMatchObject({
      openedAt,
    });
  });

  it('sets a session cookie that scripts, other hosts and http cannot reach', async () => {
    const page = await app.openLink(app.client(), started.linkId);
    const cookie = page.headers.getSetCookie().find((line) => line.startsWith(`${SESSION_COOKIE}=`));
    expect(cookie).toMatch(/^__Host-proeve=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('keeps the session for a second link, so that one browser holds both', async () => {
    const client = app.client();
    await app.openLink(client, started.linkId);
    const cookie = client.cookies.get(SESSION_COOKIE);
    const second = await app.startAssessment({ contact: 1 });
    await app.openLink(client, second.linkId);
    expect(client.cookies.get(SESSION_COOKIE)).toBe(cookie);
    const session = await app.repositories.access.findSession(cookie ?? '');
    expect(session?.grants.map((grant) => grant.linkId).sort()).toEqual([started.linkId, second.linkId].sort());
  });

  it('ends what a link granted as soon as the invitation is withdrawn', async () => {
    const client = app.client();
    await app.openLink(client, started.linkId);
    await app.apply(withdrawExaminer, { assessmentId: started.assessmentId, contactId: started.contactId, reason: '' });
    expect((await app.repositories.access.findSession(client.cookies.get(SESSION_COOKIE) ?? ''))?.grants).toEqual([]);
  });
});

describe('a link that no longer opens', () => {
  it('says when it has expired and offers a new one, to a masked address', async () => {
    await app.expireLink(started.linkId);
    const page = await app.client().get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('Deze link is verlopen');
    expect(page.text).toContain('p•••@examinator-zandkamp.example');
    expect(page.text).not.toContain('practice@');
    expect((await app.openLink(app.client(), started.linkId)).status).toBe(410);
  });

  it('says when there is a newer one', async () => {
    await app.apply(reissueLink, { invitationId: started.invitationId, kid: app.keyring.current });
    const page = await app.client().get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('Er is een nieuwere link');
    expect((await app.openLink(app.client(), started.linkId)).text).toContain('Er is een nieuwere link');
  });

  it('says when the school took the invitation back, and offers no new link', async () => {
    await app.apply(withdrawExaminer, {
      assessmentId: started.assessmentId,
      contactId: started.contactId,
      reason: 'Verhuisd',
    });
    const page = await app.client().get(path);
    expect(page.status).toBe(410);
    expect(page.text).toContain('U hoeft dit niet meer te beoordelen');
    expect(page.text).not.toContain('/b/nieuwe-link');
    const post = await app.client().post('/b/nieuwe-link', { token: path.slice(3) });
    expect(post.status).toBe(410);
    expect(await app.database.mail.count({ where: { streamId: started.invitationId, template: 'newLink' } })).toBe(0);
  });

  it('tells somebody with the link of a preview that it is an example', async () => {
    const page = await app.client().get('/b/voorbeeld');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Dit is een voorbeeld');
  });
});

describe('asking for a new link', () => {
  const newLinks = () => app.database.mail.findMany({ where: { streamId: started.invitationId, template: 'newLink' } });

  it('mails the address on file, whatever was posted', async () => {
    await app.expireLink(started.linkId);
    const page = await app
      .client()
      .post('/b/nieuwe-link', { token: path.slice(3), email: 'ander@elders.example' }, { follows: true });
    expect(page.text).toContain('Er is een nieuwe link onderweg naar p•••@examinator-zandkamp.example');
    expect((await newLinks()).map((mail) => mail.toAddress)).toEqual(['practice@examinator-zandkamp.example']);
  });

  it('does nothing for a link that still opens', async () => {
    const page = await app.client().post('/b/nieuwe-link', { token: path.slice(3) });
    expect(page.location).toBe(path);
    expect(await newLinks()).toEqual([]);
  });

  it('answers the same after the third time in an hour, and mails no more', async () => {
    const strict = await startTestApp();
    const one = await strict.startAssessment();
    await strict.expireLink(one.linkId);
    const token = (await strict.linkPath(one.linkId)).slice(3);
    const answers = [];
    for (let count = 0; count < 5; count += 1) {
      answers.push(
        (await strict.client().post('/b/nieuwe-link', { token }, { follows: true })).text.includes(
          'is een nieuwe link onderweg',
        ),
      );
    }
    const mails = await strict.database.mail.count({ where: { template: 'newLink' } });
    await strict.stop();
    expect(answers).toEqual([true, true, true, true, true]);
    expect(mails).toBe(3);
  });
});

describe('placeAfterOpening', () => {
  const places = {
    form: (id: string) => `form ${id}`,
    formDispute: (id: string) => `dispute ${id}`,
    workList: () => 'list',
  };

  it.each([
    ['one form', ['a'], null, 'form a'],
    ['several forms', ['a', 'b'], null, 'list'],
    ['none any more', [], null, 'list'],
    ['a disputed form of this invitation', ['a', 'b'], 'b', 'dispute b'],
    ['a disputed form of another invitation', ['a', 'b'], 'c', 'list'],
  ])('leads on for %s', (_name, formIds, disputed, place) => {
    expect(placeAfterOpening(formIds, disputed, places)).toBe(place);
  });
});
