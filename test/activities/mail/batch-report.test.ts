import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { administratorMails } from '../../../prisma/administrator-mails.ts';
import { createAssessments } from '../../../prisma/commands/assessments.ts';
import { tellBatchHeld } from '../../../prisma/commands/batch-held.ts';
import { retryBatch, startBatch, workOffBatch } from '../../../prisma/commands/batches.ts';
import { queueMails } from '../../../prisma/mail-ledger.ts';
import { type Actor, SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { accepted, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

const HOUR = 3_600_000;

describe('the report of a batch that went by itself', () => {
  let room: MailRoom;
  beforeAll(async () => {
    room = await openMailRoom();
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    await room.database.mail.deleteMany();
    await room.database.contact.updateMany({ data: { archivedAt: null } });
    room.server.received.length = 0;
  });

  const context = () => {
    const actor: Actor = { kind: 'member', id: room.school.teacher.membershipId };
    return { schoolId: room.school.schoolId, actor, commandId: uuidv7() };
  };

  /** Both examiners of the school, left to go in an hour. */
  async function planned(): Promise<string> {
    const { school, door } = room;
    const contactIds = school.contacts.map(({ id }) => id);
    const initiatorId = school.teacher.membershipId;
    const { assessmentIds } = accepted(
      await door.apply(
        createAssessments,
        {
          examVersionId: school.examVersionId,
          unitCodes: ['EX1'],
          studentIds: [school.studentId],
          initiatorId,
          assignments: contactIds.map((examinerId) => ({ examinerId, scope: { level: 'exam' as const } })),
          dueAt: null,
          closesAt: null,
        },
        context(),
      ),
    );
    const sendAt = new Date(room.now.at.getTime() + HOUR).toISOString();
    const wishes = { seriesId: null, remark: '', attachmentIds: [], reminderPolicy: null, overrides: [] };
    const command = { assessmentIds, contactIds, initiatorId, sendAt, ...wishes };
    return accepted(await door.apply(startBatch, command, context())).batchId;
  }

  async function work(batchId: string): Promise<void> {
    const { schoolId } = room.school;
    await workOffBatch(room.door, { batchId, schoolId, kid: '1' }, 10);
  }

  async function reports() {
    await room.pump().pumpOnce();
    return room.server.received.filter(({ to }) => to.includes(room.school.teacher.email));
  }

  it('says that all were sent', async () => {
    const batchId = await planned();
    room.advance(HOUR);
    await work(batchId);
    const [report] = await reports();
    expect(report?.mail.subject).toMatch(/2 uitnodigingen voor Zorgen in de wijk verstuurd$/);
    expect(report?.mail.text).toContain(`${PUBLIC_URL}/verzendingen/${batchId}`);
    expect(report?.mail.text).not.toContain('niet worden verstuurd');
  });

  it('names who could not be invited, and why', async () => {
    const batchId = await planned();
    const [first] = room.school.contacts;
    await room.database.contact.update({ where: { id: first.id }, data: { archivedAt: room.now.at } });
    room.advance(HOUR);
    await work(batchId);
    const [report] = await reports();
    expect(report?.mail.subject).toMatch(/1 uitnodiging voor Zorgen in de wijk verstuurd, 1 niet$/);
    expect(report?.mail.text).toContain(`- ${first.name}: Deze examinator staat niet meer in het adresboek.`);
  });

  it('is not sent when the initiator has asked to try again meanwhile', async () => {
    const batchId = await planned();
    const [first] = room.school.contacts;
    await room.database.contact.update({ where: { id: first.id }, data: { archivedAt: room.now.at } });
    room.advance(HOUR);
    await work(batchId);
    accepted(await room.door.apply(retryBatch, { batchId }, context()));
    expect(await reports()).toEqual([]);
  });

  describe('and of one that did not go', () => {
    const ends = (endedAt: Date | null) =>
      room.database.membership.update({ where: { id: room.school.teacher.membershipId }, data: { endedAt } });
    const tell = (batchId: string) =>
      room.door.apply(tellBatchHeld, { batchId }, { ...context(), actor: SYSTEM_ACTOR });
    const toAdministrator = async () => {
      await room.pump().pumpOnce();
      return room.server.received.filter(({ to }) => to.includes(room.school.administrator.email));
    };
    afterEach(() => ends(null));

    it('tells the administrator who left, how many wait, and where to look', async () => {
      const batchId = await planned();
      await ends(room.now.at);
      await tell(batchId);
      const [mail] = await toAdministrator();
      expect(mail?.mail.subject).toContain('uitnodigingen zijn niet verstuurd');
      expect(mail?.mail.text).toMatch(/Toos van Proef zette uitnodigingen klaar voor .* en werkt niet meer op school/);
      expect(mail?.mail.text).toContain('Proeve heeft 2 uitnodigingen niet verstuurd');
      expect(mail?.mail.text).toContain(`${PUBLIC_URL}/beheer`);
    });

    it('is not sent to anybody when the teacher is back by then', async () => {
      const batchId = await planned();
      await ends(room.now.at);
      await tell(batchId);
      await ends(null);
      expect(await toAdministrator()).toEqual([]);
      expect(await room.database.mail.findFirstOrThrow({ where: { template: 'needsAttention' } })).toMatchObject({
        state: 'failed',
        lastError: 'OBSOLETE',
      });
    });

    it('tells the administrator that the record is not anchored, as long as it is not', async () => {
      const { schoolId } = room.school;
      const tellOf = (cause: string) =>
        room.database.$transaction(async (tx) =>
          queueMails(tx, await administratorMails(tx, schoolId, { cause }), room.now.at),
        );
      await tellOf('een keer');
      expect(await toAdministrator()).toEqual([]);
      const trouble = { schoolId, code: 'ANCHOR_DISK_FULL', since: room.now.at, lastAt: room.now.at };
      await room.database.anchorTrouble.create({ data: trouble });
      await tellOf('nog een keer');
      const [mail, ...others] = await toAdministrator();
      expect(others).toEqual([]);
      expect(mail?.mail.subject).toContain('het controlegetal is niet bewaard');
      expect(mail?.mail.text).toContain('De beheerder van de server kan het oplossen');
      await room.database.anchorTrouble.deleteMany();
    });
  });
});
