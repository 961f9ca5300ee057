/** The address book in a real browser: what axe finds, that nothing sticks out, and a file that is dropped on the page. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { v7 as uuidv7 } from 'uuid';
import { contactSearchText } from '../../prisma/contact-rows.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember } from '../support/factories.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { signedInTeacher } from './initiator-support.ts';

const demoContacts = readFileSync(new URL('../../demo/contacts.csv', import.meta.url));
const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let teacher: TestClient;
/** Addresses of pages by what they show. */
const pages: Record<string, string> = {};

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  teacher = await signedInTeacher(app);
  for (const contact of await app.database.contact.findMany()) {
    await app.database.contact.update({ where: { id: contact.id }, data: { searchText: contactSearchText(contact) } });
  }
  pages.preview = await upload(demoContacts, 'adresboek.csv');
  const plan = /name="plan" value="([^"]+)"/.exec((await teacher.get(pages.preview)).text)?.[1] ?? '';
  await teacher.post(pages.preview, { plan });
  pages.done = pages.preview;
  pages.list = '/adresboek';
  pages.new = '/adresboek/nieuw';
  pages.import = '/adresboek/importeren';
  const [wilma, anton, sule] = await Promise.all(['Wilma', 'Anton', 'Şule'].map(idOf));
  const { accountId } = await seedMember(app.database, app.seed.schoolId, 'supervisor', 'supervisor');
  await app.database.contact.update({ where: { id: wilma ?? '' }, data: { accountId } });
  pages.account = `/adresboek/${wilma}`;
  pages.contact = `/adresboek/${anton}`;
  pages.delete = `/adresboek/${sule}/verwijderen`;
  const started = await app.startAssessment();
  pages.locked = `/adresboek/${started.contactId}`;
  const twin = { naam: 'Anton van der Klok', email: 'anton.klok@elders.example', soort: 'practice' };
  await teacher.post('/adresboek/nieuw', { ...twin, organisatie: 'Woonzorgcentrum De Oude Linde' });
  const twinId = (await app.database.contact.findFirstOrThrow({ where: { email: twin.email } })).id;
  pages.doubles = '/adresboek/dubbelen';
  pages.merge = `/adresboek/${anton}/samenvoegen?met=${twinId}`;
  pages.choose = `/adresboek/${anton}/samenvoegen`;
  const gone = await idOf('Mirthe');
  await teacher.post(`/adresboek/${gone}/verwijderen`, {});
  pages.deleted = `/adresboek/${gone}`;
  pages.archive = '/adresboek?soort=verwijderd';
  pages.undo = `/adresboek?weg=${gone}`;
  const id = uuidv7();
  await app.database.contactImport.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      membershipId: app.seed.teacher.membershipId,
      fileName: 'groot.xlsx',
      status: 'checking',
      content: {},
      createdAt: new Date(),
    },
  });
  pages.busy = `/adresboek/importeren/${id}`;
  pages.wrong = await upload(Buffer.from('naam;email;soort\n;geen adres;thuis\nJo;jo@x.example;school'), 'fout.csv');
  const changes =
    'naam;email;soort;functie;rubriek\nAnton van der Klok;a.vanderklok@deoudelinde.example;praktijk;Manager;x';
  pages.changes = await upload(
    Buffer.from(`${changes}\nNieuw Iemand;nieuw@iemand.example;school;;`),
    'wijzigingen.csv',
  );
}, TIMEOUT);

afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function idOf(name: string): Promise<string> {
  return (await app.database.contact.findFirstOrThrow({ where: { name: { startsWith: name } } })).id;
}

async function upload(bytes: Uint8Array, name: string): Promise<string> {
  const form = new FormData();
  form.set('_csrf', await teacher.csrfToken());
  form.append('bestand', new Blob([Uint8Array.from(bytes)]), name);
  return (await teacher.post('/adresboek/importeren', form)).location ?? '';
}

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setCookie(...sessionCookies(app.url, teacher));
  const answer = await page.goto(app.url + path, { waitUntil: 'load' });
  expect(answer?.status()).toBe(200);
  return page;
}

describe('pages of the address book', () => {
  it.each([
    'list',
    'new',
    'import',
    'account',
    'contact',
    'delete',
    'locked',
    'doubles',
    'merge',
    'choose',
    'deleted',
    'archive',
    'undo',
    'busy',
    'wrong',
    'changes',
    'done',
  ])(
    '%s: axe finds nothing, and nothing sticks out',
    async (name) => {
      const page = await open(pages[name] ?? '/');
      expect(await lookAt(page)).toEqual([]);
      await page.close();
    },
    TIMEOUT,
  );
});

describe('the page of importing', () => {
  it('takes a file that is dropped on it', async () => {
    const page = await open('/adresboek/importeren');
    await page.evaluate(`
      const transfer = new DataTransfer();
      transfer.items.add(new File(['naam;email;soort\\nSleep Mij;sleep@mij.example;school'], 'gesleept.csv'));
      document
        .querySelector('[data-drop-zone]')
        .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    `);
    await Promise.all([page.waitForNavigation(), page.click('main button[type="submit"]')]);
    expect(await page.evaluate('document.querySelector("main").innerText')).toContain('1 toevoegen');
    await page.close();
  });
});
