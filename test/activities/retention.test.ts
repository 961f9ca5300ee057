import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createRetentionActivities } from '../../activities/retention.ts';
import { fixedClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Database } from '../../prisma/client.ts';
import type { SeededSchool } from '../support/factories.ts';
import { silentLogger } from './fakes.ts';
import type { Play } from './play.ts';
import { type ActivityRoom, openActivityRoom } from './room.ts';

const NOW = '2028-06-15T03:00:00Z';

describe('removeExpiredNotes', () => {
  let room: ActivityRoom;
  let database: Database;
  let school: SeededSchool;
  let play: Play;

  beforeAll(async () => {
    room = await openActivityRoom();
    ({ database, school, play } = room);
  });
  afterAll(() => room?.close());
  beforeEach(async () => {
    await database.examinerNote.deleteMany();
    await keepFor(undefined);
  });

  const clock = fixedClock(NOW);
  const sweep = (logger = silentLogger) => createRetentionActivities({ database, clock, logger }).removeExpiredNotes();
  const noteIds = async () => (await database.examinerNote.findMany()).map(({ id }) => id);

  async function keepFor(retentionMonths: number | undefined): Promise<void> {
    const { settings } = await database.school.findUniqueOrThrow({ where: { id: school.schoolId } });
    const { retentionMonths: _, ...others } = settings as Record<string, unknown>;
    await database.school.update({
      where: { id: school.schoolId },
      data: { settings: { ...others, ...(retentionMonths === undefined ? {} : { retentionMonths }) } as object },
    });
  }

  /** An assessment that was decided or cancelled at a moment, or is under way. */
  async function assessment(end: 'final' | 'cancelled' | 'running', since: string): Promise<string> {
    const id = await play.create();
    const invitationId = await play.invite(id);
    if (end === 'cancelled') await play.cancel(id);
    if (end === 'final') {
      await play.finish(id, invitationId);
      await play.finalise(id);
    }
    await database.$executeRaw`UPDATE assessment SET status_since = ${since}::timestamptz WHERE id = ${id}::uuid`;
    return id;
  }

  async function note(assessmentId: string, deletedAt: string | null = null, count = 1): Promise<string> {
    const form = await database.form.findFirstOrThrow({ where: { assessmentId } });
    const at = new Date('2026-11-24T13:02:00Z');
    const rows = Array.from({ length: count }, () => ({
      id: uuidv7(),
      schoolId: school.schoolId,
      formId: form.id,
      contactId: form.contactId,
      body: 'Zij waste eerst haar handen.',
      writtenAt: at,
      createdAt: at,
      updatedAt: at,
      deletedAt: deletedAt === null ? null : new Date(deletedAt),
    }));
    await database.examinerNote.createMany({ data: rows });
    return rows[0]?.id ?? '';
  }

  it.each(['final', 'cancelled'] as const)('removes notes a year and a half after it was %s', async (end) => {
    await note(await assessment(end, '2026-12-15T02:59:59Z'));
    const kept = await note(await assessment(end, '2026-12-15T03:00:01Z'));
    expect(await sweep()).toBe(1);
    expect(await noteIds()).toEqual([kept]);
    expect(await sweep()).toBe(0);
  });

  it('goes by the months that the school chose', async () => {
    await keepFor(3);
    await note(await assessment('final', '2028-03-14T00:00:00Z'));
    const kept = await note(await assessment('final', '2028-03-16T00:00:00Z'));
    expect(await sweep()).toBe(1);
    expect(await noteIds()).toEqual([kept]);
  });

  it('leaves those of an assessment under way, however old', async () => {
    const kept = await note(await assessment('running', '2020-01-01T00:00:00Z'));
    expect(await sweep()).toBe(0);
    expect(await noteIds()).toEqual([kept]);
  });

  it('removes what was thrown away a day ago', async () => {
    const id = await assessment('running', '2028-06-01T00:00:00Z');
    await note(id, '2028-06-14T02:59:59Z');
    const kept = await note(id, '2028-06-14T03:00:01Z');
    expect(await sweep()).toBe(1);
    expect(await noteIds()).toEqual([kept]);
  });

  it('goes on until all are gone, and logs how many, not what', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'info',
      format: 'json',
      write: (line) => void lines.push(line),
    });
    await note(await assessment('final', '2026-01-01T00:00:00Z'), null, 1_001);
    expect(await sweep(logger)).toBe(1_001);
    expect(await noteIds()).toEqual([]);
    expect(lines.join()).toContain('"removed":1001');
    expect(lines.join()).not.toContain('handen');
  });
});
