/** What the mails to examiners say, for many mails in one statement. */
import type { ExamDefinition } from '../../domain/exam.ts';
import { fullName } from '../../domain/school.ts';
import type { AssessmentForMail, MailPerson } from '../../emails/invitation-data.ts';
import type { Database } from '../../prisma/client.ts';
import type { MailRow } from './types.ts';

/** What a mail is about, and other invitations that it covers as well. */
export interface MailFacts extends InvitationFacts {
  readonly others: readonly InvitationFacts[];
}

/** An invitation with everybody in it, its link now, and how each of its assessments stands. */
export interface InvitationFacts {
  readonly status: string;
  readonly contactId: string;
  readonly contactName: string;
  readonly initiator: MailPerson;
  readonly dueAt: Date | null;
  readonly linkId: string;
  readonly link: {
    readonly id: string;
    readonly kid: string;
    readonly expiresAt: Date;
    readonly revokedAt: Date | null;
  };
  /** Empty when there is none or it was erased. */
  readonly remark: string;
  readonly pairs: readonly {
    readonly assessmentId: string;
    /** `withdrawn` also when the assessment is cancelled. */
    readonly formStatus: string;
    /** What the examiner asked and the initiator has not answered; null for nothing. */
    readonly ask: string | null;
    /** The form is finished, and the examiner must say something about what others scored differently. */
    readonly isWordNeeded: boolean;
  }[];
  readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly sha256: string }[];
  /** Those that the mail names and those of the invitation, as this examiner sees them, by id. */
  readonly assessments: ReadonlyMap<string, AssessmentForMail & { readonly id: string }>;
}

interface Name {
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

interface AssessmentRow {
  readonly id: string;
  readonly examVersionId: string;
  readonly unitCodes: readonly string[];
  readonly student: Name;
  readonly components: readonly string[] | null;
}

interface FactsRow extends Name {
  readonly mailId: string;
  readonly isOther: boolean;
  readonly schoolId: string;
  readonly status: string;
  readonly contactId: string;
  readonly contactName: string;
  readonly email: string;
  readonly dueAt: Date | null;
  readonly linkId: string;
  readonly kid: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly remark: string | null;
  readonly pairs: InvitationFacts['pairs'];
  readonly attachments: InvitationFacts['attachments'];
  readonly assessments: readonly AssessmentRow[];
}

/** Exam versions that are kept: they never change, and a school sends mails about few of them. */
const MOST_EXAMS = 20;

/** Reads the facts of mails, by mail id; a mail whose invitation is gone is left out. */
export type FactsReader = (rows: readonly Pick<MailRow, 'id'>[]) => Promise<ReadonlyMap<string, MailFacts>>;

export function createFactsReader(database: Database): FactsReader {
  const exams = new Map<string, ExamDefinition>();

  async function examsOf(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, ExamDefinition>> {
    const found = new Map([...ids].flatMap((id) => ofMap(exams, id)));
    const missing = [...ids].filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    const versions = await database.examVersion.findMany({
      where: { id: { in: missing } },
      select: { id: true, definition: true },
    });
    for (const { id, definition } of versions) {
      if (exams.size >= MOST_EXAMS) exams.clear();
      exams.set(id, definition as unknown as ExamDefinition);
      found.set(id, definition as unknown as ExamDefinition);
    }
    return found;
  }

  return async (mails) => {
    const rows = await readRows(
      database,
      mails.map(({ id }) => id),
    );
    const versions = new Set(rows.flatMap(({ assessments }) => assessments.map((each) => each.examVersionId)));
    const definitions = await examsOf(versions);
    const others = Map.groupBy(
      rows.filter(({ isOther }) => isOther),
      ({ mailId }) => mailId,
    );
    const toOthers = (mailId: string) => (others.get(mailId) ?? []).map((row) => toFacts(row, definitions));
    return new Map(
      rows
        .filter(({ isOther }) => !isOther)
        .map((row) => [row.mailId, { ...toFacts(row, definitions), others: toOthers(row.mailId) }]),
    );
  };
}

function ofMap<Value>(map: ReadonlyMap<string, Value>, key: string): [string, Value][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

function toFacts(row: FactsRow, exams: ReadonlyMap<string, ExamDefinition>): InvitationFacts {
  const { status, contactId, contactName, dueAt, linkId, kid, expiresAt, revokedAt, pairs, attachments } = row;
  const assessments = row.assessments.flatMap(({ id, examVersionId, unitCodes, student, components }) => {
    const exam = exams.get(examVersionId);
    if (!exam) return [];
    return { id, studentName: fullName(student), exam, unitCodes, componentRefs: components ?? [] };
  });
  return {
    status,
    contactId,
    contactName,
    initiator: { name: fullName(row), email: row.email },
    dueAt,
    linkId,
    link: { id: linkId, kid, expiresAt, revokedAt },
    remark: row.remark ?? '',
    pairs,
    attachments,
    assessments: new Map(assessments.map((each) => [each.id, each])),
  };
}

/**
 * Every table is asked for rows of the mail's own school. Each row that there is one of is looked up on its own (the limits), from the
 * mail onwards: as plain joins, a database without statistics (new, or just restored) reads all links of the school for each mail.
 */
async function readRows(database: Database, mailIds: readonly string[]): Promise<FactsRow[]> {
  return database.$queryRaw<FactsRow[]>`
    SELECT mail.id AS "mailId", named."isOther", mail.school_id AS "schoolId", invitation.status, invitation.contact_id AS "contactId",
      contact.name AS "contactName", account.email, account.given_name AS "givenName", account.infix,
      account.family_name AS "familyName", invitation.due_at AS "dueAt", link.id AS "linkId", link.kid,
      link.expires_at AS "expiresAt", link.revoked_at AS "revokedAt", note.body AS remark,
      COALESCE(pairs.list, '[]') AS pairs, COALESCE(files.list, '[]') AS attachments,
      COALESCE(assessments.list, '[]') AS assessments
    FROM mail
    CROSS JOIN LATERAL (
      SELECT (mail.reference->>'invitationId')::uuid AS id, false AS "isOther"
      UNION ALL
      SELECT other::uuid, true
      FROM jsonb_array_elements_text(COALESCE(mail.reference->'otherInvitationIds', '[]')) AS other) AS named
    CROSS JOIN LATERAL (
      SELECT * FROM invitation AS row WHERE row.id = named.id AND row.school_id = mail.school_id LIMIT 1) AS invitation
    CROSS JOIN LATERAL (
      SELECT name FROM contact AS row
      WHERE row.id = invitation.contact_id AND row.school_id = mail.school_id LIMIT 1) AS contact
    CROSS JOIN LATERAL (
      SELECT account.* FROM membership AS row JOIN account ON account.id = row.account_id
      WHERE row.id = invitation.initiator_id AND row.school_id = mail.school_id LIMIT 1) AS account
    CROSS JOIN LATERAL (
      SELECT * FROM link AS row WHERE row.id = invitation.link_id AND row.school_id = mail.school_id LIMIT 1) AS link
    LEFT JOIN LATERAL (
      SELECT body FROM text_note AS row
      WHERE row.id = invitation.remark_text_id AND row.school_id = mail.school_id LIMIT 1) AS note ON true
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('assessmentId', pair.assessment_id, 'ask', pair.ask,
          'isWordNeeded', pair.form_status = 'finished' AND about.agreement_since IS NOT NULL
            AND COALESCE(own.state->'pairs'->>pair.assessment_id::text, '') = 'open',
          'formStatus', CASE WHEN about.status = 'cancelled' THEN 'withdrawn' ELSE pair.form_status END)) AS list,
        COALESCE(array_agg(pair.assessment_id), '{}') AS ids
      FROM assessment_examiner AS pair JOIN assessment AS about ON about.id = pair.assessment_id
        LEFT JOIN stream AS own ON own.id = pair.invitation_id
      WHERE pair.invitation_id = invitation.id AND pair.school_id = mail.school_id) AS pairs
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('name', name, 'mediaType', media_type, 'sha256', sha256)) AS list
      FROM invitation_attachment JOIN attachment ON attachment.id = invitation_attachment.attachment_id
      WHERE invitation_attachment.invitation_id = invitation.id AND attachment.school_id = mail.school_id) AS files
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('id', assessment.id, 'examVersionId', exam_version_id, 'unitCodes', unit_codes,
        'student', jsonb_build_object('givenName', given_name, 'infix', infix, 'familyName', family_name),
        'components', own.components)) AS list
      FROM assessment
      JOIN student ON student.id = assessment.student_id
      LEFT JOIN assessment_examiner AS own
        ON own.assessment_id = assessment.id AND own.contact_id = invitation.contact_id
      WHERE assessment.school_id = mail.school_id AND assessment.id = ANY(pairs.ids || ARRAY(
        SELECT named::uuid FROM jsonb_array_elements_text(COALESCE(mail.reference->'assessmentIds', '[]')) AS named))
      ) AS assessments
    WHERE mail.id = ANY(${[...mailIds]}::uuid[])
    ORDER BY invitation.due_at, invitation.id`;
}
