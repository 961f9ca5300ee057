/** A desk with something of everything: what the tests of following share. */
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../domain/assignment.ts';
import { searchable } from '../../domain/school.ts';
import { askInitiator } from '../../prisma/commands/asks.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { finishForm, startForm } from '../../prisma/commands/forms.ts';
import { openInvitation, reportDelivery } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import type { TestApp } from '../support/app.ts';
import { smallForm } from '../support/factories.ts';
import { addStudent } from './initiator-support.ts';

const DAY_MS = 86_400_000;

export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

export function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}

export async function addContact(
  app: TestApp,
  name: string,
  kind: 'practice' | 'school' = 'practice',
): Promise<string> {
  const id = uuidv7();
  const email = `${searchable(name).replace(/\W+/g, '.')}@bedrijf.example`;
  const organisation = 'Zorggroep De Voorbeelden';
  await app.database.contact.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      name,
      kind,
      lang: 'nl',
      email,
      organisation,
      jobTitle: 'Verpleegkundige',
      searchText: searchable(name, email, organisation),
    },
  });
  return id;
}

export interface StartedSeries {
  readonly seriesId: string;
  /** In the order of the students. */
  readonly ids: readonly string[];
}

/** Starts the whole small exam for students, all examiners for everything; invites nobody. */
export async function startSeries(
  app: TestApp,
  studentIds: readonly string[],
  contactIds: readonly string[],
  dueAt: string | null = inDays(10),
): Promise<StartedSeries> {
  const { seriesId, assessmentIds } = await app.apply(createAssessments, {
    examVersionId: app.seed.examVersionId,
    unitCodes: ['EX1'],
    studentIds: [...studentIds],
    initiatorId: app.seed.teacher.membershipId,
    assignments: contactIds.map((examinerId) => ({ examinerId, scope: { level: ScopeLevel.Exam } })),
    dueAt,
    closesAt: null,
  });
  return { seriesId, ids: assessmentIds };
}

export interface Pair {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  readonly linkId: string;
  readonly mailId: string;
}

export async function pairOf(app: TestApp, assessmentId: string, contactId: string): Promise<Pair> {
  const pair = await app.database.assessmentExaminer.findFirstOrThrow({
    where: { assessmentId, contactId },
    include: { invitation: true },
  });
  const { invitation } = pair;
  if (!invitation) throw new Error('not invited');
  return { assessmentId, contactId, invitationId: invitation.id, linkId: invitation.linkId, mailId: invitation.mailId };
}

export async function invitedPair(app: TestApp, assessmentId: string, contactId: string): Promise<Pair> {
  await app.invite({ assessmentIds: [assessmentId], contactIds: [contactId] });
  return pairOf(app, assessmentId, contactId);
}

type Delivery = 'accepted' | 'delayed' | 'delivered' | 'bounced';

export async function reportMail(app: TestApp, { invitationId, mailId }: Pair, delivery: Delivery): Promise<void> {
  const problem =
    delivery === 'bounced' ? { reason: 'addressUnknown' as const, isPermanent: true, status: '5.1.1' } : undefined;
  await app.apply(
    reportDelivery,
    {
      invitationId,
      mailId,
      delivery,
      smtpCode: delivery === 'bounced' ? '550' : '250',
      ...(problem ? { problem } : {}),
    },
    SYSTEM_ACTOR,
  );
}

export async function openPair(app: TestApp, { invitationId, linkId, contactId }: Pair): Promise<void> {
  await app.apply(openInvitation, { invitationId, linkId }, { kind: 'examiner', id: contactId });
}

export async function startPair(app: TestApp, { assessmentId, contactId }: Pair): Promise<void> {
  await app.apply(startForm, { assessmentId, contactId }, { kind: 'examiner', id: contactId });
}

export async function finishPair(app: TestApp, { assessmentId, contactId, invitationId }: Pair): Promise<void> {
  await app.apply(
    finishForm,
    { assessmentId, contactId, invitationId, content: smallForm('V') },
    { kind: 'examiner', id: contactId },
  );
}

export async function declinePair(app: TestApp, { assessmentId, contactId, invitationId }: Pair): Promise<void> {
  await app.apply(
    askInitiator,
    {
      assessmentIds: [assessmentId],
      contactId,
      invitationId,
      kind: 'decline',
      reason: 'Ik ben deze maand met verlof.',
      proposal: null,
    },
    { kind: 'examiner', id: contactId },
  );
}

/** As if everything of this invitation happened so many days earlier. */
export async function agePair(app: TestApp, { invitationId }: Pair, days: number): Promise<void> {
  const at = daysAgo(days);
  await app.database.invitation.update({
    where: { id: invitationId },
    data: { invitedAt: at, statusSince: at, deliveryAt: at },
  });
}

export async function passDue(app: TestApp, assessmentId: string, days: number): Promise<void> {
  await app.database.assessment.update({ where: { id: assessmentId }, data: { dueAt: daysAgo(days) } });
}

export interface Desk {
  readonly series: StartedSeries;
  readonly contacts: { readonly wit: string; readonly post: string };
  readonly bounced: Pair;
  readonly asked: Pair;
  readonly silent: Pair;
  readonly busy: Pair;
  readonly finished: Pair;
  readonly lateId: string;
  readonly draftId: string;
}

/** Seven students of one series, each in another state. */
export async function setDesk(app: TestApp): Promise<Desk> {
  const names = ['Anna Bakker', 'Bilal Choukri', 'Cas Dekker', 'Dewi Esser', 'Eva Faber', 'Finn Groen', 'Gijs Haan'];
  const students: string[] = [];
  for (const [index, name] of names.entries()) {
    const [given = '', family = ''] = name.split(' ');
    students.push(await addStudent(app, given, family, String(500_100 + index)));
  }
  const wit = await addContact(app, 'M. de Wit');
  const post = await addContact(app, 'J. Post', 'school');
  const series = await startSeries(app, students, [wit, post]);
  const [a = '', b = '', c = '', d = '', e = '', f = '', g = ''] = series.ids;
  const bounced = await invitedPair(app, a, wit);
  await reportMail(app, bounced, 'accepted');
  await reportMail(app, bounced, 'bounced');
  const asked = await invitedPair(app, b, wit);
  await reportMail(app, asked, 'delivered');
  await openPair(app, asked);
  await declinePair(app, asked);
  const silent = await invitedPair(app, c, post);
  await reportMail(app, silent, 'accepted');
  await agePair(app, silent, 12);
  const busy = await invitedPair(app, d, wit);
  await reportMail(app, busy, 'accepted');
  await openPair(app, busy);
  await startPair(app, busy);
  await app.database.form.updateMany({ where: { assessmentId: d, contactId: wit }, data: { doneCount: 1 } });
  const finished = await invitedPair(app, e, wit);
  await openPair(app, finished);
  await startPair(app, finished);
  await finishPair(app, finished);
  const late = await invitedPair(app, f, post);
  await openPair(app, late);
  await passDue(app, f, 3);
  return {
    series,
    contacts: { wit, post },
    bounced,
    asked,
    silent,
    busy,
    finished,
    lateId: f,
    draftId: g,
  };
}
