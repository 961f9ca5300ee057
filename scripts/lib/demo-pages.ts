/** Every page of the product with something to show, in the demo school. */
import { AskKind, AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { InvitationStatus } from '../../domain/invitation.ts';
import { Lang } from '../../domain/school.ts';
import type { Config } from '../../platform/config.ts';
import type { Database } from '../../prisma/client.ts';
import { paths } from '../../web/paths.ts';
import type { Visitor } from './browser.ts';
import { invitationUrl, signInUrl } from './demo-links.ts';
import { addEvidence, openNotes, writeNote } from './demo-moves.ts';
import { authenticityPages, decidingPages, studentPages } from './demo-pages-results.ts';
import { DEMO_MEMBER, DEMO_TEACHER } from './demo-people.ts';

/** Examiners look for one judgement. */
const SEARCHING = { status: AssessmentStatus.InProgress, agreementSince: { not: null } } as const;
const FIRST = { searchText: 'asc' } as const;

export interface DemoPage {
  /** Name of the picture, without size. */
  readonly name: string;
  /** Who looks: nobody in particular, a signed-in person, or an examiner by the link of an invitation. */
  readonly as:
    | 'visitor'
    | 'teacher'
    | 'committee'
    | 'administrator'
    | 'student'
    | 'newStudent'
    | { readonly linkId: string };
  readonly path: string;
  /** What is done on the page before it is looked at. */
  readonly prepare?: (visitor: Visitor) => Promise<void>;
  /** A page that says "not found" or "no longer" answers so. */
  readonly isProblem?: boolean;
  readonly isAlsoDark?: boolean;
}

/** @returns the pages in the order a person would meet them */
export async function demoPages(database: Database, config: Config): Promise<DemoPage[]> {
  return [
    ...(await openPages(database, config)),
    ...(await teacherPages(database)),
    ...(await examinerPages(database, config)),
    ...(await committeePages(database)),
    ...(await decidingPages(database)),
    ...(await studentPages(database)),
    ...(await authenticityPages(database)),
    { name: 'condition', as: 'administrator', path: paths.condition(), isAlsoDark: true },
    { name: 'condition-late', as: 'administrator', path: paths.findings('te-laat') },
    { name: 'branding', as: 'administrator', path: paths.branding(), isAlsoDark: true },
  ];
}

async function openPages(database: Database, config: Config): Promise<DemoPage[]> {
  const mailed = new URL(await signInUrl(database, config, DEMO_MEMBER)).pathname;
  return [
    { name: 'sign-in-link', as: 'visitor', path: mailed },
    { name: 'sign-in', as: 'visitor', path: paths.signIn() },
    {
      name: 'sign-in-error',
      as: 'visitor',
      path: paths.signIn(),
      prepare: (visitor) => visitor.pressAt('main form button'),
    },
    {
      name: 'sign-in-code',
      as: 'visitor',
      path: paths.signIn(),
      prepare: async (visitor) => {
        await visitor.type('email', 'niemand@roc-voorbeeld.example');
        await visitor.pressAt('main form button[type="submit"]');
      },
    },
    { name: 'help', as: 'visitor', path: paths.helpIndex() },
    { name: 'link-lost', as: 'visitor', path: paths.linkLost() },
    {
      name: 'link-lost-sent',
      as: 'visitor',
      path: paths.linkLost(),
      prepare: async (visitor) => {
        await visitor.type('email', 'niemand@roc-voorbeeld.example');
        await visitor.pressAt('main form button[type="submit"]');
      },
    },
    { name: 'privacy', as: 'visitor', path: paths.privacy() },
    { name: 'accessibility', as: 'visitor', path: paths.accessibility() },
    { name: 'not-found', as: 'visitor', path: '/bestaat-niet', isProblem: true },
    { name: 'styleguide', as: 'visitor', path: paths.styleguide() },
  ];
}

async function teacherPages(database: Database): Promise<DemoPage[]> {
  const own = { initiator: { account: { email: DEMO_TEACHER } } };
  const exam = await database.assessment.findFirstOrThrow({ where: own, orderBy: { createdAt: 'asc' } });
  const page = (name: string, path: string, more: Partial<DemoPage> = {}): DemoPage => ({
    name,
    as: 'teacher',
    path,
    ...more,
  });
  const contact = await database.contact.findFirstOrThrow({
    where: { accountId: null, archivedAt: null, examining: { some: {} } },
    orderBy: { searchText: 'asc' },
  });
  const pages = [
    page('attention', paths.attention(), { isAlsoDark: true }),
    page('exams', paths.exams()),
    page('exam', paths.exam(exam.examVersionId)),
    page('choose-students', paths.newAssessment({ examen: exam.examVersionId }), {
      prepare: async (visitor) => {
        await visitor.type('zoek', 'VZD3A');
        await visitor.settle();
      },
    }),
    page('exam-assessments', paths.examAssessments(exam.examVersionId)),
    page('assessments', paths.assessments(), { isAlsoDark: true }),
    page('batches', paths.batches()),
    page('address-book', paths.addressBook()),
    page('contact', paths.contact(contact.id)),
    page('contact-new', paths.contactNew()),
    page('contacts-import', paths.contactsImport()),
    page('account', paths.account()),
    page('place', paths.place()),
    page('forbidden', paths.queue(), { isProblem: true }),
  ];
  for (const status of Object.values(AssessmentStatus)) {
    const found = await database.assessment.findFirst({ where: { ...own, status }, orderBy: { searchText: 'asc' } });
    if (found)
      pages.push(
        page(`assessment-${kebab(status)}`, paths.assessment(found.id), { isAlsoDark: status === 'inProgress' }),
      );
  }
  const draft = await database.assessment.findFirst({
    where: { ...own, status: AssessmentStatus.Draft, examiners: { some: {} } },
    orderBy: { searchText: 'asc' },
  });
  if (draft) {
    pages.push(
      page('choose-examiners', paths.assessmentExaminers(draft.id)),
      page('invite', paths.assessmentInvite(draft.id)),
    );
  }
  const pair = await database.assessmentExaminer.findFirst({
    where: { assessment: { ...own, status: AssessmentStatus.Invited }, invitationId: { not: null } },
    orderBy: { assessment: { searchText: 'asc' } },
  });
  if (pair) {
    pages.push(
      page('replace', paths.assessmentReplace(pair.assessmentId, pair.contactId)),
      page('address', paths.assessmentAddress(pair.assessmentId, pair.contactId)),
      page('due', paths.assessmentDue(pair.assessmentId)),
      page('withdraw', paths.assessmentWithdraw(pair.assessmentId, pair.contactId)),
      page('cancel', paths.assessmentCancel(pair.assessmentId)),
    );
  }
  return [...pages, ...(await pagesOfMany(database, own))].map((each) => ({ as: 'teacher', ...each }));
}

/** Pages about several students or several examiners at once, as far as there are such. */
async function pagesOfMany(database: Database, own: { initiator: object }): Promise<Omit<DemoPage, 'as'>[]> {
  const pages: Omit<DemoPage, 'as'>[] = [];
  const [batch] = await database.batch.findMany({
    where: own,
    orderBy: [{ rowCount: 'desc' }, { createdAt: 'desc' }],
    take: 1,
  });
  if (batch) pages.push({ name: 'batch', path: paths.batch(batch.id) });
  const [series] = await database.assessmentSeries.findMany({
    where: own,
    orderBy: [{ assessments: { _count: 'desc' } }, { createdAt: 'desc' }],
    include: { _count: { select: { assessments: true } } },
    take: 1,
  });
  if (series && series._count.assessments > 1) {
    pages.push(
      { name: 'series', path: paths.series(series.id), isAlsoDark: true },
      { name: 'series-examiners', path: paths.seriesExaminers(series.id) },
    );
  }
  const asked = await database.assessmentExaminer.findMany({
    where: { assessment: own, askedAt: { not: null } },
    orderBy: { assessment: { searchText: 'asc' } },
  });
  const [returnAsked, replacing] = [
    asked.find(({ ask }) => ask === AskKind.Return),
    asked.find(({ ask }) => ask !== AskKind.Return),
  ];
  if (replacing)
    pages.push({ name: 'answer', path: paths.assessmentAnswer(replacing.assessmentId, replacing.contactId) });
  if (returnAsked)
    pages.push({
      name: 'answer-return',
      path: paths.assessmentReturn(returnAsked.assessmentId, returnAsked.contactId),
    });
  const searching = await database.assessment.findFirst({ where: { ...own, ...SEARCHING }, orderBy: FIRST });
  if (searching) pages.push({ name: 'assessment-agreement', path: paths.assessment(searching.id) });
  return pages;
}

/** A form whose examiner can still open the link. */
interface LinkedForm {
  readonly linkId: string;
  readonly formId: string;
}

/** @returns forms of this kind, by student and then by examiner */
async function linkedForms(database: Database, where: object): Promise<LinkedForm[]> {
  const pairs = await database.assessmentExaminer.findMany({
    where: {
      AND: [where, { formId: { not: null } }],
      // The pictures illustrate guides in Dutch.
      contact: { lang: Lang.Dutch },
      invitation: { status: { in: [InvitationStatus.Active, InvitationStatus.Completed] } },
    },
    include: { invitation: true },
    orderBy: [{ assessment: FIRST }, { contact: { email: 'asc' } }],
  });
  const open = await database.link.findMany({ where: { revokedAt: null, expiresAt: { gt: new Date() } } });
  return pairs.flatMap(({ invitation, formId }) =>
    invitation && formId && open.some(({ id }) => id === invitation.linkId)
      ? [{ linkId: invitation.linkId, formId }]
      : [],
  );
}

async function examinerPages(database: Database, config: Config): Promise<DemoPage[]> {
  const linkOf = async (formStatus: string) => (await linkedForms(database, { formStatus }))[0] ?? null;
  const pages: DemoPage[] = [];
  const started = await linkOf(FormStatus.Started);
  if (started) {
    const as = { linkId: started.linkId };
    const landing = new URL(await invitationUrl(database, config, started.linkId)).pathname;
    pages.push(
      { name: 'link', as: 'visitor', path: landing },
      { name: 'form', as, path: paths.form(started.formId), isAlsoDark: true },
      { name: 'form-decline', as, path: paths.formDecline(started.formId) },
      { name: 'form-hand-over', as, path: paths.formHandOver(started.formId) },
      { name: 'form-errors', as, path: paths.form(started.formId, { fouten: 1, weergave: 'alles' }) },
      { name: 'form-check', as, path: paths.formCheck(started.formId) },
      { name: 'form-notes', as, path: paths.formNotes(started.formId), prepare: writeNote },
      { name: 'form-notes-panel', as, path: paths.form(started.formId), prepare: openNotes },
      { name: 'form-evidence', as, path: paths.formEvidence(started.formId), prepare: addEvidence },
    );
  }
  const returned = await linkOf(FormStatus.Returned);
  if (returned)
    pages.push({ name: 'form-returned', as: { linkId: returned.linkId }, path: paths.form(returned.formId) });
  const [finished] = await linkedForms(database, {
    formStatus: FormStatus.Finished,
    assessment: { status: AssessmentStatus.Assessed },
  });
  if (finished) {
    const as = { linkId: finished.linkId };
    pages.push(
      { name: 'form-done', as, path: paths.formDone(finished.formId) },
      { name: 'form-read', as, path: paths.form(finished.formId) },
      { name: 'form-dispute', as, path: paths.formDispute(finished.formId) },
    );
  }
  pages.push(...(await pagesAfterFinishing(database)));
  const several = await database.invitation.findMany({
    where: { status: InvitationStatus.Active },
    include: { pairs: true },
    orderBy: { id: 'asc' },
  });
  const list = several.find((invitation) => invitation.pairs.length > 1);
  if (list) pages.push({ name: 'work-list', as: { linkId: list.linkId }, path: paths.workList(), isAlsoDark: true });
  const one = several.find((each) =>
    several.some(({ id, contactId }) => contactId === each.contactId && id !== each.id),
  );
  if (one) {
    const as = { linkId: one.linkId };
    pages.push({ name: 'work-list-more', as, path: paths.workListMore(one.schoolId) });
  }
  const withdrawn = await database.link.findFirst({ where: { revokedAt: { not: null } }, orderBy: { id: 'asc' } });
  if (withdrawn) {
    const path = new URL(await invitationUrl(database, config, withdrawn.id)).pathname;
    pages.push({ name: 'link-withdrawn', as: 'visitor', path, isProblem: true });
  }
  return [...pages, { name: 'link-unknown', as: 'visitor', path: paths.link('b11'), isProblem: true }];
}

/** One judgement of several, a mistake, and what was finished more than once. */
async function pagesAfterFinishing(database: Database): Promise<DemoPage[]> {
  const pages: DemoPage[] = [];
  const formStatus = FormStatus.Finished;
  const add = (name: string, form: LinkedForm | undefined, path: (formId: string) => string, isAlsoDark = false) => {
    if (form) pages.push({ name, as: { linkId: form.linkId }, path: path(form.formId), isAlsoDark });
  };
  const forms = (where: object) => linkedForms(database, { formStatus, ...where });
  const searching = await forms({ assessment: SEARCHING });
  // By address: the one who still has to say something comes before the one who proposed.
  add('form-agreement', searching[0], paths.formAgreement, true);
  add('form-agreement-waiting', searching[1], paths.formAgreement);
  add('form-done-agreement', searching[0], paths.formDone);
  const [agreed] = await forms({ assessmentId: { in: await streamsWith(database, 'ComponentAgreed') } });
  add('form-agreement-settled', agreed, paths.formAgreement);
  const [abandoned] = await forms({ assessmentId: { in: await streamsWith(database, 'AgreementAbandoned') } });
  add('form-agreement-abandoned', abandoned, paths.formAgreement);
  const [decidable] = await forms({ ask: null, assessment: { status: AssessmentStatus.Assessed } });
  add('form-mistake', decidable, paths.formMistake);
  const again = await database.formSubmission.findMany({ where: { formVersion: { gt: 1 } }, select: { formId: true } });
  const [twice] = await forms({ formId: { in: again.map(({ formId }) => formId) } });
  add('form-versions', twice, paths.formVersions);
  return pages;
}

/** Ids of assessments in which this happened. */
async function streamsWith(database: Database, type: string): Promise<string[]> {
  const events = await database.event.findMany({ where: { type }, select: { streamId: true } });
  return events.map(({ streamId }) => streamId);
}

async function committeePages(database: Database): Promise<DemoPage[]> {
  const page = (name: string, path: string, more: Partial<DemoPage> = {}): DemoPage => ({
    name,
    as: 'committee',
    path,
    ...more,
  });
  const first = (where: object) => database.assessment.findFirst({ where, orderBy: FIRST });
  const agreed = await first({ status: AssessmentStatus.Assessed, disagreementCount: 0, isDisputed: false });
  const differing = await first({ status: AssessmentStatus.Assessed, disagreementCount: { gt: 0 } });
  const final = await first({ status: AssessmentStatus.Final });
  const pages = [page('queue', paths.queue(), { isAlsoDark: true }), page('queue-all', paths.queue({ status: 'all' }))];
  if (agreed) {
    const pair = await database.assessmentExaminer.findFirst({
      where: { assessmentId: agreed.id, formStatus: FormStatus.Finished },
      orderBy: { contact: { email: 'asc' } },
    });
    pages.push(page('dossier', paths.dossier(agreed.id)), page('finalise', paths.finalise(agreed.id)));
    if (pair) pages.push(page('send-back', paths.returnForm(agreed.id, pair.contactId)));
    pages.push(page('finalise-many', `${paths.finaliseMany()}?afname=${agreed.id}`));
  }
  if (differing)
    pages.push(page('dossier-differing', paths.dossier(differing.id)), page('standing', paths.finalise(differing.id)));
  const returned = await database.assessmentExaminer.findFirst({
    where: { formStatus: FormStatus.Returned },
    orderBy: { contact: { email: 'asc' } },
  });
  if (returned) pages.push(page('take-back', paths.takeBackReturn(returned.assessmentId, returned.contactId)));
  const searching = await first(SEARCHING);
  if (searching) {
    pages.push(
      page('dossier-agreement', paths.dossier(searching.id)),
      page('take-over', paths.takeOverAgreement(searching.id)),
    );
  }
  const settled = await first({ id: { in: await streamsWith(database, 'ComponentAgreed') } });
  if (settled) pages.push(page('dossier-agreed', paths.dossier(settled.id)));
  if (final) {
    pages.push(
      page('dossier-final', paths.dossier(final.id)),
      page('finalise-blocked', paths.finalise(final.id), { isProblem: true }),
    );
  }
  return pages;
}

function kebab(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
