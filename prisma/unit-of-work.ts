/**
 * What a command does inside its transaction: decide on streams, gather what must be written, write it once.
 *
 * Contract
 * 1. Streams are locked in id order before anything is decided; the clock is read after that.
 * 2. A refusal is thrown as `CommandRefused` and rolls everything back.
 * 3. `flush` writes events, stream heads and projections of every stream that changed, in one transaction with all else.
 */
import { v7 as uuidv7 } from 'uuid';
import { AgreementPolicy } from '../domain/agreement.ts';
import {
  type AssessmentCommand,
  type AssessmentContext,
  type AssessmentEvent,
  type AssessmentState,
  decideAssessment,
  evolveAssessment,
  type TextRef,
} from '../domain/assessment.ts';
import { resolveAssignments } from '../domain/assignment.ts';
import { type BatchCommand, type BatchEvent, type BatchState, decideBatch, evolveBatch } from '../domain/batch.ts';
import type { ExamDefinition } from '../domain/exam.ts';
import {
  decideInvitation,
  evolveInvitation,
  type InvitationCommand,
  type InvitationEvent,
  type InvitationState,
} from '../domain/invitation.ts';
import type { GradingScheme } from '../domain/result.ts';
import type { Lang, SchoolSettings } from '../domain/school.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { canonicalJson, chainHash, GENESIS_HASH, saltedDigest } from './chain.ts';
import type { Tx } from './client.ts';
import { committeeContext, deciderOf, readDeciderFacts } from './committee-context.ts';
import { type ExamAndScheme, NO_EXAM, readExams } from './exam-reader.ts';
import { type QueuedMail, queueMails } from './mail-ledger.ts';
import { projectAssessments, projectBatches, projectInvitations } from './projections.ts';

export type Actor =
  | { readonly kind: 'member'; readonly id: string }
  | { readonly kind: 'examiner'; readonly id: string }
  | { readonly kind: 'system'; readonly id: null };

export const SYSTEM_ACTOR: Actor = { kind: 'system', id: null };

export class CommandRefused extends Error {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  constructor(code: string, params: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'CommandRefused';
    this.code = code;
    this.params = params;
  }
}

type Stream =
  | {
      kind: 'assessment';
      id: string;
      version: number;
      headHash: string;
      state: AssessmentState | null;
      fresh: AssessmentEvent[];
    }
  | {
      kind: 'invitation';
      id: string;
      version: number;
      headHash: string;
      state: InvitationState | null;
      fresh: InvitationEvent[];
    }
  | {
      kind: 'batch';
      id: string;
      version: number;
      headHash: string;
      state: BatchState | null;
      fresh: BatchEvent[];
    };

/** Commands that grade, or may end in grading. */
const GRADING: ReadonlySet<AssessmentCommand['type']> = new Set([
  'finishForm',
  'withdrawExaminer',
  'finalise',
  'correctForm',
  'proposeAgreement',
  'confirmAgreement',
  'abandonAgreement',
  'nameLead',
]);

interface ContactOfUnit {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly lang: Lang;
  readonly isArchived: boolean;
}

export interface UnitOptions {
  readonly tx: Tx;
  readonly schoolId: string;
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Date;
  /** Of the school, as they were read with the locks; absent: read when they are asked for. */
  readonly settings?: SchoolSettings | null;
}

export class UnitOfWork {
  readonly tx: Tx;
  readonly schoolId: string;
  readonly actor: Actor;
  readonly commandId: string;
  readonly now: Date;
  readonly nowIso: string;
  #streams = new Map<string, Stream>();
  #mails: QueuedMail[] = [];
  #texts: Prisma.TextNoteCreateManyInput[] = [];
  #contacts = new Map<string, ContactOfUnit>();
  #exams = new Map<string, ExamAndScheme>();
  readonly #settings: SchoolSettings | null;

  constructor(options: UnitOptions) {
    this.tx = options.tx;
    this.schoolId = options.schoolId;
    this.actor = options.actor;
    this.commandId = options.commandId;
    this.now = options.now;
    this.nowIso = options.now.toISOString();
    this.#settings = options.settings ?? null;
  }

  /** Takes in the rows that were locked. */
  adopt(rows: readonly { id: string; kind: string; version: number; headHash: string; state: unknown }[]): void {
    for (const row of rows) {
      const base = { id: row.id, version: row.version, headHash: row.headHash };
      if (row.kind === 'assessment') {
        this.#streams.set(row.id, { kind: 'assessment', ...base, state: row.state as AssessmentState, fresh: [] });
      } else if (row.kind === 'batch') {
        this.#streams.set(row.id, { kind: 'batch', ...base, state: row.state as BatchState, fresh: [] });
      } else {
        this.#streams.set(row.id, { kind: 'invitation', ...base, state: row.state as InvitationState, fresh: [] });
      }
    }
  }

  assessment(id: string): AssessmentState {
    const stream = this.#streams.get(id);
    if (stream?.kind !== 'assessment' || stream.state === null) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    return stream.state;
  }

  invitation(id: string): InvitationState {
    const stream = this.#streams.get(id);
    if (stream?.kind !== 'invitation' || stream.state === null) throw new CommandRefused('INVITATION_NOT_FOUND');
    return stream.state;
  }

  batch(id: string): BatchState {
    const stream = this.#streams.get(id);
    if (stream?.kind !== 'batch' || stream.state === null) throw new CommandRefused('BATCH_NOT_FOUND');
    return stream.state;
  }

  hasStream(id: string): boolean {
    return this.#streams.has(id);
  }

  versionOf(id: string): number {
    return this.#streams.get(id)?.version ?? 0;
  }

  /**
   * Decides and folds a command on an assessment.
   * @throws CommandRefused with the domain's code
   */
  async onAssessment(
    id: string,
    command: AssessmentCommand,
  ): Promise<{ before: AssessmentState | null; after: AssessmentState; events: readonly AssessmentEvent[] }> {
    const stream = this.#streams.get(id) ?? {
      kind: 'assessment' as const,
      id,
      version: 0,
      headHash: GENESIS_HASH,
      state: null,
      fresh: [],
    };
    if (stream.kind !== 'assessment') throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    const before = stream.state;
    const decision = decideAssessment(before, command, await this.#assessmentContext(id, stream.state, command));
    if (!decision.ok) throw new CommandRefused(decision.code, decision.params);
    for (const event of decision.events) stream.state = evolveAssessment(stream.state, event, this.nowIso);
    stream.fresh.push(...decision.events);
    this.#streams.set(id, stream);
    return { before, after: this.assessment(id), events: decision.events };
  }

  /**
   * Decides and folds a command on an invitation.
   * @throws CommandRefused with the domain's code
   */
  onInvitation(id: string, command: InvitationCommand): { after: InvitationState; events: readonly InvitationEvent[] } {
    const stream = this.#streams.get(id) ?? {
      kind: 'invitation' as const,
      id,
      version: 0,
      headHash: GENESIS_HASH,
      state: null,
      fresh: [],
    };
    if (stream.kind !== 'invitation') throw new CommandRefused('INVITATION_NOT_FOUND');
    const decision = decideInvitation(stream.state, command, this.nowIso);
    if (!decision.ok) throw new CommandRefused(decision.code, decision.params);
    for (const event of decision.events) stream.state = evolveInvitation(stream.state, event, this.nowIso);
    stream.fresh.push(...decision.events);
    this.#streams.set(id, stream);
    return { after: this.invitation(id), events: decision.events };
  }

  /**
   * Decides and folds a command on a batch.
   * @throws CommandRefused with the domain's code
   */
  onBatch(id: string, command: BatchCommand): { after: BatchState; events: readonly BatchEvent[] } {
    const stream = this.#streams.get(id) ?? {
      kind: 'batch' as const,
      id,
      version: 0,
      headHash: GENESIS_HASH,
      state: null,
      fresh: [],
    };
    if (stream.kind !== 'batch') throw new CommandRefused('BATCH_NOT_FOUND');
    const decision = decideBatch(stream.state, command, this.nowIso);
    if (!decision.ok) throw new CommandRefused(decision.code, decision.params);
    for (const event of decision.events) stream.state = evolveBatch(stream.state, event, this.nowIso);
    stream.fresh.push(...decision.events);
    this.#streams.set(id, stream);
    return { after: this.batch(id), events: decision.events };
  }

  /** Everybody who scores something of an assessment. */
  scoringExaminers(id: string): ReadonlySet<string> {
    const { components, assignments } = this.assessment(id);
    const refs = components.map(({ ref }) => ref);
    return new Set(Object.values(resolveAssignments(refs, assignments)).flat());
  }

  /** Why inviting this examiner would be refused, or null; nothing is decided. */
  inviteRefusal(assessmentId: string, examinerId: string): string | null {
    const command = { type: 'invite', examinerId, invitationId: '', formId: '' } as const;
    const context = { now: this.nowIso, ...NO_EXAM };
    const decision = decideAssessment(this.assessment(assessmentId), command, context);
    return decision.ok ? null : decision.code;
  }

  /** Stores a text of its own and gives what an event may say of it. */
  async keepText(streamId: string, kind: string, body: string): Promise<TextRef> {
    const textId = uuidv7();
    const { salt, digest } = saltedDigest(body);
    this.#texts.push({ id: textId, schoolId: this.schoolId, streamId, kind, body, salt, digest, createdAt: this.now });
    return { textId, digest };
  }

  queueMail(mail: Omit<QueuedMail, 'schoolId'>): void {
    this.#mails.push({ ...mail, schoolId: this.schoolId });
  }

  async settings(): Promise<SchoolSettings> {
    if (this.#settings !== null) return this.#settings;
    const school = await this.tx.school.findUniqueOrThrow({ where: { id: this.schoolId }, select: { settings: true } });
    return school.settings as unknown as SchoolSettings;
  }

  /** Whom a mail goes to. @throws CommandRefused EXAMINER_UNKNOWN */
  async contact(id: string): Promise<ContactOfUnit> {
    if (!this.#contacts.has(id)) await this.readContacts([id]);
    const found = this.#contacts.get(id);
    if (!found) throw new CommandRefused('EXAMINER_UNKNOWN');
    return found;
  }

  /** Reads several at once, so that none of them is asked for alone. */
  async readContacts(ids: readonly string[]): Promise<void> {
    const rows = await this.tx.$queryRaw<ContactOfUnit[]>`
      SELECT id, name, email, lang, archived_at IS NOT NULL AS "isArchived" FROM contact
      WHERE school_id = ${this.schoolId}::uuid AND id = ANY(${[...ids]}::uuid[])`;
    for (const row of rows) this.#contacts.set(row.id, row);
  }

  /** Makes the exam of a stream that is being created known, so that it can be decided on. */
  rememberExam(assessmentId: string, exam: ExamDefinition, scheme: GradingScheme): void {
    this.#exams.set(assessmentId, { exam, scheme });
  }

  /** Exam and scheme of an assessment; those of all assessments of this command are read at once. */
  async examOf(assessmentId: string): Promise<ExamAndScheme> {
    if (!this.#exams.has(assessmentId)) await this.#readExams(assessmentId);
    const found = this.#exams.get(assessmentId);
    if (!found) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    return found;
  }

  async #readExams(assessmentId: string): Promise<void> {
    const adopted = [...this.#streams.values()].filter(({ kind }) => kind === 'assessment').map(({ id }) => id);
    const ids = [...new Set([assessmentId, ...adopted])].filter((id) => !this.#exams.has(id));
    for (const [id, found] of await readExams(this.tx, this.schoolId, ids)) this.#exams.set(id, found);
  }

  /** Only commands that grade need the exam; the others are spared the read. */
  async #assessmentContext(
    id: string,
    state: AssessmentState | null,
    command: AssessmentCommand,
  ): Promise<AssessmentContext> {
    const committee = await this.#committeeOf(id, command);
    if (state === null || !GRADING.has(command.type)) return { now: this.nowIso, ...NO_EXAM, ...committee };
    const context = { now: this.nowIso, ...(await this.examOf(id)), ...committee };
    if (state.agreementPolicy !== AgreementPolicy.Lead) return context;
    return { ...context, examinerKinds: await this.#kindsOf(Object.keys(state.examiners)) };
  }

  /** Only decisions of the committee need to know who decides. @throws CommandRefused ASSESSMENT_NOT_FOUND */
  async #committeeOf(id: string, command: AssessmentCommand): Promise<Pick<AssessmentContext, 'committee'>> {
    const deciderId = deciderOf(command);
    if (deciderId === null) return {};
    const facts = (await readDeciderFacts(this.tx, this.schoolId, [id], deciderId)).get(id);
    if (!facts) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    return { committee: committeeContext(await this.settings(), facts, this.nowIso) };
  }

  /** Only where the lead examiner decides is it of importance where somebody is from. */
  async #kindsOf(contactIds: readonly string[]): Promise<Record<string, 'school' | 'practice'>> {
    const rows = await this.tx.contact.findMany({
      where: { schoolId: this.schoolId, id: { in: [...contactIds] } },
      select: { id: true, kind: true },
    });
    return Object.fromEntries(rows.map(({ id, kind }) => [id, kind === 'school' ? 'school' : 'practice']));
  }

  /** Writes everything that was decided, in as many statements for a hundred streams as for one. */
  async flush(): Promise<void> {
    const changed = [...this.#streams.values()].filter((stream) => stream.fresh.length > 0);
    await this.#writeStreams(changed);
    const { tx, schoolId, nowIso } = this;
    await projectAssessments(
      tx,
      schoolId,
      changed.flatMap(({ kind, id, state, fresh }) => (kind === 'assessment' && state ? { id, state, fresh } : [])),
    );
    await projectInvitations(
      tx,
      changed.flatMap(({ kind, id, state, fresh }) => (kind === 'invitation' && state ? { id, state, fresh } : [])),
      nowIso,
    );
    await projectBatches(
      tx,
      changed.flatMap(({ kind, id, state, fresh }) => (kind === 'batch' && state ? { id, state, fresh } : [])),
      nowIso,
    );
    if (this.#texts.length > 0) await tx.textNote.createMany({ data: this.#texts });
    await queueMails(tx, this.#mails, this.now);
  }

  async #writeStreams(changed: readonly Stream[]): Promise<void> {
    if (changed.length === 0) return;
    const written = changed.map((stream) => ({ stream, ...this.#chain(stream) }));
    const made = written.filter(({ stream }) => stream.version === 0);
    if (made.length > 0) {
      await this.tx.stream.createMany({
        data: made.map(({ stream, version, headHash }) => ({
          id: stream.id,
          schoolId: this.schoolId,
          kind: stream.kind,
          version,
          headHash,
          state: stream.state as unknown as Prisma.InputJsonValue,
          changedAt: this.now,
        })),
      });
    }
    const moved = written
      .filter(({ stream }) => stream.version > 0)
      .map(({ stream: { id, state }, version, headHash }) => ({ id, version, headHash, state }));
    const events = written.flatMap(({ events: each }) => each);
    await this.tx.$executeRaw`
      WITH moved AS (
        UPDATE stream SET version = given.version, head_hash = given."headHash", state = given.state,
          changed_at = ${this.now}::timestamptz
        FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) AS given(id uuid, version int, "headHash" text, state jsonb)
        WHERE stream.id = given.id)
      INSERT INTO event (stream_id, seq, school_id, type, body, actor_kind, actor_id, at, command_id, prev_hash, hash)
      SELECT given."streamId", given.seq, ${this.schoolId}::uuid, given.type, given.body, given."actorKind", given."actorId",
        ${this.now}::timestamptz, given."commandId", given."prevHash", given.hash
      FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS given("streamId" uuid, seq int, type text, body text,
        "actorKind" text, "actorId" uuid, "commandId" uuid, "prevHash" text, hash text)`;
  }

  /** The new events of a stream, each with the hash of all before it, and where the stream stands after them. */
  #chain(stream: Stream) {
    let headHash = stream.headHash;
    const events = stream.fresh.map((event, index) => {
      const { type, ...content } = event;
      const chained = {
        streamId: stream.id,
        seq: stream.version + index + 1,
        type,
        body: canonicalJson(content),
        actorKind: this.actor.kind,
        actorId: this.actor.id,
        at: this.nowIso,
        commandId: this.commandId,
      };
      const prevHash = headHash;
      headHash = chainHash(prevHash, chained);
      return { ...chained, prevHash, hash: headHash };
    });
    return { events, version: stream.version + events.length, headHash };
  }
}
