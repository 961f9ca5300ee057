import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { assessed, committeeClient, decisionForm } from './committee-support.ts';

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
});
afterAll(() => app.stop());

describe('result document', () => {
  async function stored(): Promise<{ assessmentId: string; documentId: string; path: string }> {
    const { assessmentId } = await assessed(app);
    await client.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, client, assessmentId));
    const { id: documentId } = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
    const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${assessmentId}`));
    await app.apply(storeDocument, { assessmentId, version: 1, sha256, size }, SYSTEM_ACTOR);
    return { assessmentId, documentId, path: `/documenten/${documentId}.pdf` };
  }

  it('goes whole to the committee and to the initiator, under a name without personal data', async () => {
    const { assessmentId, path } = await stored();
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    for (const reader of [client, teacher]) {
      const answer = await reader.get(path);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(`%PDF-1.7 ${assessmentId}`);
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      expect(answer.headers.get('content-disposition')).toMatch(/^inline; filename="\d{4}-[0-9A-F]{8}-v1\.pdf"$/);
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await client.get(`/commissie/${assessmentId}`)).text).toContain(`href="${path}"`);
  });

  it('does not exist for another teacher, an administrator, another school, a visitor', async () => {
    const { documentId, path } = await stored();
    const other = await seedSchool(app.database, { slug: `elders-${documentId.slice(-6)}` });
    const colleague = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'collega');
    for (const id of [other.committee.membershipId, colleague.membershipId, app.seed.administrator.membershipId]) {
      const reader = await committeeClient(app, id);
      expect((await reader.get(path)).status).toBe(404);
    }
    expect((await app.client().get(path)).location).toBe('/inloggen');
    expect((await client.get('/documenten/iets.pdf')).status).toBe(404);
  });

  it.each([
    ['damaged', () => Promise.reject(new Error('damaged'))],
    ['truncated', () => Promise.resolve(Buffer.from('%PDF-1.7'))],
    ['gone', () => Promise.resolve(undefined)],
  ])('is an error page when the file is %s', async (_what, read) => {
    const { path } = await stored();
    const spy = jest.spyOn(app.documents, 'get').mockImplementation(read);
    const answer = await client.get(path);
    spy.mockRestore();
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('Dit document is niet te lezen');
  });

  it('says that it is not there yet', async () => {
    const { assessmentId } = await assessed(app);
    await client.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, client, assessmentId));
    const { id } = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
    const answer = await client.get(`/documenten/${id}.pdf`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('De pdf is er nog niet');
  });
});
