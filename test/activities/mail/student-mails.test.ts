import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import { askStudentNumber, saveStudentNumber } from '../../../prisma/commands/student-requests.ts';
import { type Actor, SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { accepted, keyring, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

const EMAIL = 'nieuw@student.example';

let room: MailRoom;
let requestId: string;

beforeAll(async () => {
  room = await openMailRoom();
  const { schoolId } = room.school;
  const { settings } = await room.database.school.findUniqueOrThrow({ where: { id: schoolId } });
  await room.database.school.update({
    where: { id: schoolId },
    data: { settings: { ...(settings as object), studentDomains: ['student.example'] } },
  });
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.mail.deleteMany();
  await room.database.student.deleteMany({ where: { email: EMAIL } });
  room.server.received.length = 0;
  const { teacher, examVersionId } = room.school;
  const command = {
    email: EMAIL,
    membershipId: teacher.membershipId,
    examVersionId,
    unitCode: '',
    kid: keyring.current,
  };
  ({ requestId } = accepted(
    await room.door.apply(askStudentNumber, command, by({ kind: 'member', id: teacher.membershipId })),
  ));
});

const by = (actor: Actor) => ({ schoolId: room.school.schoolId, actor, commandId: uuidv7() });

async function save(): Promise<void> {
  const command = { requestId, givenName: 'Bo', infix: '', familyName: 'Nieuw', number: '400001' };
  accepted(await room.door.apply(saveStudentNumber, command, by(SYSTEM_ACTOR)));
}

describe('the mail to a student', () => {
  it('says "je", names who asks, and leads to the page of this request alone', async () => {
    await room.pump().pumpOnce();
    const [sent] = room.server.received;
    expect(sent?.to).toEqual([EMAIL]);
    const text = sent?.mail.text ?? '';
    expect(text).toContain('Toos van Proef van ROC zandkamp wil een examen van je laten beoordelen');
    expect(text).not.toMatch(/\b(u|uw)\b/i);
    const token = new RegExp(`${PUBLIC_URL}/studentnummer/(\\w+)`).exec(text)?.[1] ?? '';
    expect(verifyLinkToken(keyring, token, [LinkPurpose.StudentNumber])?.linkId).toBe(requestId);
    expect(verifyLinkToken(keyring, token, [LinkPurpose.Fill, LinkPurpose.SignIn])).toBeNull();
    expect(sent?.mail.replyTo?.text).toContain(room.school.teacher.email);
  });

  it('is not sent any more when the student has answered', async () => {
    await save();
    await room.pump().pumpOnce();
    expect(room.server.received.map(({ to }) => to)).toEqual([[room.school.teacher.email]]);
  });
});

describe('the mail to who asked', () => {
  it('names student and number, and leads on with what was being started', async () => {
    await save();
    await room.pump().pumpOnce();
    const text = room.server.received[0]?.mail.text ?? '';
    for (const said of ['Bo Nieuw', '400001', `${PUBLIC_URL}/afnames/nieuw/student/${requestId}`])
      expect(text).toContain(said);
  });

  it('is not sent to who has left the school', async () => {
    const { membershipId } = room.school.teacher;
    await room.database.membership.update({ where: { id: membershipId }, data: { endedAt: new Date() } });
    await save();
    await room.database.membership.update({ where: { id: membershipId }, data: { endedAt: null } });
    expect(await room.database.mail.count({ where: { template: 'studentAdded' } })).toBe(0);
  });
});
