import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMALL_COMPONENTS } from '../support/factories.ts';
import { openStage, type Stage } from './stage.ts';

const ID = '0190ffff-0000-7000-8000-000000000001';

describe('a workflow that is told by a number that no event has', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage?.close());

  const looks = () => stage.record.progress.get(ID)?.length ?? 0;
  const passMinutes = async (minutes: number) =>
    stage.passUntil(new Date(Date.parse(await stage.now()) + minutes * 60_000).toISOString());

  it('looks again, once, although it saw everything; by the newest number it does not', async () => {
    await stage.record.onAssessment(ID, {
      type: 'create',
      examVersionId: 'version',
      unitCodes: ['EX1'],
      studentId: 'student',
      initiatorId: 'initiator',
      attempt: 1,
      components: SMALL_COMPONENTS.map((ref) => ({ ref, criteria: [] })),
      justificationPolicy: 'og',
      dueAt: null,
      closesAt: null,
    });
    await stage.tell('assessment', ID);
    await passMinutes(1);
    expect(looks()).toBe(1);
    await stage.tell('assessment', ID);
    await passMinutes(1);
    expect(looks()).toBe(1);
    await stage.tell('assessment', ID, 0);
    await passMinutes(1);
    expect(looks()).toBe(2);
  });
});
