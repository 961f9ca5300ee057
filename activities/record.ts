/**
 * Commands that workflows give. Their ids are derived from what makes them this command, so that a second try, in this run of
 * a workflow or the next, is the same command.
 */
import { v5 as uuidv5 } from 'uuid';
import type { CommandHandler } from '../prisma/apply-command.ts';
import * as deciding from '../prisma/commands/deciding.ts';
import * as documents from '../prisma/commands/documents.ts';
import * as inviting from '../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../prisma/unit-of-work.ts';
import type { StreamInput } from '../workflows/messages.ts';
import type { CommandResult } from '../workflows/views.ts';
import type { ActivityDeps } from './deps.ts';

const COMMAND_NAMESPACE = '7c1b0a52-0f1e-5d55-8a2c-93e2d6b0c4f7';

/**
 * The id of a command of the conductor.
 * @param cause what makes it this one among those of its type on this stream: an instant, a version
 */
export function systemCommandId(streamId: string, type: string, cause: string | number): string {
  return uuidv5([streamId, type, cause].join('|'), COMMAND_NAMESPACE);
}

/**
 * Applies a command of the conductor itself.
 * @param cause see {@link systemCommandId}
 * @returns `applied` is false for a refusal (with its code) and for a repeat (without)
 */
export async function applySystemCommand<Command>(
  { door }: Pick<ActivityDeps, 'door'>,
  handler: CommandHandler<Command, unknown>,
  command: Command,
  { schoolId, streamId }: StreamInput,
  cause: string | number,
): Promise<CommandResult> {
  const commandId = systemCommandId(streamId, handler.type, cause);
  const outcome = await door.apply(handler, command, { schoolId, actor: SYSTEM_ACTOR, commandId });
  return outcome.ok ? { applied: !outcome.isRepeat } : { applied: false, code: outcome.code };
}

export function createRecordActivities(deps: Pick<ActivityDeps, 'database' | 'door'>) {
  return {
    passDeadline(input: StreamInput & { readonly dueAt: string }): Promise<CommandResult> {
      const command = { assessmentId: input.streamId };
      return applySystemCommand(deps, documents.passDeadline, command, input, input.dueAt);
    },

    /** @param input `since` when it became final: a result that was reopened and stands after all is archived again */
    archiveAssessment(
      input: StreamInput & { readonly version: number; readonly since: string },
    ): Promise<CommandResult> {
      const command = { assessmentId: input.streamId };
      return applySystemCommand(deps, documents.archiveAssessment, command, input, `${input.version}|${input.since}`);
    },

    publishResult(input: StreamInput & { readonly version: number }): Promise<CommandResult> {
      const command = { assessmentId: input.streamId, version: input.version, membershipId: null };
      return applySystemCommand(deps, deciding.publishResult, command, input, input.version);
    },

    remindExaminer(input: StreamInput & { readonly plannedAt: string }): Promise<CommandResult> {
      const command = { invitationId: input.streamId, isManual: false, plannedAt: input.plannedAt };
      return applySystemCommand(deps, inviting.remindExaminer, command, input, input.plannedAt);
    },

    /** An invitation can expire, be prolonged and expire again, so each end has its own id. */
    async expireInvitation(input: StreamInput): Promise<CommandResult> {
      const { streamId: id, schoolId } = input;
      const link = await deps.database.invitation.findFirst({ where: { id, schoolId }, select: { statusSince: true } });
      if (!link) return { applied: false, code: 'INVITATION_NOT_FOUND' };
      const command = { invitationId: id };
      return applySystemCommand(deps, inviting.expireInvitation, command, input, link.statusSince.toISOString());
    },

    /** Shows on the page of the assessment that making its document failed. */
    async recordRenderFailure(input: StreamInput & { readonly version: number; readonly code: string }): Promise<void> {
      const { streamId: assessmentId, schoolId, version, code } = input;
      await deps.database.document.updateMany({
        where: { assessmentId, schoolId, version, storedAt: null },
        data: { lastError: code },
      });
    },
  };
}
