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
import { Prisma } from '../generated/prisma/client.ts';
import { saltedDigest } from './chain.ts';
import type { Tx } from './client.ts';
import { committeeContext, deciderOf, readDeciderFacts } from './committee-context.ts';
import { type ExamAndScheme, knownExam, type NamedExam, NO_EXAM, readExams } from './exam-reader.ts';
import { mailParts, type QueuedMail } from './mail-ledger.ts';
import { assessmentParts, invitationParts, projectBatches } from './projections.ts';
import { type Actor, newStream, type Stream, type StreamRow, streamParts, toStream } from './stream-writes.ts';
import { type WritePart, writeTogether } from './write-together.ts';

export type { Actor } from './stream-writes.ts';

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

/** A row of `text_note`. */
interface NewText {
  readonly id: string;
  readonly streamId: string;
  readonly kind: string;
  readonly body: string;
  readonly salt: string;
  readonly digest: string;
}

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
  /** Which exams the assessments have that were locked; of any other it is read. */
  readonly exams?: readonly NamedExam[];
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
  #texts: NewText[] = [];
  #parts: WritePart[] = [];
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
    for (const named of options.exams ?? []) {
      const known = knownExam(named);
      if (known) this.#exams.set(named.id, known);
    }
  }

  /** Takes in the rows that were locked. */
  adopt(rows: readonly StreamRow[]): void {
    for (const row of rows) this.#streams.set(row.id, toStream(row));
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
    const stream: Stream = this.#streams.get(id) ?? newStream('assessment', id);
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
    const stream: Stream = this.#streams.get(id) ?? newStream('invitation', id);
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
    const stream: Stream = this.#streams.get(id) ?? newStream('batch', id);
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
    this.#texts.push({ id: textId, streamId, kind, body, salt, digest });
    return { textId, digest };
  }

  /** Writes it with all that was decided, when the command is carried out. */
  write(...parts: readonly WritePart[]): void {
    this.#parts.push(...parts);
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

  /**
   * Writes everything that was decided, in one statement for a hundred streams as for one; what happens to the rows of a batch, in
   * statements of its own.
   * @param more is written with it
   */
  async flush(...more: readonly WritePart[]): Promise<void> {
    const changed = [...this.#streams.values()].filter((stream) => stream.fresh.length > 0);
    const { tx, schoolId, nowIso } = this;
    await writeTogether(tx, [
      ...streamParts(changed, this),
      ...assessmentParts(
        schoolId,
        changed.flatMap(({ kind, id, state, fresh }) => (kind === 'assessment' && state ? { id, state, fresh } : [])),
      ),
      ...invitationParts(
        changed.flatMap(({ kind, id, state, fresh }) => (kind === 'invitation' && state ? { id, state, fresh } : [])),
        nowIso,
      ),
      ...this.#textParts(),
      ...this.#parts,
      ...mailParts(this.#mails, this.now),
      ...more,
    ]);
    await projectBatches(
      tx,
      changed.flatMap(({ kind, id, state, fresh }) => (kind === 'batch' && state ? { id, state, fresh } : [])),
      nowIso,
    );
  }

  #textParts(): WritePart[] {
    if (this.#texts.length === 0) return [];
    return [
      {
        name: 'new_texts',
        sql: Prisma.sql`
          INSERT INTO text_note (id, school_id, stream_id, kind, body, salt, digest, created_at)
          SELECT given.id, ${this.schoolId}::uuid, given."streamId", given.kind, given.body, given.salt, given.digest,
            ${this.now}::timestamptz
          FROM jsonb_to_recordset(${JSON.stringify(this.#texts)}::jsonb) AS given(id uuid, "streamId" uuid, kind text, body text,
            salt text, digest text)
          RETURNING id`,
        must: { rows: this.#texts.length, otherwise: 'a text was not written' },
      },
    ];
  }
}
