import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AssessmentEvent, type AssessmentState, evolveAssessment } from '../../domain/assessment.ts';
import { evolveInvitation, type InvitationEvent, type InvitationState } from '../../domain/invitation.ts';
import {
  type CommandDoor,
  type CommandHandler,
  type CommandOutcome,
  createCommandDoor,
} from '../../prisma/apply-command.ts';
import { canonicalJson, findBrokenLink } from '../../prisma/chain.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { cancelAssessment, createAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { passDeadline, recordDocumentMailed, storeDocument } from '../../prisma/commands/documents.ts';
import { disputeFinish, finishForm, returnForm, startForm } from '../../prisma/commands/forms.ts';
import { reissueLink, remindExaminer, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { inviteNow } from '../../scripts/lib/invite-now.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, SMALL_COMPONENTS, seedSchool, smallForm } from '../support/factories.ts';

const DUE = '2026-12-04T22:59:00.000Z';

let server: TestDatabase;
let database: Database;
let door: CommandDoor;
let now = new Date('2026-11-23T10:00:00.000Z');

beforeAll(async () => {
  server = await createTestDatabase();
  database = openDatabase({ url: server.url, poolSize: 10 });
  door = createCommandDoor(database, { now: async () => now });
});

afterAll(async () => {
  await database.$disconnect();
  await server.drop();
});

interface Case {
  readonly school: SeededSchool;
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    commandId?: string,
    actor?: Actor,
  ): Promise<CommandOutcome<Value>>;
}

/** A school of its own with one assessment, whose one examiner was invited. */
async function invitedCase(slug: string, remark = ''): Promise<Case> {
  now = new Date('2026-11-23T10:00:00.000Z');
  const school = await seedSchool(database, { slug });
  const apply: Case['apply'] = (handler, command, commandId = randomUUID(), actor = SYSTEM_ACTOR) =>
    door.apply(handler, command, { schoolId: school.schoolId, actor, commandId });
  const contactId = school.contacts[0].id;
  const created = await apply(createAssessments, {
    examVersionId: school.examVersionId,
    unitCodes: ['EX1'],
    studentIds: [school.studentId],
    initiatorId: school.teacher.membershipId,
    assignments: [{ examinerId: contactId, scope: { level: 'exam' } }],
    dueAt: DUE,
    closesAt: null,
  });
  const assessmentId = unwrap(created).assessmentIds[0] ?? '';
  const { invitationIds } = await inviteNow(
    { door, database, schoolId: school.schoolId },
    {
      assessmentIds: [assessmentId],
      contactIds: [contactId],
      initiatorId: school.teacher.membershipId,
      remark,
      kid: '1',
    },
  );
  return { school, assessmentId, contactId, invitationId: invitationIds[0] ?? '', apply };
}

function unwrap<Value>(outcome: CommandOutcome<Value>): Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.code}`);
  return outcome.value;
}

const finishCommand = (each: Case, content = smallForm()) => ({
  assessmentId: each.assessmentId,
  contactId: each.contactId,
  invitationId: each.invitationId,
  content,
});

async function finaliseCommand(each: Case) {
  const stream = await database.stream.findUniqueOrThrow({ where: { id: each.assessmentId } });
  return {
    assessmentId: each.assessmentId,
    expectedVersion: stream.version,
    membershipId: each.school.committee.membershipId,
    officeAddressId: each.school.officeAddressId,
    standing: {},
  };
}

describe('applyCommand', () => {
  it('writes a finished form, both streams and the mails in one commit', async () => {
    const each = await invitedCase('een', 'Let op kamer 4');
    const outcome = await each.apply(finishForm, finishCommand(each));
    const { submissionId, contentDigest } = unwrap(outcome);
    const submission = await database.formSubmission.findUniqueOrThrow({ where: { id: submissionId } });
    expect(submission).toMatchObject({ formVersion: 1, contentDigest, content: smallForm() });
    expect(await database.assessment.findUnique({ where: { id: each.assessmentId } })).toMatchObject({
      status: 'assessed',
      score: 'V',
      gradeTenths: 55,
    });
    expect(await database.invitation.findUnique({ where: { id: each.invitationId } })).toMatchObject({
      status: 'completed',
    });
    const mails = await database.mail.findMany({
      where: { schoolId: each.school.schoolId },
      orderBy: { template: 'asc' },
    });
    expect(mails.map((mail) => mail.template)).toEqual(['allFinished', 'confirmation', 'invitation']);
  });

  it('answers a repeat of the same command with the same outcome and writes nothing', async () => {
    const each = await invitedCase('herhaling');
    const commandId = randomUUID();
    const first = await each.apply(finishForm, finishCommand(each), commandId);
    const second = await each.apply(finishForm, finishCommand(each), commandId);
    expect(second).toEqual({ ...first, isRepeat: true });
    expect(await database.formSubmission.count({ where: { schoolId: each.school.schoolId } })).toBe(1);
  });

  it('creates once when the same creation is tried twice at once', async () => {
    const school = await seedSchool(database, { slug: 'tegelijk' });
    const commandId = randomUUID();
    const create = () =>
      door.apply(
        createAssessments,
        {
          examVersionId: school.examVersionId,
          unitCodes: ['EX1'],
          studentIds: [school.studentId],
          initiatorId: school.teacher.membershipId,
          assignments: [],
          dueAt: DUE,
          closesAt: null,
        },
        { schoolId: school.schoolId, actor: SYSTEM_ACTOR, commandId },
      );
    const outcomes = await Promise.all([create(), create(), create()]);
    expect(new Set(outcomes.map((outcome) => unwrap(outcome).assessmentIds[0])).size).toBe(1);
    expect(await database.assessment.count({ where: { schoolId: school.schoolId } })).toBe(1);
  });

  it('finishes once when ten tabs finish at the same moment', async () => {
    const each = await invitedCase('tien');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => each.apply(finishForm, finishCommand(each))));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.code])))).toEqual(
      new Set(['FORM_ALREADY_FINISHED']),
    );
    expect(await database.formSubmission.count({ where: { schoolId: each.school.schoolId } })).toBe(1);
  });

  it('answers all of many first tries of one command at once with the outcome of the one that committed', async () => {
    const each = await invitedCase('zelfde-opdracht');
    const commandId = randomUUID();
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => each.apply(finishForm, finishCommand(each), commandId)),
    );
    expect(new Set(outcomes.map((outcome) => unwrap(outcome).submissionId)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.isRepeat)).toHaveLength(1);
    expect(await database.formSubmission.count({ where: { schoolId: each.school.schoolId } })).toBe(1);
  });

  it('does so also for a command that its own repeat would not be refused for', async () => {
    const each = await invitedCase('tegelijk-nogmaals');
    const note: CommandHandler<null, string> = {
      type: 'note',
      streams: () => [each.assessmentId],
      run: async (unit) => (await unit.keepText(each.assessmentId, 'remark', 'Kamer 4')).textId,
    };
    const commandId = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => each.apply(note, null, commandId)));
    expect(new Set(outcomes.map(unwrap)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.isRepeat)).toHaveLength(1);
    expect(await database.textNote.count({ where: { streamId: each.assessmentId } })).toBe(1);
  });

  it('finalises once when two members finalise at the same moment', async () => {
    const each = await invitedCase('twee-leden');
    await each.apply(finishForm, finishCommand(each));
    const command = await finaliseCommand(each);
    const outcomes = await Promise.all([
      each.apply(finaliseAssessment, command),
      each.apply(finaliseAssessment, command),
    ]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(outcomes.find((outcome) => !outcome.ok)).toMatchObject({ code: 'ASSESSMENT_FINAL' });
    expect(await database.document.count({ where: { schoolId: each.school.schoolId } })).toBe(1);
  });

  it('refuses a decision on something that changed while it was looked at', async () => {
    const each = await invitedCase('veranderd');
    await each.apply(finishForm, finishCommand(each));
    const command = await finaliseCommand(each);
    await each.apply(returnForm, {
      assessmentId: each.assessmentId,
      contactId: each.contactId,
      components: [...SMALL_COMPONENTS],
      reason: 'Graag toelichten',
    });
    await each.apply(finishForm, finishCommand(each, smallForm('G')));
    expect(await each.apply(finaliseAssessment, command)).toMatchObject({ ok: false, code: 'CHANGED_MEANWHILE' });
  });

  it('leaves nothing behind when something breaks half-way', async () => {
    const each = await invitedCase('breuk');
    const before = await counts(each);
    const breaking: CommandHandler<ReturnType<typeof finishCommand>, null> = {
      type: 'breaking',
      streams: finishForm.streams,
      async run(unit, command) {
        await finishForm.run(unit, command);
        await unit.flush();
        throw new Error('power cut');
      },
    };
    await expect(each.apply(breaking, finishCommand(each))).rejects.toThrow('power cut');
    expect(await counts(each)).toEqual(before);
  });

  it('knows nothing of another school', async () => {
    const each = await invitedCase('eigen');
    const other = await invitedCase('ander');
    const foreign = { ...finishCommand(each) };
    expect(await other.apply(finishForm, foreign)).toMatchObject({ ok: false, code: 'ASSESSMENT_NOT_FOUND' });
    expect(await other.apply(cancelAssessment, { assessmentId: each.assessmentId, reason: 'x' })).toMatchObject({
      ok: false,
      code: 'ASSESSMENT_NOT_FOUND',
    });
    const outcome = await other.apply(createAssessments, {
      examVersionId: other.school.examVersionId,
      unitCodes: ['EX1'],
      studentIds: [each.school.studentId],
      initiatorId: other.school.teacher.membershipId,
      assignments: [],
      dueAt: DUE,
      closesAt: null,
    });
    expect(outcome).toMatchObject({ ok: false, code: 'STUDENT_UNKNOWN' });
  });

  it('refuses an examiner of another school', async () => {
    const each = await invitedCase('examinator-eigen');
    const other = await seedSchool(database, { slug: 'examinator-ander' });
    const outcome = await each.apply(createAssessments, {
      examVersionId: each.school.examVersionId,
      unitCodes: ['EX1'],
      studentIds: [each.school.studentId],
      initiatorId: each.school.teacher.membershipId,
      assignments: [{ examinerId: other.contacts[0].id, scope: { level: 'exam' } }],
      dueAt: DUE,
      closesAt: null,
    });
    expect(outcome).toMatchObject({ ok: false, code: 'EXAMINER_UNKNOWN' });
  });
});

async function counts(each: Case): Promise<Record<string, number>> {
  const where = { schoolId: each.school.schoolId };
  return {
    events: await database.event.count({ where }),
    mails: await database.mail.count({ where }),
    submissions: await database.formSubmission.count({ where }),
    revisions: await database.formRevision.count({ where }),
    commands: await database.command.count({ where }),
  };
}

describe('events', () => {
  async function busyCase(slug: string): Promise<Case> {
    const each = await invitedCase(slug, 'Een opmerking met een naam erin: Noor');
    await each.apply(startForm, { assessmentId: each.assessmentId, contactId: each.contactId });
    await each.apply(remindExaminer, { invitationId: each.invitationId, isManual: true });
    await each.apply(finishForm, finishCommand(each, smallForm('G')));
    await each.apply(disputeFinish, { assessmentId: each.assessmentId, contactId: each.contactId });
    await each.apply(returnForm, {
      assessmentId: each.assessmentId,
      contactId: each.contactId,
      components: [...SMALL_COMPONENTS],
      reason: 'Noor vroeg hierom',
    });
    await each.apply(finishForm, finishCommand(each));
    await each.apply(finaliseAssessment, await finaliseCommand(each));
    return each;
  }

  it('form a chain per stream that breaks at the first changed byte', async () => {
    const each = await busyCase('keten');
    const rows = await database.event.findMany({ where: { streamId: each.assessmentId }, orderBy: { seq: 'asc' } });
    const events = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    expect(rows.length).toBeGreaterThan(8);
    expect(findBrokenLink(events)).toBeNull();
    const changed = events.map((event) =>
      event.seq === 4 ? { ...event, body: event.body.replace('"', '" ') } : event,
    );
    expect(findBrokenLink(changed)).toBe(4);
    expect(findBrokenLink(events.filter((event) => event.seq !== 5))).toBe(5);
  });

  it('fold to the stored state of both streams', async () => {
    const each = await busyCase('vouwen');
    for (const id of [each.assessmentId, each.invitationId]) {
      const stream = await database.stream.findUniqueOrThrow({ where: { id } });
      const rows = await database.event.findMany({ where: { streamId: id }, orderBy: { seq: 'asc' } });
      const folded = rows.reduce<AssessmentState | InvitationState | null>((state, row) => {
        const event = { ...(JSON.parse(row.body) as object), type: row.type };
        return stream.kind === 'assessment'
          ? evolveAssessment(state as AssessmentState | null, event as AssessmentEvent, row.at.toISOString())
          : evolveInvitation(state as InvitationState | null, event as InvitationEvent, row.at.toISOString());
      }, null);
      expect(folded).toEqual(stream.state);
      expect(stream.version).toBe(rows.length);
    }
  });

  it('hold no text, name or address', async () => {
    const each = await busyCase('persoon');
    const rows = await database.event.findMany({ where: { schoolId: each.school.schoolId } });
    const all = rows.map((row) => row.body).join('\n');
    for (const personal of ['Noor', 'Vries', 'Bo Praktijk', '@', 'opmerking', 'wondzorg'])
      expect(all).not.toContain(personal);
  });

  it('cannot be changed or deleted, not even by the owner', async () => {
    const each = await invitedCase('vast');
    await expect(
      database.event.updateMany({ where: { streamId: each.assessmentId }, data: { type: 'Other' } }),
    ).rejects.toThrow();
    await expect(database.event.deleteMany({ where: { streamId: each.assessmentId } })).rejects.toThrow();
    await expect(database.$executeRaw`TRUNCATE event`).rejects.toThrow();
  });
});

describe('invitations', () => {
  it('a new link ends the former one at once and keeps the words', async () => {
    const each = await invitedCase('nieuwe-link');
    const before = await database.invitation.findUniqueOrThrow({ where: { id: each.invitationId } });
    await each.apply(reissueLink, { invitationId: each.invitationId, kid: '1' });
    const after = await database.invitation.findUniqueOrThrow({ where: { id: each.invitationId } });
    expect(after.linkId).not.toBe(before.linkId);
    expect(await database.link.findUnique({ where: { id: before.linkId } })).toMatchObject({
      revokeReason: 'replaced',
      supersededBy: after.linkId,
    });
  });

  it('a reminder for one planned moment is queued once', async () => {
    const each = await invitedCase('herinnering');
    const plannedAt = '2026-11-26T08:00:00.000Z';
    const commandId = randomUUID();
    await each.apply(remindExaminer, { invitationId: each.invitationId, isManual: false, plannedAt }, commandId);
    await each.apply(remindExaminer, { invitationId: each.invitationId, isManual: false, plannedAt }, commandId);
    expect(
      await each.apply(remindExaminer, { invitationId: each.invitationId, isManual: false, plannedAt }),
    ).toMatchObject({ ok: false });
    expect(await database.mail.count({ where: { streamId: each.invitationId, template: 'reminder' } })).toBe(1);
  });

  it('withdrawing the only pair revokes the link and tells the examiner', async () => {
    const each = await invitedCase('intrekken');
    await each.apply(withdrawExaminer, { assessmentId: each.assessmentId, contactId: each.contactId, reason: '' });
    const invitation = await database.invitation.findUniqueOrThrow({ where: { id: each.invitationId } });
    expect(invitation.status).toBe('withdrawn');
    expect((await database.link.findUniqueOrThrow({ where: { id: invitation.linkId } })).revokedAt).not.toBeNull();
    expect(await database.mail.count({ where: { streamId: each.invitationId, template: 'withdrawn' } })).toBe(1);
    expect(await each.apply(finishForm, finishCommand(each))).toMatchObject({ ok: false, code: 'FORM_WITHDRAWN' });
  });

  it('cancelling tells whoever was still busy', async () => {
    const each = await invitedCase('annuleren');
    await each.apply(cancelAssessment, { assessmentId: each.assessmentId, reason: 'Student is ziek' });
    expect(await database.mail.count({ where: { streamId: each.invitationId, template: 'cancelled' } })).toBe(1);
    expect(await each.apply(finishForm, finishCommand(each))).toMatchObject({
      ok: false,
      code: 'ASSESSMENT_CANCELLED',
    });
  });
});

describe('deadline and document', () => {
  it('an early timer is told that it is not yet', async () => {
    const each = await invitedCase('vroeg');
    expect(await each.apply(passDeadline, { assessmentId: each.assessmentId })).toMatchObject({
      ok: false,
      code: 'DEADLINE_NOT_YET',
    });
    now = new Date(DUE);
    expect(await each.apply(passDeadline, { assessmentId: each.assessmentId })).toMatchObject({ ok: true });
    expect((await database.assessment.findUniqueOrThrow({ where: { id: each.assessmentId } })).isLate).toBe(true);
  });

  it('the first stored bytes win and are mailed once', async () => {
    const each = await invitedCase('document');
    await each.apply(finishForm, finishCommand(each));
    await each.apply(finaliseAssessment, await finaliseCommand(each));
    const store = (sha: string) =>
      each.apply(storeDocument, { assessmentId: each.assessmentId, version: 1, sha256: sha.repeat(64), size: 100 });
    expect(await store('a')).toMatchObject({ ok: true });
    expect(await store('b')).toMatchObject({ ok: false, code: 'DOCUMENT_ALREADY_STORED' });
    const mails = await database.mail.findMany({ where: { streamId: each.assessmentId, template: 'resultToOffice' } });
    expect(mails).toHaveLength(1);
    const mailed = { assessmentId: each.assessmentId, version: 1, mailId: mails[0]?.id ?? '', isRepeat: false };
    expect(await each.apply(recordDocumentMailed, mailed)).toMatchObject({ ok: true });
    expect(await each.apply(recordDocumentMailed, mailed)).toMatchObject({ ok: false, code: 'ALREADY_DONE' });
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys and leaves out what is absent', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: undefined }] })).toBe('{"a":[{"d":null}],"b":1}');
  });
});
