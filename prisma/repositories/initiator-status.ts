/** Everything that the page of one assessment shows. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { DeliveryProblem } from '../../domain/delivery.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { type AddressChange, changeKey, readAddressChanges } from './address-changes.ts';
import type { SchoolScope } from './index.ts';
import type { ContactKind } from './initiator-catalogue.ts';

export interface ExaminerProgress {
  readonly contactId: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly kind: ContactKind;
  /** Signs in with this address, so that it is changed elsewhere. */
  readonly hasAccount: boolean;
  readonly components: readonly string[];
  /** FormStatus */
  readonly formStatus: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly savedAt: Date | null;
  /** Null before the invitation. */
  readonly invitation: {
    readonly id: string;
    readonly status: string;
    readonly invitedAt: Date;
    readonly openedAt: Date | null;
    readonly delivery: string;
    readonly deliveryAt: Date;
    readonly remindersSent: number;
    readonly lastReminderAt: Date | null;
    readonly nextReminderAt: Date | null;
    /** How many assessments it covers. */
    readonly pairCount: number;
    /** Why mail does not arrive (yet); null when it does, or when the record does not say. */
    readonly problem: DeliveryProblem | null;
    /** Where the last mail went that did not arrive; null when all did. May differ from the address now. */
    readonly lostAddress: string | null;
    /** When the mailbox last answered by itself; null when it never did. */
    readonly autoReplyAt: Date | null;
  } | null;
}

export interface StoredEvent {
  readonly type: string;
  readonly at: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  /** Content of the event without its type. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The examiner of the invitation that the event belongs to, or null for one of the assessment. */
  readonly contactId: string | null;
  /** When mail went to another address than before; absent otherwise, and when the mails are no longer kept. */
  readonly address?: AddressChange;
}

export interface AssessmentStatusPage {
  readonly id: string;
  readonly exam: ExamDefinition;
  readonly examVersionId: string;
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly isLate: boolean;
  readonly score: string | null;
  readonly gradeTenths: number | null;
  readonly student: {
    readonly name: string;
    readonly number: string | null;
    readonly email: string;
    readonly groups: readonly string[];
  };
  readonly state: AssessmentState;
  readonly examiners: readonly ExaminerProgress[];
  readonly events: readonly StoredEvent[];
  /** Names of members and contacts that events speak of, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Reasons that were given, by id of the text. */
  readonly texts: ReadonlyMap<string, string>;
  readonly documents: readonly {
    readonly id: string;
    readonly version: number;
    readonly number: string;
    readonly storedAt: Date | null;
    readonly mailedAt: Date | null;
    readonly lastError: string | null;
  }[];
}

function toDate(iso: string | undefined): Date | null {
  return iso === undefined ? null : new Date(iso);
}

/** More than any assessment has; a guard, not a limit people meet. */
const MAX_EVENTS = 500;

export function createStatusReads({ database, schoolId }: SchoolScope) {
  return {
    /** The assessment as its initiator sees it, or null when it is not theirs. */
    async findStatus(membershipId: string, id: string): Promise<AssessmentStatusPage | null> {
      const row = await database.assessment.findFirst({
        where: { id, schoolId, initiatorId: membershipId },
        include: {
          student: { include: { groups: { include: { group: { select: { name: true } } } } } },
          examVersion: { select: { definition: true } },
          examiners: { include: { contact: true, invitation: { include: { _count: { select: { pairs: true } } } } } },
          forms: { select: { id: true, doneCount: true, totalCount: true, savedAt: true } },
          documents: { orderBy: { version: 'desc' } },
        },
      });
      if (!row) return null;
      const pairs = row.examiners.flatMap((each) =>
        each.invitation ? [{ contactId: each.contactId, invitation: each.invitation }] : [],
      );
      const invitationIds = pairs.map(({ invitation }) => invitation.id);
      const [stream, invitationStreams, lostMails, events] = await Promise.all([
        database.stream.findFirstOrThrow({ where: { id, schoolId } }),
        database.stream.findMany({ where: { schoolId, id: { in: invitationIds } }, select: { id: true, state: true } }),
        database.mail.findMany({
          where: { schoolId, streamId: { in: invitationIds }, state: { in: ['bounced', 'failed'] } },
          orderBy: { queuedAt: 'desc' },
          select: { streamId: true, toAddress: true },
        }),
        database.event.findMany({
          where: { schoolId, streamId: { in: [id, ...invitationIds] } },
          orderBy: [{ at: 'desc' }, { seq: 'desc' }],
          take: MAX_EVENTS,
        }),
      ]);
      const states = new Map(
        invitationStreams.map((each) => [each.id, each.state as unknown as InvitationState] as const),
      );
      const addresses = await readAddressChanges({ database, schoolId }, events, invitationIds);
      const stored = events.map(
        (event): StoredEvent => ({
          type: event.type,
          at: event.at,
          actorKind: event.actorKind,
          actorId: event.actorId,
          body: JSON.parse(event.body) as Record<string, unknown>,
          contactId: pairs.find(({ invitation }) => invitation.id === event.streamId)?.contactId ?? null,
          ...addressOf(addresses, event),
        }),
      );
      return {
        id,
        exam: row.examVersion.definition as unknown as ExamDefinition,
        examVersionId: row.examVersionId,
        unitCodes: row.unitCodes,
        attempt: row.attempt,
        createdAt: row.createdAt,
        dueAt: row.dueAt,
        isLate: row.isLate,
        score: row.score,
        gradeTenths: row.gradeTenths,
        student: {
          name: fullName(row.student),
          number: row.student.number,
          email: row.student.email,
          groups: row.student.groups.map(({ group }) => group.name).sort(),
        },
        state: stream.state as unknown as AssessmentState,
        examiners: row.examiners
          .map((examiner): ExaminerProgress => {
            const form = row.forms.find((each) => each.id === examiner.formId);
            const { contact, invitation } = examiner;
            return {
              contactId: examiner.contactId,
              name: contact.name,
              email: contact.email,
              organisation: contact.organisation,
              kind: contact.kind as ContactKind,
              hasAccount: contact.accountId !== null,
              components: examiner.components,
              formStatus: examiner.formStatus,
              startedAt: examiner.startedAt,
              finishedAt: examiner.finishedAt,
              doneCount: form?.doneCount ?? 0,
              totalCount: form?.totalCount ?? 0,
              savedAt: form?.savedAt ?? null,
              invitation: invitation && {
                id: invitation.id,
                status: invitation.status,
                invitedAt: invitation.invitedAt,
                openedAt: invitation.openedAt,
                delivery: invitation.delivery,
                deliveryAt: invitation.deliveryAt,
                remindersSent: invitation.remindersSent,
                lastReminderAt: invitation.lastReminderAt,
                nextReminderAt: invitation.nextReminderAt,
                pairCount: invitation._count.pairs,
                problem: states.get(invitation.id)?.problem ?? null,
                lostAddress: lostMails.find((mail) => mail.streamId === invitation.id)?.toAddress ?? null,
                autoReplyAt: toDate(states.get(invitation.id)?.autoReplyAt),
              },
            };
          })
          .sort((a, b) => a.name.localeCompare(b.name, 'nl')),
        events: stored,
        names: await namesOf(stored),
        texts: await textsOf(id),
        documents: row.documents.map(({ id: documentId, version, number, storedAt, mailedAt, lastError }) => ({
          id: documentId,
          version,
          number,
          storedAt,
          mailedAt,
          lastError,
        })),
      };
    },

    /**
     * Changes whenever the page would show something else; null when the assessment is not this initiator's.
     * One cheap query, because open pages ask it again and again.
     */
    async statusStamp(membershipId: string, id: string): Promise<string | null> {
      const rows = await database.$queryRaw<{ stamp: string }[]>`
        SELECT concat_ws('|', s.version, (SELECT seen_seq FROM workflow_view WHERE stream_id = s.id),
          (SELECT string_agg(concat_ws(',', i.id, ist.version, i.next_reminder_at), ';' ORDER BY i.id)
             FROM assessment_examiner ae
             JOIN invitation i ON i.id = ae.invitation_id
             JOIN stream ist ON ist.id = i.id
            WHERE ae.assessment_id = a.id),
          (SELECT string_agg(concat_ws(',', f.id, f.revision), ';' ORDER BY f.id) FROM form f WHERE f.assessment_id = a.id),
          (SELECT string_agg(concat_ws(',', d.id, d.stored_at, d.mailed_at, d.last_error), ';' ORDER BY d.id)
             FROM document d WHERE d.assessment_id = a.id)) AS stamp
        FROM assessment a JOIN stream s ON s.id = a.id
        WHERE a.id = ${id}::uuid AND a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid`;
      return rows[0]?.stamp ?? null;
    },
  };

  async function namesOf(events: readonly StoredEvent[]): Promise<Map<string, string>> {
    const ids = new Set<string>();
    for (const event of events) {
      for (const id of [event.actorId, event.contactId, event.body.examinerId, event.body.decidedBy]) {
        if (typeof id === 'string') ids.add(id);
      }
    }
    const [members, contacts] = await Promise.all([
      database.membership.findMany({ where: { schoolId, id: { in: [...ids] } }, include: { account: true } }),
      database.contact.findMany({ where: { schoolId, id: { in: [...ids] } }, select: { id: true, name: true } }),
    ]);
    return new Map([
      ...members.map((member) => [member.id, fullName(member.account)] as const),
      ...contacts.map((contact) => [contact.id, contact.name] as const),
    ]);
  }

  async function textsOf(streamId: string): Promise<Map<string, string>> {
    const rows = await database.textNote.findMany({ where: { schoolId, streamId }, select: { id: true, body: true } });
    return new Map(rows.map((row) => [row.id, row.body]));
  }
}

function addressOf(
  addresses: ReadonlyMap<string, AddressChange>,
  event: { readonly streamId: string; readonly seq: number },
): { address?: AddressChange } {
  const address = addresses.get(changeKey(event));
  return address === undefined ? {} : { address };
}
