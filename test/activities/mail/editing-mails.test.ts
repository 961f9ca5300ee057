import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { correctForm } from '../../../prisma/commands/editing.ts';
import { finishForm, returnForm } from '../../../prisma/commands/forms.ts';
import { takeBackReturn } from '../../../prisma/commands/returning.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { SMALL_COMPONENTS, smallForm } from '../../support/factories.ts';
import { accepted, type Invited, type MailRoom, openMailRoom } from './mail-room.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const WORDS = 'Gezien bij de wondzorg op kamer 5.';

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.mail.deleteMany();
  room.server.received.length = 0;
});

const context = () => ({ schoolId: room.school.schoolId, actor: SYSTEM_ACTOR, commandId: uuidv7() });

async function finished(contact: 0 | 1): Promise<Invited> {
  const invited = await room.invite(contact);
  accepted(await room.door.apply(finishForm, { ...invited, content: smallForm('V') }, context()));
  return invited;
}

async function textOf(subject: RegExp): Promise<string> {
  await room.pump().pumpOnce();
  const found = room.server.received.find(({ mail }) => subject.test(mail.subject ?? ''));
  if (!found) throw new Error(`not among: ${room.server.received.map(({ mail }) => mail.subject).join(' | ')}`);
  return found.mail.text ?? '';
}

async function correct({ assessmentId, contactId }: Invited): Promise<void> {
  const { membershipId } = room.school.committee;
  const content = { ...smallForm('V'), justifications: { ...smallForm('V').justifications, [FIRST]: WORDS } };
  const command = { assessmentId, contactId, membershipId, formVersion: 1, content, reason: 'De kamer klopte niet.' };
  accepted(await room.door.apply(correctForm, command, context()));
}

describe('the mail about a correction', () => {
  it('says that it happened, by whom in function and why, and holds neither the words nor a name of the committee', async () => {
    await correct(await finished(0));
    const text = await textOf(/iets verbeterd in uw beoordeling/);
    expect(text).toContain('Een lid van de examencommissie');
    expect(text).toContain('De kamer klopte niet.');
    expect(text).toMatch(/\/b\/\w{67}/);
    expect(text).not.toContain('kamer 5');
    expect(text).not.toContain('Cor van Proef');
  });

  it('is in the language of the examiner', async () => {
    await correct(await finished(1));
    expect(await textOf(/has corrected something/)).toContain('What you wrote yourself is kept.');
  });
});

describe('the mail about a return that was taken back', () => {
  it('says to whoever was told that nothing need be done, and why; nobody else hears of it', async () => {
    for (const isTold of [false, true]) {
      const { assessmentId, contactId } = await finished(0);
      const { membershipId } = room.school.committee;
      const back = { assessmentId, contactId, components: [FIRST], reason: 'Geef een voorbeeld.' };
      accepted(await room.door.apply(returnForm, back, context()));
      if (isTold) await room.pump().pumpOnce();
      const undo = { assessmentId, contactId, membershipId, formVersion: 1, reason: 'Het ging om een ander.' };
      accepted(await room.door.apply(takeBackReturn, undo, context()));
      if (isTold) {
        const text = await textOf(/niet meer aan te vullen/);
        expect(text).toContain('U hoeft niets te doen.');
        expect(text).toContain('Het ging om een ander.');
        expect(text).toMatch(/\/b\/\w{67}/);
        continue;
      }
      await room.pump().pumpOnce();
      const subjects = room.server.received.map(({ mail }) => mail.subject ?? '');
      expect(subjects.filter((subject) => /teruggestuurd|aan te vullen/.test(subject))).toEqual([]);
    }
  });
});

describe('the mail about a form that comes back', () => {
  const back = async (given: { reason: string; reasons: Record<string, string> }) => {
    const { assessmentId, contactId } = await finished(0);
    const command = { assessmentId, contactId, components: [FIRST, SECOND], ...given };
    accepted(await room.door.apply(returnForm, command, context()));
    return textOf(/teruggestuurd/);
  };

  it('names the component before the reason of its own', async () => {
    const text = await back({ reason: '', reasons: { [FIRST]: 'Welke kamer?', [SECOND]: 'Het plan ontbreekt.' } });
    expect(text).toContain('B1-K1-W1 Gedragsobservatie: Welke kamer?');
    expect(text).toContain('B1-K1-W2 Productbeoordeling: Het plan ontbreekt.');
    expect(text.match(/Welke kamer\?/g)).toHaveLength(1);
  });

  it('says first what holds for all', async () => {
    const text = await back({ reason: 'Kijk alles na.', reasons: { [FIRST]: 'Welke kamer?' } });
    expect(text.indexOf('Kijk alles na.')).toBeGreaterThan(-1);
    expect(text.indexOf('Kijk alles na.')).toBeLessThan(text.indexOf('Welke kamer?'));
  });
});
