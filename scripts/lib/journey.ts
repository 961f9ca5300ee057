/**
 * The whole process as people go through it, each in a browser of their own, from starting an assessment to the PDF in the exam
 * office's mail. Played by `npm run demo` and by a test.
 *
 * Contract
 * 1. Nothing is done behind the pages: what people type, press and get by mail is all there is. The record is read only at the
 *    end, to compare the stored document with the one that was mailed.
 * 2. A step that does not happen throws; the steps after it are not tried.
 * 3. It needs the demo school, and plays once for each database: its student has no assessment before.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import type { Browser, Viewport } from 'puppeteer-core';
import { listComponents, listUnitCodes } from '../../domain/exam-structure.ts';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { fullName } from '../../domain/school.ts';
import { type Config, projectRoot } from '../../platform/config.ts';
import { createFileDocumentStore } from '../../platform/documents.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import { type DemoSchool, loadDemoSchool } from '../../platform/import/demo-school.ts';
import { openDatabase } from '../../prisma/client.ts';
import { paths } from '../../web/paths.ts';
import { openVisitor, Screen, VisitError, type Visitor } from './browser.ts';
import { linkIn, type MailReader, openMailReader, type ReadMail } from './mail-reader.ts';
import { pdfText } from './pdf-text.ts';

export interface JourneyOptions {
  readonly browser: Browser;
  readonly config: Config;
  readonly mailboxUrl: string;
  readonly examinerScreen?: Viewport;
  readonly staffScreen?: Viewport;
  /** Called on every new page, for pictures and checks. */
  readonly look: (visitor: Visitor, name: string) => Promise<void>;
  /** Called after every step, with how long it took. */
  readonly onStep: (name: string, ms: number) => void;
}

export interface JourneyOutcome {
  readonly pdf: Uint8Array;
  readonly title: string;
  readonly pages: number;
  readonly sha256: string;
}

const TEACHER = 'r.vandenbeitel@roc-voorbeeld.example';
const CHEF = 'g.koekenpan@brasseriehetroer.example';
const COLLEAGUE = 'h.vijzel@roc-voorbeeld.example';
const MEMBER = 'h.eikelboom@roc-voorbeeld.example';
const STUDENT_NUMBER = '260500';
const EXAM_CODE = 'KEU-2026';
const OFFICE = 'examenbureau-ht@roc-voorbeeld.example';
const REMARK = 'Fijn dat u wilt beoordelen. Let u ook op de hygiëne?';
const BECAUSE =
  'De snijplank voor vis werd ook voor groente gebruikt. Na een vraag van mij is de plank gewassen en is de groente vervangen.';
const PDF_WITHIN_MS = 30_000;

const { t } = createI18n().forLanguage('nl');

interface Cast {
  readonly school: DemoSchool;
  readonly student: string;
  readonly chef: string;
  readonly colleague: string;
  /** Criterion that gets the O, and the component it belongs to. */
  readonly criterion: string;
  readonly component: string;
}

interface Play extends JourneyOptions, Cast {
  readonly mails: MailReader;
  readonly examinerScreen: Viewport;
  readonly staffScreen: Viewport;
  readonly visitors: Visitor[];
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Plays everything.
 * @throws the first thing that went wrong, with the step it happened in
 */
export async function playJourney(options: JourneyOptions): Promise<JourneyOutcome> {
  const visitors: Visitor[] = [];
  const play: Play = {
    examinerScreen: Screen.phone,
    staffScreen: Screen.desktop,
    ...options,
    ...(await cast()),
    mails: openMailReader(options.mailboxUrl),
    visitors,
    step: async (name, work) => {
      const started = performance.now();
      const value = await work().catch((error: unknown) => {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      });
      options.onStep(name, performance.now() - started);
      return value;
    },
  };
  try {
    const invitations = await startAssessment(play);
    await scoreWithReturn(play, invitations.chef);
    await scoreAtOnce(play, invitations.colleague);
    await finalise(play);
    const outcome = await checkDocument(play);
    const troubles = visitors.flatMap((visitor) => visitor.troubles);
    if (troubles.length > 0) throw new VisitError(`Pages had trouble: ${[...new Set(troubles)].join('; ')}`);
    return outcome;
  } finally {
    for (const visitor of visitors) if (visitor.page.browser().connected) await visitor.close();
  }
}

async function cast(): Promise<Cast> {
  const school = await loadDemoSchool(join(projectRoot, 'demo'));
  const exam = must(
    school.exams.find((each) => each.code === EXAM_CODE),
    EXAM_CODE,
  );
  const contact = (email: string) =>
    must(
      school.contacts.find((each) => each.email === email),
      email,
    ).name;
  const component = must(
    listComponents(exam, listUnitCodes(exam)).find(({ component: each }) => each.kind === 'behaviour'),
    'component',
  ).component;
  return {
    school,
    student: fullName(
      must(
        school.students.find((each) => each.number === STUDENT_NUMBER),
        STUDENT_NUMBER,
      ),
    ),
    chef: contact(CHEF),
    colleague: contact(COLLEAGUE),
    criterion: must(component.criteria[0], 'criterion').ref,
    component: component.ref,
  };
}

function must<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The demo school has no ${name}`);
  return value;
}

async function enter(play: Play, screen: Viewport): Promise<Visitor> {
  const visitor = await openVisitor(play.browser, screen);
  play.visitors.push(visitor);
  return visitor;
}

async function expectText(visitor: Visitor, ...texts: readonly string[]): Promise<void> {
  const page = (await visitor.text()).replace(/\s+/g, ' ');
  for (const text of texts) {
    if (!page.includes(text))
      throw new VisitError(`${new URL(visitor.page.url()).pathname} does not say "${text}" but: ${page.slice(0, 600)}`);
  }
}

// --- teacher

async function signIn(play: Play, email: string, who: string): Promise<Visitor> {
  const visitor = await enter(play, play.staffScreen);
  await play.step(`${who} asks for a sign-in mail`, async () => {
    await visitor.open(play.config.publicUrl + paths.signIn());
    await play.look(visitor, `${who}-sign-in`);
    await visitor.type('email', email);
    await visitor.press(t('signin.send'));
    await play.look(visitor, `${who}-code`);
  });
  await play.step(`${who} signs in with the link of the mail`, async () => {
    const mail = await play.mails.next({ to: email, subject: 'inloggen' });
    await visitor.open(linkIn(mail, '/inloggen/'));
    await visitor.press(t('signin.mailed.button'));
  });
  return visitor;
}

async function startAssessment(play: Play): Promise<{ chef: ReadMail; colleague: ReadMail }> {
  const teacher = await signIn(play, TEACHER, 'teacher');
  await play.step('teacher chooses the exam', async () => {
    await play.look(teacher, 'teacher-attention');
    await teacher.press(t('following.attention.start'));
    await play.look(teacher, 'teacher-exams');
    await teacher.press(
      must(
        play.school.exams.find((each) => each.code === EXAM_CODE),
        EXAM_CODE,
      ).title,
    );
    await play.look(teacher, 'teacher-exam');
    await teacher.press(t('catalogue.exam.start'));
  });
  await play.step('teacher finds and adds the student', async () => {
    await teacher.type('zoek', STUDENT_NUMBER);
    await teacher.settle();
    await teacher.tick(play.student);
    await play.look(teacher, 'teacher-students');
    await teacher.press(t('initiator.students.next'));
  });
  await play.step('teacher chooses two examiners for different components', async () => {
    for (const name of [play.chef, play.colleague]) {
      await teacher.type('zoek', name);
      await teacher.settle();
      await teacher.tick(name);
      await teacher.settle();
    }
    // The first has the whole exam; the products go to the second.
    await teacher.tick(t('initiator.examiners.cell', { name: play.colleague, part: productOf('B1-K1-W1') }));
    await teacher.settle();
    await teacher.tick(t('initiator.examiners.cell', { name: play.colleague, part: productOf('B1-K1-W2') }));
    await teacher.settle();
    await play.look(teacher, 'teacher-examiners');
    await teacher.press(t('initiator.examiners.next'));
  });
  await play.step('teacher writes a remark and invites both', async () => {
    await teacher.type('remark', REMARK);
    await play.look(teacher, 'teacher-invite');
    await teacher.press(t('inviting.send.now', { count: 2 }));
    await expectText(teacher, play.student, play.chef, play.colleague);
    await play.look(teacher, 'teacher-status');
  });
  return play.step('both invitations arrive', async () => {
    const [chef, colleague] = await Promise.all([
      play.mails.next({ to: CHEF, text: REMARK }),
      play.mails.next({ to: COLLEAGUE, text: REMARK }),
    ]);
    for (const mail of [chef, colleague]) {
      if (!mail.html.includes('beoordelen')) throw new Error('The mail has no HTML part');
      if (mail.subject.includes(play.student)) throw new Error('The subject holds the full name of the student');
    }
    return { chef, colleague };
  });
}

function productOf(workProcess: string): string {
  return `${workProcess} ${t('common.componentKind.product')}`;
}

// --- examiners

async function openLink(play: Play, mail: ReadMail, who: string): Promise<Visitor> {
  const visitor = await enter(play, play.examinerScreen);
  await visitor.open(linkIn(mail, '/b/'));
  await play.look(visitor, `${who}-link`);
  await visitor.press(t('signin.link.open'));
  return visitor;
}

/** Goes from work process to work process and ends on the page that checks. */
async function fillIn(play: Play, visitor: Visitor, who: string, scores: ReadonlyMap<string, string>): Promise<void> {
  for (let page = 1; ; page++) {
    for (const name of await openCriteria(visitor)) await visitor.choose(name, scores.get(name) ?? 'V');
    await play.look(visitor, `${who}-form-${page}`);
    const isLast = !(await visitor.has('button[value="volgende"]'));
    await visitor.press(isLast ? t('examiner.form.check') : t('examiner.form.next'));
    if (isLast) return;
  }
}

/** Field names of the criteria on the page that have no score yet. */
async function openCriteria(visitor: Visitor): Promise<string[]> {
  const names = await visitor.page.evaluate(`(() => {
    const radios = [...document.querySelectorAll('input[type="radio"][name^="score-"]:not(:disabled)')];
    const all = new Set(radios.map((radio) => radio.name));
    for (const radio of radios) if (radio.checked) all.delete(radio.name);
    return [...all];
  })()`);
  return names as string[];
}

async function scoreWithReturn(play: Play, mail: ReadMail): Promise<void> {
  const first = await play.step('examiner A opens the link on a phone', () => openLink(play, mail, 'examiner-a'));
  await play.step('examiner A scores, with one O and no justification', () =>
    fillIn(play, first, 'examiner-a', new Map([[scoreFieldName(play.criterion), 'O']])),
  );
  await play.step('finishing is refused, and it says why', async () => {
    if ((await first.text()).includes(t('examiner.check.finish'))) throw new VisitError('Finishing is offered');
    await expectText(first, t('examiner.check.missingTitle', { count: 1 }), t('common.componentKind.behaviour'));
    await play.look(first, 'examiner-a-refused');
    await first.press(t('examiner.check.continue'));
    const field = justificationFieldName(play.component);
    if (!(await first.has(`[name="${field}"][aria-invalid="true"]`))) throw new VisitError('The field shows no error');
    await play.look(first, 'examiner-a-refused-field');
    await first.close();
    play.visitors.splice(play.visitors.indexOf(first), 1);
  });
  const second = await play.step('examiner A comes back by the mail, on another device', () =>
    openLink(play, mail, 'examiner-a-again'),
  );
  await play.step('the saved draft is there; examiner A justifies', async () => {
    const name = scoreFieldName(play.criterion);
    if (!(await second.has(`[name="${name}"][value="O"]:checked`))) throw new Error('The draft is not there');
    await second.type(justificationFieldName(play.component), BECAUSE);
    await play.look(second, 'examiner-a-justified');
  });
  await play.step('examiner A finishes', async () => {
    await fillIn(play, second, 'examiner-a-again', new Map());
    await finish(play, second, 'examiner-a');
    await play.mails.next({ to: CHEF, subject: 'afgerond' });
  });
}

async function scoreAtOnce(play: Play, mail: ReadMail): Promise<void> {
  await play.step('examiner B opens, scores and finishes', async () => {
    const visitor = await openLink(play, mail, 'examiner-b');
    await fillIn(play, visitor, 'examiner-b', new Map());
    await finish(play, visitor, 'examiner-b');
  });
  await play.step('the teacher hears that all examiners are done', () =>
    play.mails.next({ to: TEACHER, subject: 'alle examinatoren' }),
  );
}

async function finish(play: Play, visitor: Visitor, who: string): Promise<void> {
  await play.look(visitor, `${who}-check`);
  await visitor.press(t('examiner.check.finish'));
  await expectText(visitor, t('examiner.done.title'));
  await play.look(visitor, `${who}-done`);
}

// --- committee

async function finalise(play: Play): Promise<void> {
  const member = await signIn(play, MEMBER, 'committee');
  await play.step('committee finds the assessment in its queue', async () => {
    await play.look(member, 'committee-queue');
    await member.type('zoek', STUDENT_NUMBER);
    await member.press(t('common.actions.search'));
    await expectText(member, play.student);
    await play.look(member, 'committee-queue-found');
  });
  await play.step('committee reads the dossier', async () => {
    await member.press(play.student);
    await expectText(member, BECAUSE, play.chef, play.colleague);
    await play.look(member, 'committee-dossier');
  });
  await play.step('committee finalises, to the exam office', async () => {
    await member.press(t('committee.dossier.finalise'));
    await member.tick('Horeca en Techniek');
    await play.look(member, 'committee-finalise');
    await member.press(t('committee.finalise.submit'));
    await expectText(member, t('committee.finalise.done'));
    await play.look(member, 'committee-final');
  });
}

// --- document

async function checkDocument(play: Play): Promise<JourneyOutcome> {
  const { pdf, text } = await play.step('the exam office gets the result by mail', () => findResult(play));
  return play.step('its PDF is whole, titled, about this student, and the stored one', async () => {
    const document = await PDFDocument.load(pdf, { updateMetadata: false });
    const title = document.getTitle() ?? '';
    for (const part of [play.student, BECAUSE, play.chef, play.colleague])
      if (!text.includes(squeeze(part))) throw new Error(`The PDF does not say "${part}"`);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    await expectStored(play.config, sha256, title);
    return { pdf, title, pages: document.getPageCount(), sha256 };
  });
}

/** The demo school has other results, whose mails may arrive meanwhile; no subject names a student. */
async function findResult(play: Play): Promise<{ pdf: Uint8Array; text: string }> {
  const end = performance.now() + PDF_WITHIN_MS;
  for (;;) {
    const mail = await play.mails.next({ to: OFFICE, withinMs: end - performance.now() });
    const pdf = await play.mails.attachment(mail, 0);
    const text = (await pdfText(pdf)).join('');
    if (text.includes(STUDENT_NUMBER)) return { pdf, text };
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}

async function expectStored(config: Config, sha256: string, title: string): Promise<void> {
  const database = openDatabase({ ...config.database, poolSize: 1 });
  try {
    const document = await database.document.findFirst({
      where: { sha256, assessment: { student: { number: STUDENT_NUMBER } } },
    });
    if (!document) throw new Error('The document of this student is another one');
    if (!title.includes(document.number)) throw new Error(`The title "${title}" lacks ${document.number}`);
    if (!(await createFileDocumentStore(config.documentsDir).get(sha256)))
      throw new Error('The document is not stored');
  } finally {
    await database.$disconnect();
  }
}
