import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LinkPurpose, verifyLinkToken } from '../../../platform/tokens.ts';
import type { AccessRepository } from '../../../prisma/repositories/access.ts';
import { createRepositories } from '../../../prisma/repositories/index.ts';
import { keyring, type MailRoom, openMailRoom, PUBLIC_URL } from './mail-room.ts';

const EMAIL = 'nieuw@student.example';

let room: MailRoom;
let access: AccessRepository;

beforeAll(async () => {
  room = await openMailRoom();
  ({ access } = createRepositories(room.database));
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
  room.server.received.length = 0;
});

/** Signing in keeps the time of the database itself; the pump's clock stands still. */
async function textOfMail(): Promise<string> {
  room.now.at = new Date(Date.now() + 1_000);
  await room.pump().pumpOnce();
  return room.server.received[0]?.mail.text ?? '';
}

describe('the mail to a student who registers', () => {
  it('says "je", names nobody, and holds a link for registering alone', async () => {
    const id = await access.requestRegistration(EMAIL, keyring.current);
    const text = await textOfMail();
    expect(room.server.received.map(({ to }) => to)).toEqual([[EMAIL]]);
    expect(text).not.toMatch(/\b(u|uw)\b/i);
    expect(text).toMatch(/Code: \d{3} \d{3}/);
    const token = new RegExp(`${PUBLIC_URL}/registreren/(\\w+)`).exec(text)?.[1] ?? '';
    expect(verifyLinkToken(keyring, token, [LinkPurpose.Register])?.linkId).toBe(id);
    expect(verifyLinkToken(keyring, token, [LinkPurpose.SignIn, LinkPurpose.StudentNumber])).toBeNull();
  });

  it('is not sent any more when the code was used', async () => {
    const id = await access.requestRegistration(EMAIL, keyring.current);
    await access.completeSignIn(id, null, null);
    expect(await textOfMail()).toBe('');
  });
});

describe('the mail to sign in of a student without an account', () => {
  it('calls the student by the name in the school’s file', async () => {
    await access.requestSignIn(room.school.studentEmail, keyring.current);
    const text = await textOfMail();
    expect(text).toContain('Beste Noor de Vries');
    expect(text).toContain(`${PUBLIC_URL}/inloggen/`);
  });
});
