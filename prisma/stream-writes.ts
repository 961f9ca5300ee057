/** The streams of a command: what each holds, and how its new events are chained and written. */
import type { AssessmentEvent, AssessmentState } from '../domain/assessment.ts';
import type { BatchEvent, BatchState } from '../domain/batch.ts';
import type { InvitationEvent, InvitationState } from '../domain/invitation.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { canonicalJson, chainHash, GENESIS_HASH } from './chain.ts';
import type { WritePart } from './write-together.ts';

export type Actor =
  | { readonly kind: 'member'; readonly id: string }
  | { readonly kind: 'examiner'; readonly id: string }
  | { readonly kind: 'system'; readonly id: null };

/** @typeParam Kind as the row says it */
interface StreamOf<Kind extends string, State, Event> {
  readonly kind: Kind;
  readonly id: string;
  /** Before this command. */
  readonly version: number;
  readonly headHash: string;
  state: State | null;
  readonly fresh: Event[];
}

export type AssessmentStream = StreamOf<'assessment', AssessmentState, AssessmentEvent>;
export type InvitationStream = StreamOf<'invitation', InvitationState, InvitationEvent>;
export type BatchStream = StreamOf<'batch', BatchState, BatchEvent>;
export type Stream = AssessmentStream | InvitationStream | BatchStream;

/** As it was locked. */
export interface StreamRow {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly headHash: string;
  readonly state: unknown;
}

export function toStream({ kind, id, version, headHash, state }: StreamRow): Stream {
  const base = { id, version, headHash, fresh: [] };
  if (kind === 'assessment') return { kind, ...base, state: state as AssessmentState };
  if (kind === 'batch') return { kind, ...base, state: state as BatchState };
  return { kind: 'invitation', ...base, state: state as InvitationState };
}

/** Before its first event. */
export function newStream<Kind extends Stream['kind']>(kind: Kind, id: string) {
  return { kind, id, version: 0, headHash: GENESIS_HASH, state: null, fresh: [] };
}

export interface WrittenBy {
  readonly schoolId: string;
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Date;
}

/** New events, and the heads of their streams. */
export function streamParts(changed: readonly Stream[], by: WrittenBy): WritePart[] {
  if (changed.length === 0) return [];
  const { schoolId, now } = by;
  const written = changed.map((stream) => ({ stream, ...chain(stream, by) }));
  const heads = written.map(({ stream: { id, kind, state, version: former }, version, headHash }) => ({
    id,
    kind,
    version,
    headHash,
    state,
    isNew: former === 0,
  }));
  const made = heads.filter(({ isNew }) => isNew);
  const moved = heads.filter(({ isNew }) => !isNew);
  const events = written.flatMap(({ events: each }) => each);
  return [
    ...(made.length === 0
      ? []
      : [
          {
            name: 'made_streams',
            sql: Prisma.sql`
              INSERT INTO stream (id, school_id, kind, version, head_hash, state, changed_at)
              SELECT given.id, ${schoolId}::uuid, given.kind, given.version, given."headHash", given.state, ${now}::timestamptz
              FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb)
                AS given(id uuid, kind text, version int, "headHash" text, state jsonb)
              RETURNING id`,
          },
        ]),
    ...(moved.length === 0
      ? []
      : [
          {
            name: 'moved_streams',
            sql: Prisma.sql`
              UPDATE stream SET version = given.version, head_hash = given."headHash", state = given.state,
                changed_at = ${now}::timestamptz
              FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb)
                AS given(id uuid, version int, "headHash" text, state jsonb)
              WHERE stream.id = given.id
              RETURNING stream.id`,
            must: { rows: moved.length, otherwise: 'a stream that was locked is gone' },
          },
        ]),
    {
      name: 'new_events',
      sql: Prisma.sql`
        INSERT INTO event (stream_id, seq, school_id, type, body, actor_kind, actor_id, at, command_id, prev_hash, hash)
        SELECT given."streamId", given.seq, ${schoolId}::uuid, given.type, given.body, given."actorKind", given."actorId",
          ${now}::timestamptz, given."commandId", given."prevHash", given.hash
        FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS given("streamId" uuid, seq int, type text, body text,
          "actorKind" text, "actorId" uuid, "commandId" uuid, "prevHash" text, hash text)
        RETURNING seq`,
      must: { rows: events.length, otherwise: 'an event was not written' },
    },
  ];
}

/** The new events of a stream, each with the hash of all before it, and where the stream stands after them. */
function chain(stream: Stream, { actor, commandId, now }: WrittenBy) {
  let headHash = stream.headHash;
  const at = now.toISOString();
  const events = stream.fresh.map((event, index) => {
    const { type, ...content } = event;
    const chained = {
      streamId: stream.id,
      seq: stream.version + index + 1,
      type,
      body: canonicalJson(content),
      actorKind: actor.kind,
      actorId: actor.id,
      at,
      commandId,
    };
    const prevHash = headHash;
    headHash = chainHash(prevHash, chained);
    return { ...chained, prevHash, hash: headHash };
  });
  return { events, version: stream.version + events.length, headHash };
}
