/** Evidence with a form: added, taken away, required, finished, and kept from whom it must be kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createUploadKeeper } from '../../activities/uploads.ts';
import { EvidencePolicy } from '../../domain/evidence.ts';
import { canonicalSubmission } from '../../domain/form.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { ScanState } from '../../platform/attachments.ts';
import { createLogger } from '../../platform/logger.ts';
import type { ScanOutcome, VirusScanner } from '../../platform/virus-scanner.ts';
import { saltedDigest } from '../../prisma/chain.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { busyPdf, lockedPdf, photoFile } from '../support/evidence-files.ts';
import { seedSchool } from '../support/factories.ts';
import { COMPLETE, FIRST, SECOND, type Sitting, sitDown } from './examiner-support.ts';

const TIMEOUT = 60_000;

let verdict: ScanOutcome = { verdict: 'clean' };
const scanner: VirusScanner = { scan: () => Promise.resolve(verdict) };

let app: TestApp;
let at: Sitting;
let page: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, scanner });
}, TIMEOUT);
afterAll(() => app.stop());
beforeEach(async () => {
  verdict = { verdict: 'clean' };
  await setPolicy(EvidencePolicy.On);
  at = await sitDown(app);
  page = `${at.formPath}/bewijs`;
});

async function setPolicy(evidence: EvidencePolicy): Promise<void> {
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
  await app.database.school.update({
    where: { id: app.seed.schoolId },
    data: { settings: { ...(settings as object), evidence } },
  });
}

interface Sent {
  readonly component?: string;
  readonly name?: string;
  readonly caption?: string;
}

function upload(bytes: Uint8Array, { component = FIRST, name = 'IMG_2041.JPG', caption = '' }: Sent, token: string) {
  const data = new FormData();
  data.set('_csrf', token);
  data.set('onderdeel', component);
  data.set('bijschrift', caption);
  data.set('bestand', new Blob([Buffer.from(bytes)]), name);
  return data;
}

/** As the page without script posts. */
async function send(bytes: Uint8Array, sent: Sent = {}): Promise<TestResponse> {
  return at.client.post(page, upload(bytes, sent, await at.client.csrfToken()));
}

/** As the script posts. */
async function sendData(
  bytes: Uint8Array,
  sent: Sent = {},
): Promise<{ status: number; answer: Record<string, string> }> {
  const token = await at.client.csrfToken();
  const headers = { Accept: 'application/json', 'x-csrf-token': token };
  const { status, text } = await at.client.post(page, upload(bytes, sent, token), { headers });
  return { status, answer: JSON.parse(text) };
}

async function act(action: string, more: Record<string, string> = {}): Promise<TestResponse> {
  return at.client.post(page, { actie: action, ...more });
}

/** The browser of a member with these roles. */
async function memberOf(role: 'committee' | 'teacher'): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, app.seed[role].membershipId);
  return client;
}

const rows = () =>
  app.database.evidence.findMany({
    where: { formId: at.started.formId, removedAt: null },
    include: { attachment: true },
  });

async function onlyRow() {
  const [row] = await rows();
  if (!row) throw new Error('there is no evidence');
  return row;
}

describe('adding evidence', () => {
  it('is offered only where the school wants it', async () => {
    expect((await at.client.get(at.formPath)).text).toContain('Bewijs toevoegen');
    await setPolicy(EvidencePolicy.Off);
    const other = await sitDown(app);
    expect((await other.client.get(other.formPath)).text).not.toContain('Bewijs toevoegen');
    expect((await other.client.get(`${other.formPath}/bewijs`)).status).toBe(303);
  });

  it('keeps a photo made anew, with its component and caption, and marks the form as begun', async () => {
    const bytes = await photoFile();
    const posted = await send(bytes, { caption: 'De overdracht' });
    expect([posted.status, posted.location]).toEqual([303, page]);
    const row = await onlyRow();
    expect(row).toMatchObject({ componentRef: FIRST, caption: 'De overdracht', contactId: at.started.contactId });
    expect(row.attachment).toMatchObject({
      name: 'IMG_2041.jpg',
      mediaType: 'image/jpeg',
      scan: ScanState.Clean,
      createdBy: at.started.contactId,
    });
    const stored = Buffer.from((await app.documents.get(row.attachment.sha256)) ?? []);
    expect(stored.length).toBe(row.attachment.size);
    expect(stored.includes('Exif')).toBe(false);
    expect((await at.client.get(page)).text).toContain('IMG_2041.jpg');
    const events = await app.database.event.findMany({ where: { streamId: at.started.assessmentId } });
    expect(events.map(({ type }) => type)).toContain('FormStarted');
  });

  it('answers the script with what it shows, and the same file once more with the same piece', async () => {
    const bytes = await photoFile({ width: 410 });
    const first = await sendData(bytes);
    expect(first).toEqual({
      status: 201,
      answer: expect.objectContaining({
        name: 'IMG_2041.jpg',
        caption: '',
        note: '',
        size: expect.stringMatching(/ kB$/),
      }),
    });
    expect((await sendData(bytes)).answer.id).toBe(first.answer.id);
    expect(await rows()).toHaveLength(1);
  });

  it('saves the form first without script', async () => {
    const saved = await at.save(COMPLETE, `bewijs:${FIRST}`);
    expect([saved.status, saved.location]).toEqual([303, `${page}?onderdeel=${encodeURIComponent(FIRST)}`]);
    expect((await at.client.get(saved.location ?? '')).text).toContain(`value="${FIRST}" selected`);
  });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['no photo and no PDF', async () => Buffer.from('MZ'), 'geen foto en geen PDF'],
    ['a PDF with a password', lockedPdf, 'beveiligd met een wachtwoord'],
    ['a broken photo', async () => (await photoFile()).subarray(0, 800), 'kunnen dit bestand niet lezen'],
    ['a photo of an iPhone', async () => Buffer.from('0000001c66747970686569630000000068656963', 'hex'), 'HEIC'],
    ['11 MiB', async () => Buffer.concat([await photoFile(), Buffer.alloc(11 * 1024 * 1024)]), 'groter dan'],
  ])('refuses %s with a sentence, and keeps the rest of the form', async (_what, bytes, sentence) => {
    const { status, text } = await send(await bytes(), { component: SECOND, caption: 'Mijn woorden' });
    expect(status).toBe(422);
    expect(text).toContain(sentence);
    expect(text).toContain('Mijn woorden');
    expect(text).toContain(`value="${SECOND}" selected`);
    expect(await rows()).toHaveLength(0);
  });

  it('stores nothing that the scanner refuses', async () => {
    verdict = { verdict: 'infected', signature: 'Test' };
    const before = await app.database.attachment.count();
    expect((await sendData(await photoFile())).answer.error).toContain('virus');
    expect(await app.database.attachment.count()).toBe(before);
  });

  it('shows nobody what the scanner has not seen, and does not make the examiner wait', async () => {
    verdict = { verdict: 'unavailable', reason: 'away' };
    const { answer } = await sendData(await photoFile({ width: 420 }));
    expect(answer).toMatchObject({ href: '', thumbnail: '', note: expect.stringContaining('nog op virussen') });
    expect((await at.client.get(`${page}/${answer.id}`)).status).toBe(404);
    await at.save(COMPLETE);
    expect((await at.finish()).location).toBe(`${at.formPath}/klaar`);
  });

  it('refuses a component that the form does not have, and a post without its token', async () => {
    expect((await sendData(await photoFile(), { component: 'X/behaviour' })).status).toBe(409);
    const forged = await at.client.post(page, upload(await photoFile(), {}, 'niets'), { csrfToken: null });
    expect(forged.status).toBe(403);
    expect(await rows()).toHaveLength(0);
  });
});

describe('evidence that is there', () => {
  it('is taken away, brought back and named', async () => {
    await send(await photoFile());
    const { id } = await onlyRow();
    const removed = await act(`verwijderen:${id}`);
    expect(removed.location).toBe(`${page}?verwijderd=${id}`);
    expect(await rows()).toHaveLength(0);
    expect((await at.client.get(removed.location ?? '')).text).toContain('Ongedaan maken');
    await act(`terugzetten:${id}`);
    await act(`bijschrift:${id}`, { [`bijschrift-${id}`]: 'Kamer 4' });
    expect(await onlyRow()).toMatchObject({ id, caption: 'Kamer 4' });
    await act(`bijschrift:${id}`, { [`bijschrift-${id}`]: `  Bed\u0000 2\n${'x'.repeat(300)}` });
    expect((await onlyRow()).caption).toBe(`Bed 2 ${'x'.repeat(194)}`);
  });

  it('opens as what we made of it: a photo in the browser, a PDF as a download, both outside the product', async () => {
    const photo = (await sendData(await photoFile())).answer;
    const shown = await at.client.get(photo.href ?? '');
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    expect(shown.headers.get('content-disposition')).toMatch(/^inline; filename="IMG_2041\.jpg"/);
    expect(shown.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    const small = await at.client.get(photo.thumbnail ?? '');
    expect(small.body.length).toBeLessThan(shown.body.length);
    const pdf = (await sendData(await busyPdf(), { name: 'plan.pdf' })).answer;
    expect((await at.client.get(pdf.href ?? '')).headers.get('content-disposition')).toMatch(/^attachment; /);
  });

  it('is not there for another examiner, the initiator, another form, or before it was finished for the committee', async () => {
    const { answer } = await sendData(await photoFile());
    const other = await sitDown(app);
    expect((await other.client.get(`${page}/${answer.id}`)).status).toBe(403);
    expect((await other.client.get(`${other.formPath}/bewijs/${answer.id}`)).status).toBe(404);
    expect((await app.client().get(`${page}/${answer.id}`)).status).toBe(403);
    const dossier = `/commissie/${at.started.assessmentId}/bewijs/${answer.id}`;
    expect((await (await memberOf('committee')).get(dossier)).status).toBe(404);
    await at.save(COMPLETE);
    await at.finish();
    expect((await (await memberOf('committee')).get(dossier)).status).toBe(200);
    expect((await (await memberOf('teacher')).get(dossier)).status).toBe(403);
  });

  it('is not there for the committee once its record leads to other bytes than were finished', async () => {
    const { answer } = await sendData(await photoFile());
    await at.save(COMPLETE);
    await at.finish();
    const { attachmentId } = await app.database.evidence.findUniqueOrThrow({ where: { id: answer.id ?? '' } });
    const { sha256 } = await app.documents.put(Buffer.from('verwisseld'));
    await app.database.attachment.update({ where: { id: attachmentId }, data: { sha256 } });
    const dossier = `/commissie/${at.started.assessmentId}/bewijs/${answer.id}`;
    expect((await (await memberOf('committee')).get(dossier)).status).toBe(404);
  });

  it('belongs to its school alone', async () => {
    const { answer } = await sendData(await photoFile());
    await at.save(COMPLETE);
    await at.finish();
    const elsewhere = await seedSchool(app.database, { slug: 'heuvelland' });
    const stranger = app.client();
    await app.signInAs(stranger, elsewhere.committee.membershipId);
    expect((await stranger.get(`/commissie/${at.started.assessmentId}/bewijs/${answer.id}`)).status).toBe(404);
    const repositories = app.repositories.forSchool(elsewhere.schoolId);
    expect(await repositories.committee.findDossierEvidence(at.started.assessmentId, answer.id ?? '')).toBeNull();
    expect(await repositories.examiner.findEvidence(at.started.formId)).toEqual([]);
  });
});

describe('finishing with evidence', () => {
  it('names every piece in the form, the event and the fingerprint, and fixes it', async () => {
    await send(await photoFile(), { caption: 'De overdracht' });
    await send(await busyPdf(), { component: SECOND, name: 'plan.pdf' });
    const [first, second] = await rows();
    await at.save(COMPLETE);
    expect((await at.client.get(`${at.formPath}/controle`)).text).toContain('plan.pdf');
    expect((await at.finish()).location).toBe(`${at.formPath}/klaar`);
    const submission = await app.database.formSubmission.findFirstOrThrow({ where: { formId: at.started.formId } });
    const pieces = [first, second].map((row) => ({
      evidenceId: row?.id,
      component: row?.componentRef,
      sha256: row?.attachment.sha256,
      mediaType: row?.attachment.mediaType,
      size: row?.attachment.size,
    }));
    expect(submission.evidence).toEqual([
      { ...pieces[0], caption: 'De overdracht' },
      { ...pieces[1], caption: '' },
    ]);
    const event = await app.database.event.findFirstOrThrow({
      where: { streamId: at.started.assessmentId, type: 'FormFinished' },
    });
    expect(JSON.parse(event.body).evidence).toEqual(pieces);
    expect(event.body).not.toMatch(/plan\.pdf|overdracht/);
    const text = canonicalSubmission(submission.content as never, submission.evidence as never);
    expect(saltedDigest(text, submission.salt).digest).toBe(submission.contentDigest);
    expect((await at.client.get(at.formPath)).text).toContain('plan.pdf');
    expect((await at.client.get(`${at.formPath}/klaar`)).text).toContain('2 bestanden');
    expect((await act(`verwijderen:${first?.id}`)).status).toBe(422);
    expect((await sendData(await photoFile({ width: 500 }))).status).toBe(409);
    expect(await rows()).toHaveLength(2);
  });

  it('waits for a piece with every component where the school asks for it', async () => {
    await setPolicy(EvidencePolicy.Required);
    at = await sitDown(app);
    page = `${at.formPath}/bewijs`;
    await at.save(COMPLETE);
    await send(await photoFile());
    const check = await at.client.get(`${at.formPath}/controle`);
    expect(check.text).toContain('Voeg bewijs toe bij');
    expect(check.text).toContain(`evidence-${SECOND.replaceAll('/', '-')}`);
    expect((await at.finish()).status).toBe(422);
    expect(await at.submissions()).toBe(0);
    await send(await photoFile(), { component: SECOND });
    expect((await at.finish()).location).toBe(`${at.formPath}/klaar`);
  });

  it.each(['a piece', 'words under it'])('shows %s that came since the answers were checked first', async (what) => {
    await at.save(COMPLETE);
    const isWords = what !== 'a piece';
    if (isWords) await send(await photoFile());
    const check = await at.client.get(`${at.formPath}/controle`);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(check.text)?.[1] ?? '';
    if (!isWords) await send(await photoFile());
    else await act(`bijschrift:${(await onlyRow()).id}`, { bijschrift: 'Op kamer 4' });
    const posted = { revisie: field('revisie'), opdracht: field('opdracht'), bewijs: field('bewijs') };
    expect((await at.client.post(`${at.formPath}/controle`, posted)).status).toBe(422);
    expect(await at.submissions()).toBe(0);
  });

  it('keeps the evidence of components that were not returned', async () => {
    await send(await photoFile());
    await send(await photoFile({ width: 430 }), { component: SECOND });
    const [fixed, open] = await rows();
    await at.save(COMPLETE);
    await at.finish();
    const { assessmentId, contactId } = at.started;
    await app.apply(
      returnForm,
      { assessmentId, contactId, components: [SECOND], reason: 'Graag een foto erbij.' },
      { kind: 'member', id: app.seed.committee.membershipId },
    );
    expect((await act(`verwijderen:${fixed?.id}`)).status).toBe(422);
    expect((await act(`verwijderen:${open?.id}`)).status).toBe(303);
    await send(await photoFile({ width: 440 }), { component: SECOND });
    expect((await at.finish()).location).toBe(`${at.formPath}/klaar`);
    const submissions = await app.database.formSubmission.findMany({
      where: { formId: at.started.formId },
      orderBy: { formVersion: 'asc' },
    });
    const ids = submissions.map(({ evidence }) =>
      (evidence as unknown as { evidenceId: string }[]).map((each) => each.evidenceId),
    );
    expect(ids[0]).toEqual([fixed?.id, open?.id]);
    expect(ids[1]).toEqual([fixed?.id, expect.not.stringMatching(open?.id ?? '')]);
  });

  it('is named in the document, with its words and its fingerprint', async () => {
    await send(await photoFile(), { caption: 'De overdracht' });
    await at.save(COMPLETE);
    await at.finish();
    const { assessmentId, contactId } = at.started;
    const { version } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const { seed } = app;
    const { documentId } = await app.apply(
      finaliseAssessment,
      {
        assessmentId,
        expectedVersion: version,
        membershipId: seed.committee.membershipId,
        officeAddressId: seed.officeAddressId,
        standing: {},
      },
      { kind: 'member', id: seed.committee.membershipId },
    );
    const { data } = await app.database.document.findUniqueOrThrow({ where: { id: documentId } });
    const components = (data as unknown as ResultDocumentData).coreTasks.flatMap(({ workProcesses }) =>
      workProcesses.flatMap((workProcess) => workProcess.components),
    );
    const { name, size, sha256 } = (await onlyRow()).attachment;
    expect(components.find(({ ref }) => ref === FIRST)?.evidence).toEqual({
      [contactId]: [{ name, size, sha256, caption: 'De overdracht' }],
    });
    expect(components.find(({ ref }) => ref === SECOND)).not.toHaveProperty('evidence');
  });

  it('is shown in the dossier, under the component', async () => {
    await send(await photoFile(), { caption: 'De overdracht' });
    await at.save(COMPLETE);
    await at.finish();
    const { text } = await (await memberOf('committee')).get(`/commissie/${at.started.assessmentId}`);
    expect(text).toContain('Bewijs van');
    expect(text).toContain('De overdracht');
    const { id } = await onlyRow();
    expect(text).toContain(`/commissie/${at.started.assessmentId}/bewijs/${id}?klein`);
  });

  it('keeps in the dossier the words that were finished, whatever is written on a form that was given back', async () => {
    await send(await photoFile(), { caption: 'De overdracht' });
    await at.save(COMPLETE);
    await at.finish();
    const { assessmentId, contactId } = at.started;
    const { committee } = app.seed;
    const returned = { assessmentId, contactId, components: [FIRST], reason: 'Wat zien wij hier?' };
    await app.apply(returnForm, returned, { kind: 'member', id: committee.membershipId });
    const { id } = await onlyRow();
    await act(`bijschrift:${id}`, { bijschrift: 'Nog niet klaar' });
    const dossier = async () => (await (await memberOf('committee')).get(`/commissie/${assessmentId}`)).text;
    expect((await at.client.get(`${at.formPath}/controle`)).text).toContain('1 bijschrift anders');
    const [before, , after] = [await dossier(), await at.finish(), await dossier()];
    expect([before.includes('De overdracht'), before.includes('Nog niet klaar')]).toEqual([true, false]);
    expect([after.includes('De overdracht'), after.includes('Nog niet klaar')]).toEqual([false, true]);
    expect((await at.client.get(`${at.formPath}/versies`)).text).toContain('1 bijschrift anders');
  });
});

describe('the daily cleaning', () => {
  it('removes what was never put with a form and what was taken away, and nothing that a form names', async () => {
    await send(await photoFile());
    await send(await photoFile({ width: 450 }), { component: SECOND });
    const [kept, finishedOnce] = await rows();
    await at.save(COMPLETE);
    await at.finish();
    const { assessmentId, contactId } = at.started;
    await app.apply(
      returnForm,
      { assessmentId, contactId, components: [SECOND], reason: 'Nog eens.' },
      { kind: 'member', id: app.seed.committee.membershipId },
    );
    await act(`verwijderen:${finishedOnce?.id}`);
    const unwanted = (await sendData(await photoFile({ width: 460 }), { component: SECOND })).answer;
    await act(`verwijderen:${unwanted.id}`);
    const orphan = uuidv7();
    await app.repositories.forSchool(app.seed.schoolId).examiner.keepEvidenceFile({
      id: orphan,
      name: 'wees.jpg',
      mediaType: 'image/jpeg',
      size: 1,
      sha256: 'f'.repeat(64),
      contactId,
      scan: ScanState.Clean,
    });
    const old = new Date(Date.now() - 8 * 86_400_000);
    await app.database.evidence.updateMany({ where: { removedAt: { not: null } }, data: { removedAt: old } });
    await app.database.attachment.updateMany({ data: { createdAt: old } });
    const logger = createLogger({ name: 'worker', level: 'error', format: 'json' });
    await createUploadKeeper({ database: app.database, documents: app.documents, scanner: undefined, logger }).sweep();
    const left = await app.database.evidence.findMany({ where: { formId: at.started.formId } });
    expect(left.map(({ id }) => id).sort()).toEqual([kept?.id, finishedOnce?.id].sort());
    expect(await app.database.attachment.count({ where: { id: orphan } })).toBe(0);
    expect(await app.database.attachment.count({ where: { evidence: { some: { id: kept?.id ?? '' } } } })).toBe(1);
  });
});
