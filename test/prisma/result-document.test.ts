import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { machineData } from '../../activities/pdf/machine-data.ts';
import { documentView } from '../../activities/pdf/view.ts';
import type { FormContent } from '../../domain/form.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { fixedClock } from '../../platform/clock.ts';
import { readCheckCode } from '../../platform/tokens.ts';
import { type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, openDatabase } from '../../prisma/client.ts';
import { reopenResult } from '../../prisma/commands/deciding.ts';
import { correctForm } from '../../prisma/commands/editing.ts';
import { readDocumentLogo } from '../../prisma/document-logo.ts';
import { keepLogo, LookKind, lockBranding, writeLook } from '../../prisma/logos.ts';
import { playOn } from '../activities/play.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, seedSchool, smallForm } from '../support/factories.ts';

const MONDAY = '2026-03-02T07:00:00.000Z';
const HASH = 'cd'.repeat(32);
const PNG = Buffer.from('a picture');
const LOOK = { sha256: createHash('sha256').update(PNG).digest('hex'), width: 200, height: 50 };
const LOGO = { ...LOOK, png: PNG, small: PNG };

describe('what the document of a decision says', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let school: SeededSchool;
  let first: ResultDocumentData;
  let second: ResultDocumentData;
  const clock = fixedClock(MONDAY);
  const databaseClock: DatabaseClock = { now: async () => clock.now() };

  async function apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command): Promise<void> {
    const actor = { kind: 'member', id: school.committee.membershipId } as const;
    const door = createCommandDoor(database, databaseClock);
    const outcome = await door.apply(handler, command, { schoolId: school.schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} was refused: ${outcome.code}`);
  }

  /** Decided, opened again, corrected, and decided once more. */
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = openDatabase({ url: testDatabase.url, poolSize: 4 });
    school = await seedSchool(database, { slug: 'document' });
    const play = playOn(database, school, databaseClock);
    const { membershipId } = school.committee;
    const contactId = school.contacts[0].id;
    const id = await play.create();
    await play.finish(id, await play.invite(id));
    await play.finalise(id);
    await play.stored(id, { sha256: HASH, size: 5 });
    clock.advance(3_600_000);
    await apply(reopenResult, { assessmentId: id, membershipId, version: 1, reason: 'De verkeerde afdeling.' });
    clock.advance(3_600_000);
    const content: FormContent = smallForm('V');
    const [ref = '', text = ''] = Object.entries(content.justifications)[0] ?? [];
    await apply(correctForm, {
      assessmentId: id,
      contactId,
      membershipId,
      formVersion: 1,
      content: { ...content, justifications: { ...content.justifications, [ref]: `${text} Op afdeling Noord.` } },
      reason: 'Tikfout in de afdeling.',
    });
    clock.advance(3_600_000);
    await database.$transaction(async (tx) => {
      const branding = await lockBranding(tx, school.schoolId);
      await keepLogo(tx, school.schoolId, LOGO, clock.now());
      const look = { primaryColor: branding.primaryColor, logo: { ...LOOK, hasName: true } };
      const choice = { kind: LookKind.Logo, look, changedById: null, at: clock.now() };
      await writeLook(tx, school.schoolId, branding, choice);
    });
    await play.finalise(id);
    const rows = await database.document.findMany({ where: { assessmentId: id }, orderBy: { version: 'asc' } });
    [first, second] = rows.map(({ data }) => data as unknown as ResultDocumentData) as [
      ResultDocumentData,
      ResultDocumentData,
    ];
    const [row] = rows;
    expect(first.document.checkCode).toBe(row?.checkCode);
  });
  afterAll(async () => {
    await database?.$disconnect();
    await testDatabase?.drop();
  });

  it('has a code of its own for each version, and the remedies of the school', () => {
    const codes = [first, second].map(({ document }) => document.checkCode ?? '');
    expect(codes.map(readCheckCode)).toEqual(codes);
    expect(new Set(codes).size).toBe(2);
    expect(first.remedies).toEqual({ days: 14, text: null });
  });

  it('of a first version says nothing of changes, and names the last event before the decision', () => {
    expect(first).not.toHaveProperty('corrections');
    expect(first).not.toHaveProperty('reopenings');
    expect(first.document).not.toHaveProperty('replaces');
    expect(first.chain).toEqual({ seq: first.audit.length - 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('of a second version tells what it replaces, who opened it again and why', () => {
    expect(second.document.replaces).toEqual({ number: first.document.number, version: 1, at: MONDAY });
    expect(second.reopenings).toEqual([
      {
        at: '2026-03-02T08:00:00.000Z',
        byName: second.decision.byName,
        version: 1,
        reason: 'De verkeerde afdeling.',
      },
    ]);
  });

  it('tells what the committee corrected, in the form as it is now', () => {
    expect(second.corrections).toMatchObject([
      {
        at: '2026-03-02T09:00:00.000Z',
        byName: second.decision.byName,
        rescored: [],
        reason: 'Tikfout in de afdeling.',
      },
    ]);
    expect(second.examiners[0]?.formVersion).toBe(2);
    expect(JSON.stringify(second.coreTasks)).toContain('Op afdeling Noord.');
    expect(JSON.stringify(first.coreTasks)).not.toContain('Op afdeling Noord.');
    const { changes } = documentView(second);
    expect(changes.map(({ paragraphs }) => paragraphs.at(-1))).toEqual([
      'Reden: De verkeerde afdeling.',
      'Reden: Tikfout in de afdeling.',
    ]);
  });

  it('names in the course of events who did what', () => {
    const line = (type: string) => second.audit.find((each) => each.type === type)?.name;
    expect(line('AssessmentReopened')).toBe(second.decision.byName);
    expect(line('FormCorrected')).toContain(second.decision.byName);
    expect(second.audit.at(-1)).toMatchObject({ type: 'AssessmentFinalised', at: '2026-03-02T10:00:00.000Z' });
  });

  it('has the logo that the school had when it was decided, and no later one', async () => {
    expect(first.school).not.toHaveProperty('logo');
    expect(second.school.logo).toEqual({ ...LOOK, hasName: true });
    expect(await readDocumentLogo(database, school.schoolId, first)).toBeNull();
    expect(await readDocumentLogo(database, school.schoolId, second)).toEqual(PNG);
  });

  it('never has the logo of another school', async () => {
    const other = await seedSchool(database, { slug: 'other' });
    await expect(readDocumentLogo(database, other.schoolId, second)).rejects.toThrow(
      'the logo of a document is not kept',
    );
  });

  it('holds for machines no id of ours', () => {
    const text = Buffer.from(machineData(second, null)).toString('utf8');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/);
  });
});
