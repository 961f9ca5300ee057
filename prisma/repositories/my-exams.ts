/**
 * What a student sees: the own record, the own exams, the own documents.
 *
 * Contract
 * 1. Everything begins at the account: what is not bound to it is not read.
 * 2. A result is read from the document of the version that was published. The assessment itself has the newest decision, which
 *    a student may not see yet.
 */
import { AssessmentStatus } from '../../domain/assessment.ts';
import type { DecidingPolicy } from '../../domain/deciding.ts';
import type { ExamKind } from '../../domain/exam.ts';
import type { AssessmentResult, PartResult } from '../../domain/result.ts';
import { decidingPolicy, type Lang, type SchoolSettings, searchable } from '../../domain/school.ts';
import { type OwnRecord, type StudentStage, studentStage } from '../../domain/student.ts';
import { databaseClock } from '../client.ts';
import { isOfStudents } from '../commands/student-requests.ts';
import type { SchoolScope } from './index.ts';

export interface OwnStudent extends OwnRecord {
  readonly id: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly email: string;
  /** The student said that all of this is right, and there is a number. */
  readonly isComplete: boolean;
}

/** Who is signed in as a student, with the record of the school. */
export interface OwnDetails {
  readonly account: {
    readonly givenName: string;
    readonly infix: string;
    readonly familyName: string;
    readonly email: string;
    readonly lang: Lang;
  };
  /** Null: the school has none yet. */
  readonly student: OwnStudent | null;
  /** Without a record: whether the student may make one. */
  readonly mayBeNew: boolean;
  readonly policy: DecidingPolicy;
  /** Where questions go; null when the school has no such address. */
  readonly contactEmail: string | null;
  readonly now: Date;
}

export interface OwnDocument {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly isStored: boolean;
}

export interface ExamName {
  readonly examId: string;
  readonly title: string;
  readonly code: string;
  readonly crebo: string;
  readonly kind: ExamKind;
  readonly level: number;
}

export interface OwnExamRow extends ExamName {
  /** Null: only added by the student. */
  readonly assessmentId: string | null;
  readonly stage: StudentStage;
  readonly attempt: number;
  /** Titles of the units, where it is not the whole exam. */
  readonly unitTitles: readonly string[];
  /** When the present stage is told to have begun: of the start, the decision, the publication. */
  readonly at: Date;
  /** The moment that is set for the student to see a decision; null: none. */
  readonly publishAt: Date | null;
  /** What the student may see; null when nothing. */
  readonly published: {
    readonly at: Date;
    readonly result: AssessmentResult;
    readonly document: OwnDocument;
  } | null;
}

/** One exam with what its page shows besides. */
export interface OwnExamDetails {
  readonly exam: OwnExamRow;
  /** Of the published version, by work process; empty without. */
  readonly parts: readonly { readonly code: string; readonly title: string; readonly result: PartResult }[];
  /** Versions that were replaced, the newest first. */
  readonly formerDocuments: readonly OwnDocument[];
}

export interface CatalogueExam extends ExamName {
  /** It stands in the list already. */
  readonly isOwn: boolean;
}

export type MyExamsRepository = ReturnType<typeof createMyExamsRepository>;

interface Row extends ExamName {
  readonly assessmentId: string;
  readonly status: AssessmentStatus;
  readonly attempt: number;
  readonly unitTitles: readonly string[] | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly publishAt: Date | null;
  readonly publishedAt: Date | null;
  readonly publishedVersion: number;
  readonly newestVersion: number | null;
  readonly isReopened: boolean;
  readonly hasInvited: boolean;
  readonly document:
    | (Omit<OwnDocument, 'isStored'> & { readonly isStored: boolean; readonly result: AssessmentResult })
    | null;
}

const MAX_WORDS = 6;
/** Of a catalogue; more is found by searching. */
const MAX_EXAMS = 60;

export function createMyExamsRepository({ database, schoolId }: SchoolScope) {
  async function readRows(studentId: string, assessmentId: string | null): Promise<OwnExamRow[]> {
    const rows = await database.$queryRaw<Row[]>`
      SELECT a.id AS "assessmentId", a.status, a.attempt, a.created_at AS "createdAt", a.decided_at AS "decidedAt",
        a.publish_at AS "publishAt", a.published_at AS "publishedAt", a.published_version AS "publishedVersion",
        a.reopened_at IS NOT NULL AS "isReopened",
        exam.id AS "examId", exam.title, exam.code, exam.crebo, exam.kind, exam.level,
        (SELECT max(version) FROM document WHERE document.assessment_id = a.id) AS "newestVersion",
        EXISTS (SELECT 1 FROM assessment_examiner AS pair WHERE pair.assessment_id = a.id
          AND pair.invitation_id IS NOT NULL) AS "hasInvited",
        (SELECT array_agg(unit ->> 'title' ORDER BY place)
          FROM jsonb_array_elements(version.definition -> 'units') WITH ORDINALITY AS units (unit, place)
          WHERE unit ->> 'code' = ANY(a.unit_codes)
            AND jsonb_array_length(version.definition -> 'units') > cardinality(a.unit_codes)) AS "unitTitles",
        (SELECT jsonb_build_object('id', d.id, 'number', d.number, 'version', d.version,
            'isStored', d.stored_at IS NOT NULL, 'result', d.data -> 'result')
          FROM document AS d WHERE d.assessment_id = a.id AND d.version = a.published_version) AS document
      FROM assessment AS a
      JOIN exam_version AS version ON version.id = a.exam_version_id
      JOIN exam ON exam.id = version.exam_id
      WHERE a.school_id = ${schoolId}::uuid AND a.student_id = ${studentId}::uuid
        AND (${assessmentId}::uuid IS NULL OR a.id = ${assessmentId}::uuid)
      ORDER BY COALESCE(a.published_at, a.created_at) DESC, a.id`;
    return rows.flatMap((row) => toOwnExam(row) ?? []);
  }

  /**
   * Whom to ask: the exam office that got the newest document of this student. Before there is one, the only exam office of the school;
   * where it has several nobody is named, because which one it will be is decided with the result.
   */
  async function findOffice(studentId: string | null): Promise<string | null> {
    const [office] = await database.$queryRaw<{ email: string }[]>`
      SELECT office.email FROM office_address office
        LEFT JOIN document ON document.office_address_id = office.id AND document.assessment_id IN (
          SELECT id FROM assessment WHERE school_id = ${schoolId}::uuid AND student_id = ${studentId}::uuid)
        LEFT JOIN assessment ON assessment.id = document.assessment_id
      WHERE office.school_id = ${schoolId}::uuid AND office.is_listed
        AND (assessment.decided_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM office_address other
          WHERE other.school_id = office.school_id AND other.is_listed AND other.id <> office.id))
      ORDER BY assessment.decided_at DESC NULLS LAST LIMIT 1`;
    return office?.email ?? null;
  }

  return {
    /** The signed-in student; null when the account is gone. */
    async findOwn(accountId: string): Promise<OwnDetails | null> {
      const [account, school, student, now] = await Promise.all([
        database.account.findUnique({
          where: { id: accountId },
          include: { identities: { take: 1, select: { id: true } } },
        }),
        database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } }),
        findRecord(accountId),
        databaseClock.now(database),
      ]);
      if (!account) return null;
      const settings = school.settings as unknown as SchoolSettings;
      const { givenName, infix, familyName, email } = account;
      return {
        account: { givenName, infix, familyName, email, lang: account.lang as Lang },
        student,
        mayBeNew: account.identities.length > 0 || isOfStudents(settings, email),
        policy: decidingPolicy(settings),
        contactEmail: await findOffice(student?.id ?? null),
        now,
      };
    },

    /** Everything of one student: what is running and what is over first, then what was only added. */
    async listExams(studentId: string): Promise<OwnExamRow[]> {
      const [started, added] = await Promise.all([readRows(studentId, null), readAdded(studentId)]);
      const known = new Set(started.map(({ examId }) => examId));
      return [...started, ...added.filter(({ examId }) => !known.has(examId))];
    },

    /** One of the student's own, or null. */
    async findExam(studentId: string, assessmentId: string): Promise<OwnExamDetails | null> {
      const [exam] = await readRows(studentId, assessmentId);
      if (!exam) return null;
      if (exam.published === null) return { exam, parts: [], formerDocuments: [] };
      const { result, document } = exam.published;
      const documents = await database.document.findMany({
        where: { schoolId, assessmentId, version: { lt: document.version } },
        select: { id: true, number: true, version: true, storedAt: true },
        orderBy: { version: 'desc' },
      });
      const titles = await readTitles(document.id);
      return {
        exam,
        parts: result.workProcesses.map((part) => ({
          code: part.code,
          title: titles.get(part.code) ?? '',
          result: part,
        })),
        formerDocuments: documents.map(({ storedAt, ...each }) => ({ ...each, isStored: storedAt !== null })),
      };
    },

    /** Exams of the school whose title, code or crebo holds every word. */
    async searchExams(studentId: string, query: string): Promise<{ rows: CatalogueExam[]; total: number }> {
      const words = searchable(query).split(' ').filter(Boolean).slice(0, MAX_WORDS);
      const rows = await database.$queryRaw<CatalogueExam[]>`
        SELECT exam.id AS "examId", exam.title, exam.code, exam.crebo, exam.kind, exam.level,
          EXISTS (SELECT 1 FROM student_exam AS own WHERE own.exam_id = exam.id AND own.student_id = ${studentId}::uuid)
          OR EXISTS (SELECT 1 FROM assessment AS a JOIN exam_version AS version ON version.id = a.exam_version_id
            WHERE a.school_id = ${schoolId}::uuid AND a.student_id = ${studentId}::uuid AND version.exam_id = exam.id
              AND a.status NOT IN (${AssessmentStatus.Draft}, ${AssessmentStatus.Cancelled})) AS "isOwn"
        FROM exam WHERE exam.school_id = ${schoolId}::uuid ORDER BY exam.title, exam.id`;
      const found = rows.filter(({ title, code, crebo }) => {
        const text = searchable(title, code, crebo);
        return words.every((word) => text.includes(word));
      });
      return { rows: found.slice(0, MAX_EXAMS), total: found.length };
    },

    /** The name of one exam of the school, or null. */
    findExamTitle(examId: string): Promise<{ title: string } | null> {
      return database.exam.findFirst({ where: { id: examId, schoolId }, select: { title: true } });
    },

    /** A document of the student's own that was published; any other does not exist. */
    async findDocument(accountId: string, documentId: string) {
      const document = await database.document.findFirst({
        where: {
          schoolId,
          id: documentId,
          assessment: { schoolId, student: { accountId, confirmedAt: { not: null } } },
        },
        select: {
          id: true,
          number: true,
          version: true,
          sha256: true,
          assessmentId: true,
          assessment: { select: { publishedVersion: true, status: true } },
        },
      });
      if (!document) return null;
      const { assessment, ...row } = document;
      const isPublished =
        row.version <= assessment.publishedVersion && assessment.status !== AssessmentStatus.Cancelled;
      return isPublished ? row : null;
    },
  };

  /** Bound to the account, or under its address and of nobody yet: then it is bound when the student says that it is right. */
  async function findRecord(accountId: string): Promise<OwnStudent | null> {
    const rows = await database.$queryRaw<(Omit<OwnStudent, 'isComplete'> & { confirmedAt: Date | null })[]>`
      SELECT student.id, student.number, student.email, student.given_name AS "givenName", student.infix,
        student.family_name AS "familyName", is_number_verified AS "isVerified",
        CASE WHEN student.account_id IS NULL THEN NULL ELSE confirmed_at END AS "confirmedAt",
        EXISTS (SELECT 1 FROM assessment WHERE assessment.school_id = student.school_id
          AND assessment.student_id = student.id AND status <> ${AssessmentStatus.Cancelled}) AS "isAssessed"
      FROM account
      JOIN student ON student.school_id = ${schoolId}::uuid
        AND (student.account_id = account.id OR (student.account_id IS NULL AND lower(student.email) = account.email))
      WHERE account.id = ${accountId}::uuid
      ORDER BY student.account_id IS NULL, student.id LIMIT 1`;
    const [row] = rows;
    if (!row) return null;
    const { confirmedAt, ...record } = row;
    return { ...record, isComplete: confirmedAt !== null && record.number !== null };
  }

  async function readAdded(studentId: string): Promise<OwnExamRow[]> {
    const rows = await database.studentExam.findMany({
      where: { schoolId, studentId },
      include: { exam: true },
      orderBy: [{ addedAt: 'desc' }, { examId: 'asc' }],
    });
    return rows.map(({ exam: { id, title, code, crebo, kind, level }, addedAt }) => ({
      examId: id,
      title,
      code,
      crebo,
      kind: kind as ExamKind,
      level,
      assessmentId: null,
      stage: 'notStarted',
      attempt: 1,
      unitTitles: [],
      at: addedAt,
      publishAt: null,
      published: null,
    }));
  }

  /** Titles of work processes as they stood when it was decided. Only these leave the database: a document is large. */
  async function readTitles(documentId: string): Promise<ReadonlyMap<string, string>> {
    const rows = await database.$queryRaw<{ code: string; title: string }[]>`
      SELECT process ->> 'code' AS code, process ->> 'title' AS title
      FROM document, jsonb_path_query(data, '$.coreTasks[*].workProcesses[*]') AS process
      WHERE document.id = ${documentId}::uuid AND document.school_id = ${schoolId}::uuid`;
    return new Map(rows.map(({ code, title }) => [code, title]));
  }
}

/** @returns null for what a student does not see */
function toOwnExam(row: Row): OwnExamRow | null {
  const { status, publishedVersion, isReopened, hasInvited, publishedAt } = row;
  const stage = studentStage({ status, publishedVersion, newestVersion: row.newestVersion ?? 0, isReopened });
  // What was dropped before anybody was invited was never told to the student.
  if (stage === null || (stage === 'cancelled' && !hasInvited)) return null;
  const isShown = (stage === 'published' || stage === 'reconsidered') && publishedAt !== null && row.document !== null;
  const { examId, title, code, crebo, kind, level, assessmentId, attempt } = row;
  return {
    ...{ examId, title, code, crebo, kind, level, assessmentId, attempt, stage },
    unitTitles: row.unitTitles ?? [],
    at: (isShown ? publishedAt : stage === 'decided' ? row.decidedAt : null) ?? row.createdAt,
    // While it is looked at again, the moment that stands there is that of the former decision.
    publishAt: !isReopened && (stage === 'decided' || stage === 'reconsidered') ? row.publishAt : null,
    published: isShown && row.document ? { at: publishedAt, ...splitDocument(row.document) } : null,
  };
}

function splitDocument({ result, ...document }: NonNullable<Row['document']>) {
  return { result, document };
}
