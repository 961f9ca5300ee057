/**
 * Drafts of forms: saved as one goes, in a short transaction of their own. They make no event.
 *
 * Contract
 * 1. Revisions are only ever added. What was posted and differs from what was there is in one of them, whatever the answer.
 * 2. The form's row is locked first, so revisions are numbered without gaps and in the order of saving. A save to which nothing came
 *    in between is one statement instead (draft-at-once.ts).
 * 3. A save that was written on an older revision is merged by field (draft-merge.ts). Where both changed the same field,
 *    the posted version is kept as a *side version*: a revision of its own, followed by one with the merged draft. It stays
 *    open until a revision is based on it, which is what choosing makes ({@link resolveDraft}).
 * 4. The same save again, after an answer that got lost, changes nothing. A writer (one page in one browser) never
 *    conflicts with what it saved itself, and a save of it that is overtaken by a later one changes nothing.
 * 5. A text beyond {@link MAX_DRAFT_TEXT} is not stored, what was there stays, and the answer names it: the page keeps the words.
 * 6. After scoring closed the words are kept as a revision all the same; the answer says that they do not count.
 */
import { AssessmentError, type AssessmentState, decideAssessment, FormStatus } from '../../domain/assessment.ts';
import {
  emptyForm,
  type FormContent,
  type FormDefinition,
  type FormProgress,
  formProgress,
  isSameContent,
} from '../../domain/form.ts';
import { textLength } from '../../domain/text.ts';
import { type Database, type DatabaseClock, databaseClock, type Tx } from '../client.ts';
import { readDefinition } from '../form-definitions.ts';
import { clockOffset, type ReadForm, saveAtOnce } from './draft-at-once.ts';
import { applyPatch, type ComponentConflict, chooseVersion, type DraftPatch, mergeDrafts } from './draft-merge.ts';
import { contentAt, findSideVersions } from './draft-versions.ts';

/**
 * Longest text of a field that a draft stores, in code points. Ten times what may be finished: nobody types so much, but
 * somebody may paste it, and every save of it is kept for years.
 */
export const MAX_DRAFT_TEXT = 20_000;

interface FormOf {
  readonly schoolId: string;
  readonly formId: string;
  readonly contactId: string;
}

export interface SaveDraft extends FormOf {
  /** Revision that was on the screen; 0 for the empty form. */
  readonly basedOn: number;
  readonly patch: DraftPatch;
  /** The writer: one page in one browser. No secret. */
  readonly sessionRef?: string;
  /** What the clock of the device said when this was typed. */
  readonly deviceAt?: Date;
  /** What it said when this was sent, when that was later: only this tells how far that clock is off. */
  readonly deviceSentAt?: Date;
}

/** Why a draft no longer counts. */
export type DraftRefusal = AssessmentError | 'FORM_UNKNOWN';

export type SaveDraftResult =
  | ({ readonly kind: 'saved' } & DraftState)
  | ({
      readonly kind: 'conflict';
      readonly sideVersion: number;
      readonly conflicts: readonly ComponentConflict[];
    } & DraftState)
  | { readonly kind: 'refused'; readonly code: DraftRefusal; readonly isKept: boolean };

export interface DraftState {
  readonly revision: number;
  /** Null while nothing was saved yet. */
  readonly savedAt: Date | null;
  readonly content: FormContent;
  readonly progress: FormProgress;
  /** The form holds its first words and the record does not know yet: apply `startForm`. */
  readonly mustStart: boolean;
  /** Refs of the components whose text was too long to be stored. */
  readonly tooLong: readonly string[];
}

/** A form that was read, and that may be filled in as it was. */
export interface OpenForm extends ReadForm {
  readonly isStarted: boolean;
}

/**
 * Saves what was filled in, when nothing changed since the form was read; otherwise as {@link saveDraft}.
 * @param read the form, which nothing refused
 */
export async function saveReadDraft(database: Database, save: SaveDraft, read: OpenForm): Promise<SaveDraftResult> {
  const { patch, tooLong } = splitPatch(save.patch);
  const saved = await saveAtOnce(database, { ...save, patch }, read);
  if (saved === null) return saveDraft(database, save);
  const progress = formProgress(read.definition, saved.content);
  const mustStart = !read.isStarted && !isSameContent(saved.content, emptyForm());
  return { kind: 'saved', ...saved, progress, mustStart, tooLong };
}

/**
 * Saves what was filled in.
 * @param clock read after the lock
 */
export async function saveDraft(
  database: Database,
  save: SaveDraft,
  clock: DatabaseClock = databaseClock,
): Promise<SaveDraftResult> {
  return database.$transaction(async (tx) => {
    const form = await lockForm(tx, save, clock);
    if (form === null) return { kind: 'refused', code: 'FORM_UNKNOWN', isKept: false };
    const refusal = refusalOf(form, save.contactId, form.now);
    if (refusal !== null && refusal !== AssessmentError.ScoringClosed)
      return { kind: 'refused', code: refusal, isKept: false };
    const { patch, tooLong } = splitPatch(save.patch);
    const writer = new DraftWriter(tx, form, { ...save, patch, tooLong });
    const merged = await writer.write();
    if (refusal !== null) return { kind: 'refused', code: refusal, isKept: tooLong.length === 0 };
    return merged;
  });
}

/** What can be stored, and the refs of the texts that cannot. */
function splitPatch(patch: DraftPatch): { patch: DraftPatch; tooLong: string[] } {
  const tooLong = Object.keys(patch.justifications).filter((ref) => isTooLong(patch.justifications[ref] ?? ''));
  const kept = Object.entries(patch.justifications).filter(([ref]) => !tooLong.includes(ref));
  return { patch: { ...patch, justifications: Object.fromEntries(kept) }, tooLong };
}

/** Counts only what could be too long: a code point takes one or two units. */
function isTooLong(text: string): boolean {
  return text.length > MAX_DRAFT_TEXT && textLength(text) > MAX_DRAFT_TEXT;
}

interface LockedForm extends FormOf {
  readonly definition: FormDefinition;
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly state: AssessmentState;
  readonly editable: readonly string[];
  readonly isStarted: boolean;
  /** The newest revision. */
  readonly content: FormContent;
  /** When all of this was read: after the lock. */
  readonly now: Date;
}

async function lockForm(tx: Tx, of: FormOf, clock: DatabaseClock): Promise<LockedForm | null> {
  const { schoolId, formId, contactId } = of;
  const rows = await tx.$queryRaw<{ definition: string; revision: number; savedAt: Date | null }[]>`
    SELECT definition::text AS definition, revision, saved_at AS "savedAt"
    FROM form
    WHERE id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid
    FOR UPDATE`;
  const row = rows[0];
  if (!row) return null;
  const around = await readAround(tx, of, row.revision);
  const examiner = around?.state.examiners[contactId];
  // After a withdrawal and a new invitation the examiner has another form.
  if (!around || examiner?.formId !== formId) return null;
  const definition = readDefinition(row.definition);
  return {
    ...of,
    ...row,
    definition,
    state: around.state,
    content: around.content ?? emptyForm(),
    now: clock === databaseClock ? around.now : await clock.now(tx),
    editable: editableComponents(definition, examiner),
    isStarted: examiner.startedAt !== null,
  };
}

interface AroundForm {
  readonly state: AssessmentState;
  readonly content: FormContent | null;
  readonly now: Date;
}

/** Asked after the lock, as a statement of its own: a form that was finished while we waited is seen as finished. */
async function readAround(tx: Tx, { schoolId, formId }: FormOf, revision: number): Promise<AroundForm | undefined> {
  const rows = await tx.$queryRaw<AroundForm[]>`
    SELECT stream.state, newest.content, clock_timestamp() AS now
    FROM form
    JOIN stream ON stream.id = form.assessment_id AND stream.school_id = form.school_id
    LEFT JOIN form_revision newest ON newest.form_id = form.id AND newest.revision = ${revision}::int
    WHERE form.id = ${formId}::uuid AND form.school_id = ${schoolId}::uuid`;
  return rows[0];
}

/** Refs of the components that may be filled in: after a return only those that were reopened. */
export function editableComponents(
  definition: FormDefinition,
  examiner: { readonly form: FormStatus; readonly reopened: readonly string[] },
): string[] {
  const refs = definition.components.map((component) => component.ref);
  return examiner.form === FormStatus.Returned ? refs.filter((ref) => examiner.reopened.includes(ref)) : refs;
}

/** The domain's own answer to "may this form be filled in now?". */
export function refusalOf(
  form: { readonly state: AssessmentState },
  contactId: string,
  now: Date,
): AssessmentError | null {
  const decision = decideAssessment(
    form.state,
    { type: 'startForm', examinerId: contactId },
    { now: now.toISOString(), ...UNUSED },
  );
  return decision.ok || decision.code === AssessmentError.FormStarted ? null : decision.code;
}

/** Starting a form grades nothing. */
const UNUSED = {
  exam: { code: '', crebo: '', title: '', kind: 'basis', level: 1, version: '', units: [] },
  scheme: { code: '', version: 0, label: '', points: { O: 0, V: 0, G: 0 }, goodFrom: 1, passTable: [], failTable: [] },
} as const;

interface BoundedSave extends SaveDraft {
  readonly tooLong: readonly string[];
}

/** Adds revisions to one locked form. */
class DraftWriter {
  readonly #tx: Tx;
  readonly #form: LockedForm;
  readonly #save: BoundedSave;
  readonly #now: Date;
  #revision: number;
  #savedAt: Date | null;

  constructor(tx: Tx, form: LockedForm, save: BoundedSave) {
    this.#tx = tx;
    this.#form = form;
    this.#save = save;
    this.#now = form.now;
    this.#revision = form.revision;
    this.#savedAt = form.savedAt;
  }

  async write(): Promise<SaveDraftResult> {
    const { definition, revision, editable } = this.#form;
    const written = await this.#findBase();
    if (written.isOvertaken) return { kind: 'saved', ...this.#stateOf(await this.#contentAt(revision)) };
    const { basedOn } = written;
    const base = await this.#contentAt(basedOn);
    const theirs = basedOn === revision ? base : await this.#contentAt(revision);
    const yours = applyPatch(definition, base, this.#save.patch, editable);
    const { content, conflicts } = mergeDrafts(definition, { base, theirs, yours });
    if (conflicts.length === 0) {
      if (!isSameContent(content, theirs)) await this.#append(content, basedOn);
      return { kind: 'saved', ...this.#stateOf(content) };
    }
    const sideVersion = await this.#keepAside(yours, content, basedOn);
    return { kind: 'conflict', sideVersion, conflicts, ...this.#stateOf(content) };
  }

  /**
   * The revision that the save was really written on: the page may not have heard of its own last saves yet. A side
   * version and a merge hold words of others, so they are never passed.
   */
  async #findBase(): Promise<{ basedOn: number; isOvertaken: boolean }> {
    const { revision, formId, schoolId } = this.#form;
    const { sessionRef, deviceAt } = this.#save;
    // A revision that does not exist yet was never on anybody's screen.
    let basedOn = this.#save.basedOn <= revision ? this.#save.basedOn : 0;
    if (basedOn === revision || sessionRef === undefined) return { basedOn, isOvertaken: false };
    const later = await this.#tx.formRevision.findMany({
      where: { formId, schoolId, revision: { gt: basedOn } },
      select: { revision: true, basedOn: true, sessionRef: true, deviceAt: true },
      orderBy: { revision: 'asc' },
    });
    let isOvertaken = false;
    for (const each of later) {
      if (each.sessionRef !== sessionRef || each.basedOn < each.revision - 1) break;
      basedOn = each.revision;
      isOvertaken = deviceAt !== undefined && each.deviceAt !== null && each.deviceAt > deviceAt;
    }
    return { basedOn, isOvertaken };
  }

  async #keepAside(yours: FormContent, content: FormContent, basedOn: number): Promise<number> {
    const { revision, formId, schoolId } = this.#form;
    const former = await this.#tx.formRevision.findFirst({ where: { formId, schoolId, revision: revision - 1 } });
    const isRepeat = former?.basedOn === basedOn && isSameContent(former.content as unknown as FormContent, yours);
    if (isRepeat) return former.revision;
    await this.#append(yours, basedOn);
    const sideVersion = this.#revision;
    await this.#append(content, revision);
    return sideVersion;
  }

  #stateOf(content: FormContent): DraftState {
    return {
      revision: this.#revision,
      savedAt: this.#savedAt,
      content,
      progress: formProgress(this.#form.definition, content),
      mustStart: !this.#form.isStarted && !isSameContent(content, emptyForm()),
      tooLong: this.#save.tooLong,
    };
  }

  async #contentAt(revision: number): Promise<FormContent> {
    return revision === this.#form.revision ? this.#form.content : contentAt(this.#tx, this.#form, revision);
  }

  async #append(content: FormContent, basedOn: number): Promise<void> {
    this.#revision += 1;
    this.#savedAt = this.#now;
    const { sessionRef, deviceAt, deviceSentAt } = this.#save;
    await appendRevision(this.#tx, this.#form, {
      revision: this.#revision,
      basedOn,
      content,
      savedAt: this.#now,
      sessionRef: sessionRef ?? null,
      deviceAt: deviceAt ?? null,
      clockOffset: deviceAt ? clockOffset(deviceSentAt ?? deviceAt, this.#now) : null,
    });
  }
}

interface NewRevision {
  readonly revision: number;
  readonly basedOn: number;
  readonly content: FormContent;
  readonly savedAt: Date;
  readonly sessionRef: string | null;
  readonly deviceAt: Date | null;
  readonly clockOffset: number | null;
}

async function appendRevision(tx: Tx, form: LockedForm, row: NewRevision): Promise<void> {
  const { schoolId, formId, definition } = form;
  await tx.$executeRaw`
    WITH revised AS (
      INSERT INTO form_revision (school_id, form_id, revision, based_on, content, saved_at, session_ref, device_at, clock_offset)
      VALUES (${schoolId}::uuid, ${formId}::uuid, ${row.revision}::int, ${row.basedOn}::int,
        ${JSON.stringify(row.content)}::jsonb, ${row.savedAt}::timestamptz, ${row.sessionRef}, ${row.deviceAt}::timestamptz,
        ${row.clockOffset}::int))
    UPDATE form SET revision = ${row.revision}::int, saved_at = ${row.savedAt}::timestamptz,
      done_count = ${formProgress(definition, row.content).done}::int
    WHERE id = ${formId}::uuid AND school_id = ${schoolId}::uuid`;
}

export interface ResolveDraft extends FormOf {
  /** Revision of the side version. */
  readonly sideVersion: number;
  /** Components for which the side version is taken; the others stay as they are in the draft. */
  readonly chosen: readonly string[];
  readonly sessionRef?: string;
}

/** Records what a person chose between the draft and a side version. Choosing again finds nothing to choose. */
export async function resolveDraft(
  database: Database,
  choice: ResolveDraft,
  clock: DatabaseClock = databaseClock,
): Promise<{ readonly kind: 'resolved' } | { readonly kind: 'refused'; readonly code: DraftRefusal }> {
  return database.$transaction(async (tx) => {
    const form = await lockForm(tx, choice, clock);
    if (form === null) return { kind: 'refused', code: 'FORM_UNKNOWN' };
    const { now, content: current } = form;
    const refusal = refusalOf(form, choice.contactId, now);
    if (refusal !== null) return { kind: 'refused', code: refusal };
    const side = (await findSideVersions(tx, form, current)).find((each) => each.revision === choice.sideVersion);
    if (!side) return { kind: 'resolved' };
    const versions = { current, yours: side.content };
    await appendRevision(tx, form, {
      revision: form.revision + 1,
      basedOn: side.revision,
      content: chooseVersion(form.definition, versions, side.conflicts, choice.chosen),
      savedAt: now,
      sessionRef: choice.sessionRef ?? null,
      deviceAt: null,
      clockOffset: null,
    });
    return { kind: 'resolved' };
  });
}
