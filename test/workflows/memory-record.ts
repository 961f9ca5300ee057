/** The record of one school in memory, kept by the domain's own rules, behind the activities of the workflows. */

import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import { toAssessmentView, toInvitationView } from '../../activities/view-of.ts';
import {
  type AssessmentCommand,
  type AssessmentContext,
  type AssessmentEvent,
  type AssessmentState,
  decideAssessment,
  evolveAssessment,
} from '../../domain/assessment.ts';
import type { PublicationPolicy } from '../../domain/deciding.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import {
  decideInvitation,
  evolveInvitation,
  type InvitationCommand,
  type InvitationEvent,
  type InvitationState,
} from '../../domain/invitation.ts';
import { DEFAULT_SCHOOL_SETTINGS } from '../../domain/school.ts';
import { committeeContext } from '../../prisma/committee-context.ts';
import type { StreamInput } from '../../workflows/messages.ts';
import type { CommandResult, InvitationProgress, Progress } from '../../workflows/views.ts';
import { smallExam } from '../support/factories.ts';

interface Kept<State, Event> {
  seq: number;
  state: State;
  readonly events: { readonly at: string; readonly event: Event }[];
}

export interface MemoryRecord {
  readonly activities: Activities;
  /** Everything that workflows wrote down, per stream, in order. */
  readonly progress: Map<string, (Progress | InvitationProgress)[]>;
  /** How often the document was asked for. */
  readonly renders: string[];
  /** Codes with which the next renders fail, in order. */
  readonly renderFailures: string[];
  /** When a decision that is taken now is published; undefined: the rules of the committee are not asked. */
  publication: PublicationPolicy | undefined;
  /** How far the clock of the record lags behind that of Temporal, in milliseconds. */
  lagMs: number;
  assessment(id: string): Kept<AssessmentState, AssessmentEvent>;
  invitation(id: string): Kept<InvitationState, InvitationEvent>;
  onAssessment(id: string, command: AssessmentCommand): Promise<CommandResult>;
  onInvitation(id: string, command: InvitationCommand): Promise<CommandResult>;
  /** Instants at which events of a type happened. */
  happened(id: string, type: string): string[];
}

/** @param nowMs the clock of the test server */
export function createMemoryRecord(nowMs: () => Promise<number>): MemoryRecord {
  const assessments = new Map<string, Kept<AssessmentState, AssessmentEvent>>();
  const invitations = new Map<string, Kept<InvitationState, InvitationEvent>>();
  const seenCommands = new Set<string>();
  const progress: MemoryRecord['progress'] = new Map();
  const renders: string[] = [];
  const renderFailures: string[] = [];

  const now = async () => new Date((await nowMs()) - record.lagMs).toISOString();

  function committeeAt(at: string): Pick<AssessmentContext, 'committee'> {
    const { publication } = record;
    if (publication === undefined) return {};
    const facts = { initiatorId: 'initiator', ownExaminerIds: [], isOwnResult: false };
    return { committee: committeeContext({ ...DEFAULT_SCHOOL_SETTINGS, deciding: { publication } }, facts, at) };
  }

  async function onAssessment(id: string, command: AssessmentCommand): Promise<CommandResult> {
    const at = await now();
    const kept = assessments.get(id);
    const context = { now: at, exam: smallExam(), scheme: EXAMPLE_SCHEME, ...committeeAt(at) };
    const decision = decideAssessment(kept?.state ?? null, command, context);
    if (!decision.ok) return { applied: false, code: decision.code };
    let state = kept?.state ?? null;
    for (const event of decision.events) state = evolveAssessment(state, event, at);
    if (state === null) throw new Error('no state');
    const events = [...(kept?.events ?? []), ...decision.events.map((event) => ({ at, event }))];
    assessments.set(id, { seq: events.length, state, events });
    return { applied: true };
  }

  async function onInvitation(id: string, command: InvitationCommand): Promise<CommandResult> {
    const at = await now();
    const kept = invitations.get(id);
    const decision = decideInvitation(kept?.state ?? null, command, at);
    if (!decision.ok) return { applied: false, code: decision.code };
    let state = kept?.state ?? null;
    for (const event of decision.events) state = evolveInvitation(state, event, at);
    if (state === null) throw new Error('no state');
    const events = [...(kept?.events ?? []), ...decision.events.map((event) => ({ at, event }))];
    invitations.set(id, { seq: events.length, state, events });
    return { applied: true };
  }

  /** As the door does: a command id that was carried out before changes nothing. */
  async function once(commandId: string, apply: () => Promise<CommandResult>): Promise<CommandResult> {
    if (seenCommands.has(commandId)) return { applied: false };
    const result = await apply();
    if (result.applied) seenCommands.add(commandId);
    return result;
  }

  async function keepProgress(each: Progress): Promise<void> {
    progress.set(each.streamId, [...(progress.get(each.streamId) ?? []), each]);
  }

  const activities: Activities = {
    async loadAssessmentView({ streamId }) {
      const kept = assessments.get(streamId);
      return kept ? toAssessmentView(kept.seq, kept.state) : null;
    },
    async loadInvitationView({ streamId }) {
      const kept = invitations.get(streamId);
      return kept ? toInvitationView(kept.seq, kept.state, DEFAULT_SCHOOL_SETTINGS) : null;
    },
    loadBatchView: async () => null,
    sendBatchRows: async () => ({ applied: false }),
    saveBatchProgress: keepProgress,
    saveAssessmentProgress: keepProgress,
    saveInvitationProgress: keepProgress,
    async recordRenderFailure() {
      // Shown through the progress.
    },
    passDeadline: ({ streamId, dueAt }) =>
      once(`${streamId}|deadline|${dueAt}`, () => onAssessment(streamId, { type: 'passDeadline' })),
    archiveAssessment: ({ streamId, since }) =>
      once(`${streamId}|archive|${since}`, () => onAssessment(streamId, { type: 'archive' })),
    publishResult: ({ streamId, version }) =>
      once(`${streamId}|publish|${version}`, () =>
        onAssessment(streamId, { type: 'publish', version, publishedBy: null }),
      ),
    remindExaminer: ({ streamId, plannedAt }) =>
      once(`${streamId}|remind|${plannedAt}`, () => {
        const number = record.invitation(streamId).state.reminders.length + 1;
        return onInvitation(streamId, { type: 'remind', number, mailId: `mail-${number}`, isManual: false });
      }),
    expireInvitation: ({ streamId }) => onInvitation(streamId, { type: 'expire' }),
    async makeDocument({ streamId, version }: StreamInput & { version: number }) {
      renders.push(await now());
      const failure = renderFailures.shift();
      if (failure !== undefined) throw ApplicationFailure.retryable('no document', failure);
      return onAssessment(streamId, { type: 'storeDocument', version, sha256: 'f'.repeat(64), size: 9 });
    },
    queueCommitteeDigests: async () => 0,
    reconcileStreams: async () => 0,
    removeExpiredNotes: async () => 0,
    anchorRecord: async () => 0,
    verifyStoredFiles: async () => ({ read: 0, damaged: 0, mended: 0 }),
  };

  const record: MemoryRecord = {
    activities,
    progress,
    renders,
    renderFailures,
    publication: undefined,
    lagMs: 0,
    assessment: (id) => present(assessments.get(id)),
    invitation: (id) => present(invitations.get(id)),
    onAssessment,
    onInvitation,
    happened(id, type) {
      const kept = assessments.get(id) ?? present(invitations.get(id));
      return kept.events.filter(({ event }) => event.type === type).map(({ at }) => at);
    },
  };
  return record;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('no such stream');
  return value;
}
