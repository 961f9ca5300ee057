import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_SCHOOL_SETTINGS } from '../../../domain/school.ts';
import type { Prisma } from '../../../generated/prisma/client.ts';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { endReopening, reopenResult } from '../../../prisma/commands/deciding.ts';
import { storeDocument } from '../../../prisma/commands/documents.ts';
import { queueMails } from '../../../prisma/mail-ledger.ts';
import { seedMember } from '../../support/factories.ts';
import { playOn } from '../play.ts';
import { type MailRoom, openMailRoom } from './mail-room.ts';

/** What a mail about a result may never say. */
const SECRETS = /\b[OVG]\b|\d,\d|onvoldoende|voldoende|geslaagd|verwisseld|100001/;
const REASON = 'De scores zijn verwisseld.';

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(() => room.clear());

/** Decided and published, with its document; the mails about that have left. */
async function final(): Promise<string> {
  const play = playOn(room.database, room.school);
  const assessmentId = await play.create();
  const invitationId = await play.invite(assessmentId);
  await play.finish(assessmentId, invitationId);
  await play.finalise(assessmentId);
  return assessmentId;
}

async function store(assessmentId: string): Promise<void> {
  const sha256 = room.putFile('%PDF-1.7 het resultaat');
  await room.apply(storeDocument, { assessmentId, version: 1, sha256, size: 22 });
}

const anew = (assessmentId: string) => ({
  assessmentId,
  version: 1,
  membershipId: room.school.committee.membershipId,
  reason: REASON,
});

async function sent(subject: RegExp) {
  await room.pump().pumpOnce();
  const found = room.server.received.filter(({ mail }) => subject.test(mail.subject ?? ''));
  return found.map(({ to, mail }) => ({ to: to.join(), text: `${mail.subject} ${mail.text}` }));
}

describe('mails about decisions', () => {
  it('tells the student that there is a result, and nothing of it', async () => {
    await final();
    const [mail] = await sent(/de uitslag van je examen/);
    expect(mail?.to).toBe(room.school.studentEmail);
    expect(mail?.text).toContain('Beste Noor de Vries,');
    expect(mail?.text).toContain('/mijn-examens');
    expect(mail?.text).not.toMatch(SECRETS);
  });

  it('names the exam office that has the document as the one to ask, not another one of the school', async () => {
    const { schoolId, slug } = room.school;
    const data = { id: randomUUID(), schoolId, label: 'Aan de andere kant', email: `ander@${slug}.example` };
    await room.database.officeAddress.create({ data });
    await final();
    const [mail] = await sent(/de uitslag van je examen/);
    expect(mail?.text).toContain(`bureau@${slug}.example`);
    expect(mail?.text).not.toContain(data.email);
  });

  it('tells the exam office and the student that it is reopened, without why, and later that it stands', async () => {
    const assessmentId = await final();
    await store(assessmentId);
    await room.pump().pumpOnce();
    room.server.received.length = 0;
    await room.apply(reopenResult, anew(assessmentId));
    const reopened = await sent(/wordt opnieuw bekeken/);
    expect(reopened.map(({ to }) => to).sort()).toEqual(
      [`bureau@${room.school.slug}.example`, room.school.studentEmail].sort(),
    );
    for (const { text } of reopened) expect(text).not.toMatch(SECRETS);
    const office = reopened.find(({ to }) => to.startsWith('bureau'))?.text ?? '';
    const { number } = await room.database.document.findFirstOrThrow({ where: { assessmentId } });
    expect(office).toContain(number);
    expect(office).not.toContain('Noor');
    await room.apply(endReopening, anew(assessmentId));
    expect(await sent(/blijft gelden/)).toHaveLength(2);
  });

  it('says nothing any more of a reopening after which there was another decision', async () => {
    const assessmentId = await final();
    await store(assessmentId);
    await room.apply(reopenResult, anew(assessmentId));
    const { version } = await room.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const { committee, officeAddressId } = room.school;
    await room.apply(finaliseAssessment, {
      assessmentId,
      expectedVersion: version,
      membershipId: committee.membershipId,
      officeAddressId,
      standing: {},
    });
    expect(await sent(/wordt opnieuw bekeken/)).toEqual([]);
    const [published, ...others] = await sent(/de uitslag van je examen/);
    expect(others).toEqual([]);
    expect(published?.text).toContain('Deze uitslag vervangt de eerdere.');
  });
});

describe('the overview for the committee', () => {
  it('names proposals that wait for a second member to everybody but who proposed', async () => {
    const { database, school } = room;
    const deciding = { fourEyes: { initiator: true, examiner: true, members: 2 } };
    const settings = { ...DEFAULT_SCHOOL_SETTINGS, deciding } as unknown as Prisma.InputJsonValue;
    await database.school.update({ where: { id: school.schoolId }, data: { settings } });
    await final();
    await database.mail.deleteMany();
    const second = await seedMember(database, school.schoolId, school.slug, 'committee', 'eva');
    for (const member of [school.committee, second]) {
      const mail = {
        schoolId: school.schoolId,
        streamId: null,
        template: 'committeeDigest',
        lang: 'nl',
        toAddress: member.email,
        toName: 'Lid',
        reference: { membershipId: member.membershipId },
        cause: uuidv7(),
        recipientId: member.membershipId,
      } as const;
      await database.$transaction((tx) => queueMails(tx, [mail], new Date()));
    }
    const found = await sent(/klaar om vast te stellen/);
    const textTo = (address: string) => found.find(({ to }) => to === address)?.text ?? '';
    expect(textTo(second.email)).toContain('1 uitslag is voorgesteld en wacht op een tweede lid.');
    expect(textTo(school.committee.email)).not.toContain('voorgesteld');
  });
});
