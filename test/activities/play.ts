/** Plays the work of people through the door, as the web process does. */
import { v7 as uuidv7 } from 'uuid';
import type { CommandHandler } from '../../prisma/apply-command.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database, DatabaseClock } from '../../prisma/client.ts';
import { cancelAssessment, createAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { recordDocumentMailed, storeDocument } from '../../prisma/commands/documents.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { reportDelivery } from '../../prisma/commands/inviting.ts';
import { nudgeStream } from '../../prisma/commands/mending.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { inviteNow } from '../../scripts/lib/invite-now.ts';
import { type SeededSchool, smallForm } from '../support/factories.ts';

export interface Play {
  /** A draft for the school's student, with the first contact for everything. */
  create(dueAt?: string | null): Promise<string>;
  invite(assessmentId: string): Promise<string>;
  delivered(invitationId: string): Promise<void>;
  finish(assessmentId: string, invitationId: string): Promise<void>;
  finalise(assessmentId: string): Promise<string>;
  /** The document of the first decision is made. */
  stored(assessmentId: string, file: { readonly sha256: string; readonly size: number }): Promise<void>;
  mailed(assessmentId: string): Promise<void>;
  cancel(assessmentId: string): Promise<void>;
  nudge(streamId: string): Promise<void>;
  version(streamId: string): Promise<number>;
}

/** @param clock replaced to play the past */
export function playOn(database: Database, school: SeededSchool, clock?: DatabaseClock): Play {
  const door = createCommandDoor(database, clock);
  const contactId = school.contacts[0].id;
  const initiatorId = school.teacher.membershipId;
  const teacher: Actor = { kind: 'member', id: initiatorId };
  const committee: Actor = { kind: 'member', id: school.committee.membershipId };
  const examiner: Actor = { kind: 'examiner', id: contactId };

  async function apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command, actor: Actor) {
    const outcome = await door.apply(handler, command, { schoolId: school.schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} was refused: ${outcome.code}`);
    return outcome.value;
  }

  async function version(streamId: string): Promise<number> {
    return (await database.stream.findUniqueOrThrow({ where: { id: streamId } })).version;
  }

  return {
    version,
    async nudge(streamId) {
      await apply(nudgeStream, { streamId }, SYSTEM_ACTOR);
    },
    async create(dueAt = null) {
      const { assessmentIds } = await apply(
        createAssessments,
        {
          examVersionId: school.examVersionId,
          unitCodes: ['EX1'],
          studentIds: [school.studentId],
          initiatorId,
          assignments: [{ examinerId: contactId, scope: { level: 'exam' } }],
          dueAt,
          closesAt: null,
        },
        teacher,
      );
      return first(assessmentIds);
    },
    async invite(assessmentId) {
      const command = { assessmentIds: [assessmentId], contactIds: [contactId], initiatorId, kid: '1' };
      const { invitationIds } = await inviteNow({ door, database, schoolId: school.schoolId }, command);
      return first(invitationIds);
    },
    async delivered(invitationId) {
      const { mailId } = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      await apply(reportDelivery, { invitationId, mailId, delivery: 'accepted', smtpCode: '250' }, SYSTEM_ACTOR);
    },
    async finish(assessmentId, invitationId) {
      await apply(finishForm, { assessmentId, contactId, invitationId, content: smallForm('V') }, examiner);
    },
    async finalise(assessmentId) {
      const expectedVersion = await version(assessmentId);
      const { membershipId } = school.committee;
      const { officeAddressId } = school;
      const command = { assessmentId, expectedVersion, membershipId, officeAddressId, standing: {} };
      return (await apply(finaliseAssessment, command, committee)).documentId;
    },
    async stored(assessmentId, file) {
      await apply(storeDocument, { assessmentId, version: 1, ...file }, SYSTEM_ACTOR);
    },
    async mailed(assessmentId) {
      const command = { assessmentId, version: 1, mailId: uuidv7(), isRepeat: false };
      await apply(recordDocumentMailed, command, SYSTEM_ACTOR);
    },
    async cancel(assessmentId) {
      await apply(cancelAssessment, { assessmentId, reason: 'De student is gestopt.' }, teacher);
    },
  };
}

function first(ids: readonly string[]): string {
  const id = ids[0];
  if (id === undefined) throw new Error('nothing was made');
  return id;
}
