/**
 * What an examiner writes down while observing. Every query names the examiner with the form: notes are read by nobody else, and
 * they stay with the form they were written at when the work goes to somebody else.
 */
import { v7 as uuidv7 } from 'uuid';
import { examiningPolicy, type SchoolSettings } from '../../domain/school.ts';
import { MAX_NOTES } from '../../domain/text.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

/** Whose notes: those of one examiner at one form. */
export interface NoteOwner {
  readonly formId: string;
  readonly contactId: string;
}

/** Where a note belongs; both null: not decided yet. */
export interface NotePlace {
  readonly componentRef: string | null;
  readonly criterionRef: string | null;
}

export interface ExaminerNote extends NotePlace {
  readonly id: string;
  readonly body: string;
  /** By the measure of the device, on our clock. */
  readonly writtenAt: Date;
  /** Thrown away, and still to be taken back. */
  readonly isDeleted: boolean;
}

export interface NewNote extends NotePlace {
  /** Chosen by the page that sends it, so that the same note sent twice is one note. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds between writing and sending, as the device counted them. */
  readonly age: number;
  /** Counts what was changed in it on the device; 0 where no script counts. */
  readonly turn: number;
}

export interface NoteList {
  /** The newest first; deleted ones too, until they are swept. */
  readonly notes: readonly ExaminerNote[];
  /** Months after the decision for which notes are kept. */
  readonly retentionMonths: number;
}

export type ExaminerNotesRepository = ReturnType<typeof createExaminerNotesRepository>;

/** No state that waited on a device comes after what was changed in the list. */
const LAST_TURN = 2_147_483_647;
/** Deleted notes of a form that can be taken back; what was deleted before them is gone at once. */
const MOST_DELETED = 20;

export function createExaminerNotesRepository({ database, schoolId }: SchoolScope) {
  const owned = ({ formId, contactId }: NoteOwner) =>
    Prisma.sql`school_id = ${schoolId}::uuid AND form_id = ${formId}::uuid AND contact_id = ${contactId}::uuid`;

  /** An older state of the note than is here counts as kept: the newer one has its words. */
  async function overwrite(of: NoteOwner, { id, body, componentRef, criterionRef, turn }: Omit<NewNote, 'age'>) {
    const rows = await database.$queryRaw<{ turn: number }[]>`
      SELECT turn FROM examiner_note WHERE id = ${id}::uuid AND ${owned(of)}`;
    if (rows.length === 0) return false;
    await database.$executeRaw`
      UPDATE examiner_note SET body = ${body}, component_ref = ${componentRef}, criterion_ref = ${criterionRef},
        turn = ${turn}::int, updated_at = now()
      WHERE id = ${id}::uuid AND ${owned(of)} AND turn <= ${turn}::int`;
    return true;
  }

  /** @returns false when there are as many as there may be, or the id is somebody else's */
  async function insert({ formId, contactId }: NoteOwner, note: NewNote): Promise<boolean> {
    const { id, body, componentRef, criterionRef, age, turn } = note;
    const count = await database.$executeRaw`
      INSERT INTO examiner_note (id, school_id, form_id, contact_id, component_ref, criterion_ref, body, turn, written_at, created_at, updated_at)
      SELECT ${id}::uuid, form.school_id, form.id, form.contact_id, ${componentRef}, ${criterionRef}, ${body}, ${turn}::int,
        now() - ${age}::double precision * interval '1 millisecond', now(), now()
      FROM form
      WHERE form.school_id = ${schoolId}::uuid AND form.id = ${formId}::uuid AND form.contact_id = ${contactId}::uuid
        AND ${MAX_NOTES}::int > (SELECT count(*) FROM examiner_note note WHERE note.form_id = form.id AND note.deleted_at IS NULL)
      ON CONFLICT (id) DO NOTHING`;
    return count > 0;
  }

  return {
    async list(of: NoteOwner): Promise<NoteList> {
      const [rows, school] = await Promise.all([
        database.examinerNote.findMany({
          where: { schoolId, formId: of.formId, contactId: of.contactId },
          orderBy: [{ writtenAt: 'desc' }, { id: 'desc' }],
        }),
        database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } }),
      ]);
      const { retentionMonths } = examiningPolicy(school.settings as unknown as SchoolSettings);
      return { notes: rows.map(toNote), retentionMonths };
    },

    /**
     * Keeps a note; sent again, its words replace those of the first time.
     * @returns false when the form has {@link MAX_NOTES} already
     */
    async write(of: NoteOwner, note: NewNote): Promise<boolean> {
      if ((await overwrite(of, note)) || (await insert(of, note))) return true;
      // Sent twice at once; or the id is taken by a note that is not of this examiner, of which nothing is told.
      return (await overwrite(of, note)) || insert(of, { ...note, id: uuidv7() });
    },

    /** @returns false when there is no such note (any more) */
    change: (of: NoteOwner, note: Omit<NewNote, 'age' | 'turn'>) => overwrite(of, { ...note, turn: LAST_TURN }),

    async remove(of: NoteOwner, id: string): Promise<boolean> {
      const count = await database.$executeRaw`
        UPDATE examiner_note SET deleted_at = now(), updated_at = now()
        WHERE id = ${id}::uuid AND deleted_at IS NULL AND ${owned(of)}`;
      await database.$executeRaw`
        DELETE FROM examiner_note WHERE id IN (
          SELECT id FROM examiner_note WHERE deleted_at IS NOT NULL AND ${owned(of)}
          ORDER BY deleted_at DESC, id OFFSET ${MOST_DELETED}::int)`;
      return count > 0;
    },

    /** Takes back that a note was deleted. @returns false when it is gone */
    async restore(of: NoteOwner, id: string): Promise<boolean> {
      const count = await database.$executeRaw`
        UPDATE examiner_note SET deleted_at = NULL, updated_at = now() WHERE id = ${id}::uuid AND ${owned(of)}`;
      return count > 0;
    },
  };
}

/** How many notes the row `form` around it has. */
export const NOTE_COUNT = Prisma.sql`(
  SELECT count(*)::int FROM examiner_note WHERE examiner_note.form_id = form.id AND examiner_note.contact_id = form.contact_id
    AND examiner_note.deleted_at IS NULL)`;

function toNote(row: {
  readonly id: string;
  readonly componentRef: string | null;
  readonly criterionRef: string | null;
  readonly body: string;
  readonly writtenAt: Date;
  readonly deletedAt: Date | null;
}): ExaminerNote {
  const { id, componentRef, criterionRef, body, writtenAt, deletedAt } = row;
  return { id, componentRef, criterionRef, body, writtenAt, isDeleted: deletedAt !== null };
}
