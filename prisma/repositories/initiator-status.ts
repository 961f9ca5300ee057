/** Everything that the page of one assessment shows. */
import type { AskKind, AskState, AssessmentState, DeclineReason } from '../../domain/assessment.ts';
import type { DeliveryProblem } from '../../domain/delivery.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { type AddressChange, changeKey, readAddressChanges } from './address-changes.ts';
import type { SchoolScope } from './index.ts';
import type { ContactKind } from './initiator-contacts.ts';
import { plannedKey, readPlanned } from './initiator-planned.ts';

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
    /** When our mail server took the mail that brought the link; null: not yet, or that mail is no longer kept. */
    readonly acceptedAt: Date | null;
  } | null;
  /** When an invitation is to leave that was left to go by itself; null when there is none. */
  readonly plannedAt: Date | null;
  /** What the examiner asked and nobody answered; null when nothing is asked. */
  readonly ask: {
    readonly kind: AskKind;
    readonly askedAt: Date;
    /** In words; empty where a chosen reason says it all. */
    readonly reason: string;
    readonly declineReason?: DeclineReason;
    /** Of a hand-over: what was filled in may go along. */
    readonly isDraftShared: boolean;
    /** Whom the examiner proposes; null for who only asks to be excused. */
    readonly proposal: { readonly name: string; readonly email: string } | null;
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
  /** Started together with others; null when it stands alone. */
  readonly series: { readonly id: string; readonly size: number } | null;
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
          series: { select: { id: true, _count: { select: { assessments: true } } } },
        },
      });
      if (!row) return null;
      const pairs = row.examiners.flatMap((each) =>
        each.invitation ? [{ contactId: each.contactId, invitation: each.invitation }] : [],
      );
      const invitationIds = pairs.map(({ invitation }) => invitation.id);
      const [stream, invitationStreams, lostMails, linkMails, planned, events] = await Promise.all([
        database.stream.findFirstOrThrow({ where: { id, schoolId } }),
        database.stream.findMany({ where: { schoolId, id: { in: invitationIds } }, select: { id: true, state: true } }),
        database.mail.findMany({
          where: { schoolId, streamId: { in: invitationIds }, state: { in: ['bounced', 'failed'] } },
          orderBy: { queuedAt: 'desc' },
          select: { streamId: true, toAddress: true },
        }),
        database.mail.findMany({
          where: { schoolId, id: { in: pairs.map(({ invitation }) => invitation.mailId) } },
          select: { id: true, acceptedAt: true },
        }),
        readPlanned({ database, schoolId }, membershipId, [id]),
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
      const state = stream.state as unknown as AssessmentState;
      const texts = await textsOf(id, Object.values(state.examiners));
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
        series:
          row.series && row.series._count.assessments > 1
            ? { id: row.series.id, size: row.series._count.assessments }
            : null,
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
        state,
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
                acceptedAt: linkMails.find((mail) => mail.id === invitation.mailId)?.acceptedAt ?? null,
              },
              plannedAt: invitation ? null : (planned.get(plannedKey(id, examiner.contactId)) ?? null),
              ask: askOf(state.examiners[examiner.contactId]?.ask, texts),
            };
          })
          .sort((a, b) => a.name.localeCompare(b.name, 'nl')),
        events: stored,
        names: await namesOf(stored),
        texts,
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

  /** Those of the assessment, and what its examiners asked: one question about several assessments stands with one of them. */
  async function textsOf(
    streamId: string,
    examiners: readonly { readonly ask?: AskState }[],
  ): Promise<Map<string, string>> {
    const asked = examiners.flatMap(({ ask }) => [ask?.reason?.textId ?? [], ask?.proposal?.textId ?? []].flat());
    const rows = await database.textNote.findMany({
      where: { schoolId, OR: [{ streamId }, { id: { in: asked } }] },
      select: { id: true, body: true },
    });
    return new Map(rows.map((row) => [row.id, row.body]));
  }
}

function askOf(ask: AskState | undefined, texts: ReadonlyMap<string, string>): ExaminerProgress['ask'] {
  if (ask === undefined) return null;
  const proposal = texts.get(ask.proposal?.textId ?? '');
  return {
    kind: ask.kind,
    askedAt: new Date(ask.askedAt),
    reason: texts.get(ask.reason?.textId ?? '') ?? '',
    ...(ask.declineReason ? { declineReason: ask.declineReason } : {}),
    isDraftShared: ask.isDraftShared ?? false,
    proposal: proposal === undefined ? null : (JSON.parse(proposal) as { name: string; email: string }),
  };
}

function addressOf(
  addresses: ReadonlyMap<string, AddressChange>,
  event: { readonly streamId: string; readonly seq: number },
): { address?: AddressChange } {
  const address = addresses.get(changeKey(event));
  return address === undefined ? {} : { address };
}
