import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createMailRenderer,
  MAIL_LANGUAGES,
  MAIL_TEMPLATES,
  type MailData,
  type MailItem,
  type MailLanguage,
  type MailRenderer,
  type MailTemplate,
} from '../../emails/index.ts';
import { mailSamples } from '../../emails/samples.ts';

const GMAIL_CUTS_AT_BYTES = 100_000;
const HOSTILE = '<script>alert("x")</script>\r\nBcc: a@evil.example\u202Egnp.\u0000\u0007';

let renderer: MailRenderer;
beforeAll(async () => {
  renderer = await createMailRenderer({ publicUrl: 'https://proeve.example' });
});

const everyMail = MAIL_TEMPLATES.flatMap((template) => MAIL_LANGUAGES.map((language) => ({ template, language })));

function renderSample(template: MailTemplate, language: MailLanguage) {
  return renderer.render(template, language, mailSamples[template]);
}

/** A class of students, each with another name. */
function makeItems(count: number, item: Partial<MailItem> = {}): MailItem[] {
  return Array.from({ length: count }, (_, index) => ({
    studentName: `Student ${String(index + 1).padStart(2, '0')}`,
    examTitle: 'Verlenen van zorg',
    unitTitles: ['B1-K1 Bieden van zorg'],
    parts: ['B1-K1-W1 Gedragsobservatie'],
    ...item,
  }));
}

/** Puts hostile text in every string of the data that is not a date, link, code, colour or time zone. */
function poison(value: unknown, field = ''): unknown {
  const isChecked = /(At|Date|Url)$|^(timeZone|code|fingerprint|colour)$/.test(field);
  if (typeof value === 'string') return isChecked ? value : `${value} ${HOSTILE}`;
  if (Array.isArray(value)) return value.map((entry) => poison(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, poison(entry, name)]));
}

function linksIn(html: string): string[] {
  return [...html.matchAll(/(?:href|src|action|background|url\()\s*=?\s*["']?(https?:[^"')\s>]+)/g)].map(
    (match) => match[1] ?? '',
  );
}

describe.each(everyMail)('mail $template in $language', ({ template, language }) => {
  it('leaves no expression, mark or missing value behind', () => {
    const { subject, html, text } = renderSample(template, language);
    for (const part of [subject, html, text]) {
      expect(part).not.toMatch(/\{\{|\}\}(?!\s*[@.:}<\n])|\[\[|<use |<slot|undefined|\[object|\bNaN\b|\bnull\b/);
    }
  });

  it('has a subject of one line, without the full name of a student', () => {
    const { subject } = renderSample(template, language);
    expect(subject).not.toMatch(/\p{Cc}/u);
    expect(subject).not.toContain('Student Roos');
    expect(subject).toContain('ROC Voorbeeld');
    expect(subject.length).toBeGreaterThan(20);
  });

  it('keeps the name of a student out of the preheader', () => {
    const preheader = /<div style="display:none[^>]*>([^<]*)</.exec(renderSample(template, language).html)?.[1];
    expect(preheader).toMatch(/\S{3}/);
    expect(preheader).not.toContain('Roos');
  });

  it('has the same links in the plain text as in the HTML, and only those', () => {
    const { html, text } = renderSample(template, language);
    const links = [...new Set(linksIn(html))];
    for (const link of links) expect(text).toContain(link);
    expect([...new Set(text.match(/https?:\/\/\S+/g) ?? [])].sort()).toEqual(links.sort());
    expect(links.length > 0).toBe('linkUrl' in mailSamples[template]);
  });

  it('asks nothing of anybody else: no image, font, script, frame or form', () => {
    const { html } = renderSample(template, language);
    expect(html).not.toMatch(/<(img|script|iframe|form|link|object|video)\b|@import|@font-face|url\(/i);
    for (const link of linksIn(html)) expect(link).toMatch(/^https:\/\/proeve\.example\//);
  });

  it('names its language, has one heading and tells that it has a dark form', () => {
    const { html } = renderSample(template, language);
    expect(html).toContain(`<html lang="${language}"`);
    expect(html.match(/<h1\b/g)).toHaveLength(1);
    expect(html).toContain('name="color-scheme" content="light dark"');
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('stays well below the size at which mail programs cut a message', () => {
    expect(Buffer.byteLength(renderSample(template, language).html)).toBeLessThan(GMAIL_CUTS_AT_BYTES);
  });

  it('lets no text of a person become markup, a header or a reordered line', () => {
    const hostile = poison(mailSamples[template]) as MailData[typeof template];
    const { subject, html, text } = renderer.render(template, language, hostile);
    expect(html).not.toMatch(/<script/i);
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)');
    expect(subject).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    for (const part of [html, text]) expect(part).not.toMatch(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u);
    expect(text).not.toMatch(/^Bcc:/m);
  });

  it('fails when a field is missing instead of printing nothing', () => {
    const sample = mailSamples[template];
    const optional = ['status', 'remark', 'reason', 'initiatorPhone', 'notMeUrl', 'name', 'requestedFrom'];
    const required = Object.keys(sample).filter((field) => !optional.includes(field));
    const silent = required.filter((field) => {
      const { [field]: _, ...incomplete } = sample as unknown as Record<string, unknown>;
      try {
        renderer.render(template, language, incomplete as never);
        return true;
      } catch {
        return false;
      }
    });
    expect(silent).toEqual([]);
  });
});

describe('invitation', () => {
  const invitation = mailSamples.invitation;

  it('says one student in the singular and more in the plural', () => {
    const one = renderer.render('invitation', 'nl', { ...invitation, items: makeItems(1) });
    const two = renderer.render('invitation', 'nl', { ...invitation, items: makeItems(2) });
    expect(one.subject).toContain(': 1 student beoordelen voor');
    expect(one.text).toContain('Wilt u een student beoordelen?');
    expect(two.subject).toContain(': 2 studenten beoordelen voor');
    expect(renderer.render('invitation', 'en', { ...invitation, items: makeItems(2) }).subject).toContain('2 students');
  });

  it('says by when, with the day written out', () => {
    const { subject } = renderer.render('invitation', 'nl', invitation);
    expect(subject).toMatch(/uiterlijk vrijdag 4 december 2026$/);
  });

  it('holds a class of thirty, with the exam named once when it is the same for all', () => {
    const { html, text } = renderer.render('invitation', 'nl', { ...invitation, items: makeItems(30) });
    for (const { studentName } of makeItems(30)) {
      expect(html).toContain(studentName);
      expect(text).toContain(studentName);
    }
    expect(text.match(/B1-K1-W1 Gedragsobservatie/g)).toHaveLength(1);
    expect(Buffer.byteLength(html)).toBeLessThan(GMAIL_CUTS_AT_BYTES);
  });

  it('holds thirty students who each get something else', () => {
    const items = makeItems(30).map((item, index) => ({ ...item, parts: [`B1-K1-W${index} Productbeoordeling`] }));
    const { html } = renderer.render('invitation', 'nl', { ...invitation, items });
    expect(html).toContain('B1-K1-W29 Productbeoordeling');
    expect(Buffer.byteLength(html)).toBeLessThan(GMAIL_CUTS_AT_BYTES);
  });

  it('counts the other exams in the subject when there are several', () => {
    const items = [...makeItems(1), ...makeItems(2, { examTitle: 'Begeleiden van een groep' })];
    const { subject } = renderer.render('invitation', 'nl', { ...invitation, items });
    expect(subject).toContain('3 studenten beoordelen voor Verlenen van zorg en nog 1');
  });

  it('shortens a very long title in the subject only', () => {
    const examTitle = 'Woord '.repeat(60).trim();
    const { subject, text } = renderer.render('invitation', 'nl', {
      ...invitation,
      items: makeItems(1, { examTitle }),
    });
    expect(subject.length).toBeLessThan(180);
    expect(subject).toContain('…');
    expect(text).toContain(examTitle);
  });

  it('keeps the line breaks of the remark and shows it above the button', () => {
    const { html, text } = renderer.render('invitation', 'nl', {
      ...invitation,
      remark: 'Eerste\r\n\r\nTweede\nDerde',
    });
    expect(html).toMatch(/Eerste<br \/><br \/>Tweede<br \/>Derde/);
    expect(text).toContain('> Eerste\n>\n> Tweede\n> Derde');
    expect(html.indexOf('Tweede')).toBeLessThan(html.indexOf('Start beoordeling'));
  });

  it.each([undefined, '', ' \n '])('shows no empty message when the remark is %j', (remark) => {
    const { remark: _, ...without } = invitation;
    const { html, text } = renderer.render('invitation', 'nl', remark === undefined ? without : { ...without, remark });
    expect(html).not.toContain('Bericht van');
    expect(text).not.toContain('Bericht van');
  });

  it('names the attachments, and is silent when there are none', () => {
    expect(renderer.render('invitation', 'nl', invitation).text).toContain('- Toelichting voor examinatoren.docx');
    expect(renderer.render('invitation', 'nl', { ...invitation, attachmentNames: [] }).text).not.toContain('Bijlage');
  });

  it('gives the same mail for the same data', () => {
    expect(renderer.render('invitation', 'nl', invitation)).toEqual(renderer.render('invitation', 'nl', invitation));
  });
});

describe('reminder', () => {
  it.each([
    [3, 'U hebt nog 3 dagen'],
    [1, 'U hebt nog 1 dag'],
    [0, 'Vandaag is de laatste dag'],
    [-1, 'De inleverdatum is voorbij'],
  ])('with %i days left says "%s"', (daysLeft, title) => {
    expect(renderer.render('reminder', 'nl', { ...mailSamples.reminder, daysLeft }).text).toContain(`\n${title}\n`);
  });

  it('does not ask for what was due before a day that has passed', () => {
    const { subject, text } = renderer.render('reminder', 'nl', { ...mailSamples.reminder, daysLeft: -2 });
    expect(subject).toContain('de datum was vrijdag 4 december 2026');
    expect(text).not.toContain('voor het einde van');
  });
});

describe('new links', () => {
  it('are named one by one, each with its button, when there are several', () => {
    const { others } = mailSamples.reminder;
    for (const [language, subject] of [
      ['nl', 'uw 2 links om 2 studenten te beoordelen'],
      ['en', 'your 2 links to assess 2 students'],
    ] as const) {
      const mail = renderer.render('newLink', language, { ...mailSamples.newLink, others });
      expect(mail.subject).toContain(subject);
      for (const body of [mail.html, mail.text]) {
        expect(body).toContain(others[0]?.linkUrl);
        expect(body).toContain(mailSamples.newLink.linkUrl);
        expect(body).toContain('Docent Beek');
      }
    }
  });
});

describe('withdrawn', () => {
  it('says whether anything stays on the list of the examiner', () => {
    const render = (remainingCount: number, isLinkAlive = true) =>
      renderer.render('withdrawn', 'nl', { ...mailSamples.withdrawn, remainingCount, isLinkAlive }).text;
    expect(render(0, false)).toContain('De link in uw uitnodiging werkt niet meer.');
    // Who has finished something may go on looking at it.
    expect(render(0)).not.toContain('werkt niet meer');
    expect(render(1)).toContain('blijft 1 student staan');
    expect(render(3)).toContain('blijven 3 studenten staan');
  });
});

describe('confirmation', () => {
  it('shows the moment in the time zone of the school and the start of the fingerprint', () => {
    const { text } = renderSample('confirmation', 'nl');
    expect(text).toContain('Afgerond op: di 24 november 2026, 14:02');
    expect(text).toContain('Controlecode: 9f86 d081 884c 7d65');
    expect(renderSample('confirmation', 'en').text).toContain('Finished on: Tue 24 November 2026, 14:02');
  });

  it('has the link for "this was not me" only when there is one', () => {
    const { notMeUrl: _, ...without } = mailSamples.confirmation;
    expect(renderSample('confirmation', 'nl').text).toContain('Dit was ik niet');
    const { html, text } = renderer.render('confirmation', 'nl', without);
    expect(html + text).not.toContain('Dit was ik niet');
    expect(text).toContain('Heeft u dit niet gedaan?');
  });
});

describe('committeeDigest', () => {
  it('shows ten exams and counts the others', () => {
    const exams = Array.from({ length: 13 }, (_, index) => ({ title: `Examen ${index + 1}`, count: 2 }));
    const { text, html } = renderer.render('committeeDigest', 'nl', { ...mailSamples.committeeDigest, exams });
    expect(text).toContain('- Examen 10: 2');
    expect(html).not.toContain('Examen 11');
    expect(text).toContain('En nog 3 andere examens.');
  });

  it('uses the singular for one assessment', () => {
    const { subject, text } = renderer.render('committeeDigest', 'nl', { ...mailSamples.committeeDigest, count: 1 });
    expect(subject).toContain('1 beoordeling klaar');
    expect(text).toContain('1 beoordeling wacht op u');
  });
});

describe('resultToOffice', () => {
  it('says that it may be a repeat only when it may be', () => {
    const repeat = 'mogelijk een tweede verzending van hetzelfde document';
    expect(renderSample('resultToOffice', 'nl').text).not.toContain(repeat);
    const { html, text } = renderer.render('resultToOffice', 'nl', { ...mailSamples.resultToOffice, isRepeat: true });
    expect(text).toContain(repeat);
    expect(html).toContain(repeat);
  });

  it('says plainly which document it replaces, in subject and text, and nothing of it for a first one', () => {
    const { subject, text } = renderSample('resultToOffice', 'nl');
    expect(subject).toContain('(vervangt PRV-2026-000098)');
    expect(text).toContain('Dit document vervangt document PRV-2026-000098.');
    const first = renderer.render('resultToOffice', 'nl', { ...mailSamples.resultToOffice, replaces: null });
    expect(`${first.subject}${first.text}`).not.toMatch(/vervangt/);
  });

  it('keeps the number of the student out of a mail with a link', () => {
    const { attachmentName: _, ...sample } = mailSamples.resultToOffice;
    const link = { linkUrl: 'https://proeve.example/examenbureau/b1', linkExpiresDate: '2026-12-26' };
    const { html, text } = renderer.render('resultToOffice', 'nl', { ...sample, ...link });
    for (const part of [html, text]) {
      expect(part).toContain(link.linkUrl);
      expect(part).toContain('26 december 2026');
      expect(part).not.toContain(sample.studentNumber);
      expect(part).not.toContain('als bijlage');
    }
  });

  it('has the subject of the school on one line, whatever is in it', () => {
    const subject = 'Dossier {x}\r\nBcc: dief@elders.example\u202E';
    const mail = renderer.render('resultToOffice', 'nl', { ...mailSamples.resultToOffice, replaces: null, subject });
    expect(mail.subject).toBe('Dossier {x} Bcc: dief@elders.example');
  });
});

describe('officeCode', () => {
  it('groups the code and keeps it out of the subject', () => {
    const { subject, text } = renderSample('officeCode', 'nl');
    expect(text).toContain('Code: 402 917');
    expect(subject).not.toMatch(/402/);
  });
});

describe('signIn', () => {
  it('groups the code, keeps it out of the subject and greets a person without a name', () => {
    const { name: _, ...nameless } = mailSamples.signIn;
    const { subject, text } = renderer.render('signIn', 'nl', nameless);
    expect(text).toContain('Inlogcode: 042 917');
    expect(subject).not.toMatch(/042/);
    expect(subject).toContain('geldig tot di 24 november 2026, 14:17');
    expect(text).toContain('Goedendag,');
  });
});

describe('createMailRenderer', () => {
  it.each([
    'javascript:alert(1)',
    'http://proeve.example/b/x',
    'https://evil.example/b/x',
    'https://a@proeve.example/',
    '',
  ])('refuses %j as a link, and does not repeat it in the error', (linkUrl) => {
    const render = () => renderer.render('invitation', 'nl', { ...mailSamples.invitation, linkUrl });
    expect(render).toThrow(TypeError);
    expect(render).not.toThrow(/evil|alert|proeve\.example/);
  });

  it('refuses a date that is none', () => {
    expect(() => renderer.render('invitation', 'nl', { ...mailSamples.invitation, dueDate: '4 december' })).toThrow(
      RangeError,
    );
  });

  it('fills a mail in far less than a millisecond', () => {
    const count = 300;
    const start = performance.now();
    for (let i = 0; i < count; i++) renderSample('invitation', 'nl');
    expect((performance.now() - start) / count).toBeLessThan(2);
  });
});
