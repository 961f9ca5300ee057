/** What the people of a fault test do: the teacher invites, examiners score, the committee decides. */
import { randomUUID } from 'node:crypto';
import { ScopeLevel } from '../../domain/assignment.ts';
import type { Config } from '../../platform/config.ts';
import type { CommandHandler } from '../../prisma/apply-command.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import type { Actor } from '../../prisma/unit-of-work.ts';
import { paths } from '../../web/paths.ts';
import { inviteNow } from '../lib/invite-now.ts';
import { patiently } from '../lib/patiently.ts';
import { linkPathIn, readSunk, type SunkMail } from './mail-sink.ts';
import type { Rig } from './rig.ts';
import { createVisitor, type Fields, hiddenFields, radioNames, type Visitor } from './visitor.ts';

/** A page answered, and not with what was hoped for. */
export class PageRefused extends Error {
  override readonly name = 'PageRefused';
}

/** An assessment with its one invited examiner. */
export interface Invited {
  readonly assessmentId: string;
  readonly invitationId: string;
  readonly examinerEmail: string;
  readonly contactId: string;
}

export interface InviteOptions {
  /** ISO instants. */
  readonly dueAt?: string | null;
  readonly closesAt?: string | null;
}

interface Door extends Pick<Rig, 'door' | 'school' | 'database'> {
  readonly config: Pick<Config, 'keys'>;
}

/** A command of somebody of the school. @throws when it is refused */
export async function applyAs<Command, Value>(
  { door, school }: Pick<Rig, 'door' | 'school'>,
  handler: CommandHandler<Command, Value>,
  command: Command,
  actor: Actor,
): Promise<Value> {
  const context = { schoolId: school.schoolId, actor, commandId: randomUUID() };
  const outcome = await door.apply(handler, command, context);
  if (!outcome.ok) throw new Error(`${handler.type} was refused: ${outcome.code}`);
  return outcome.value;
}

/** The teacher starts an assessment for a student and invites one examiner. @param index which pair of the school */
export async function invite(rig: Door, index: number, options: InviteOptions = {}): Promise<Invited> {
  const { school, config } = rig;
  const pair = school.pairs[index];
  if (!pair) throw new Error(`the school has no student ${index + 1}`);
  const { membershipId: initiatorId } = school.teacher;
  const actor: Actor = { kind: 'member', id: initiatorId };
  const creation = {
    examVersionId: school.examVersionId,
    unitCodes: school.unitCodes,
    studentIds: [pair.studentId],
    initiatorId,
    assignments: [{ examinerId: pair.contactId, scope: { level: ScopeLevel.Exam } }],
    dueAt: options.dueAt ?? null,
    closesAt: options.closesAt ?? null,
  };
  const { assessmentIds } = await patiently(() => applyAs(rig, createAssessments, creation, actor));
  const invitation = { assessmentIds, contactIds: [pair.contactId], initiatorId, kid: config.keys.current };
  const { invitationIds } = await inviteNow({ ...rig, schoolId: school.schoolId }, invitation);
  const { contactId, examinerEmail } = pair;
  return { assessmentId: assessmentIds[0] ?? '', invitationId: invitationIds[0] ?? '', examinerEmail, contactId };
}

/** What was seen of one finished form. */
export interface Finish {
  /** `performance.now()` when it was answered. */
  readonly at: number;
  /** How often the last step was sent without an answer. */
  readonly unanswered: number;
}

export interface Sitting {
  readonly visitor: Visitor;
  /** `/beoordeling/<id>` */
  readonly formPath: string;
}

/** The examiner presses the button of the link in the mail. */
export async function openLink(visitor: Visitor, mail: SunkMail): Promise<Sitting> {
  const linkPath = await linkPathIn(mail, '/b/');
  const landing = await visitor.get(linkPath);
  const { token = '' } = hiddenFields(landing.text);
  const opened = await visitor.post(paths.linkOpen(), { token });
  if (opened.status !== 303) throw new PageRefused(`a link answered ${opened.status} when it was opened`);
  return { visitor, formPath: opened.location.split('?')[0] ?? '' };
}

/** Scores everything V, saves, and stands before the last button. @returns the fields of that button's form */
export async function fillIn({ visitor, formPath }: Sitting): Promise<Fields> {
  const page = await visitor.get(`${formPath}?weergave=alles`);
  const scores = Object.fromEntries(radioNames(page.text, 'score-').map((name) => [name, 'V']));
  if (Object.keys(scores).length === 0)
    throw new PageRefused(`the form answered ${page.status} and has nothing to score`);
  const saved = await visitor.post(formPath, { ...hiddenFields(page.text), ...scores, actie: 'opslaan' });
  if (saved.status >= 400) throw new PageRefused(`saving a draft answered ${saved.status}`);
  const check = await visitor.get(`${formPath}/controle`);
  const fields = hiddenFields(check.text);
  if (!fields.opdracht) throw new PageRefused(`the page before finishing answered ${check.status} and has no button`);
  return fields;
}

/** Presses the last button, again and again until there is an answer. */
export async function finish(sitting: Sitting, fields: Fields): Promise<Finish> {
  const answer = await sitting.visitor.post(`${sitting.formPath}/controle`, fields);
  if (answer.status !== 303 || !answer.location.endsWith('/klaar'))
    throw new PageRefused(`finishing answered ${answer.status} ${answer.location}`);
  return { at: performance.now(), unanswered: answer.unanswered };
}

/** A member of the committee, signed in with the code of the mail. */
export async function signIn(
  rig: Pick<Rig, 'sink' | 'webs'>,
  email: string,
  options: { readonly random: () => number; readonly number: number; readonly signal: AbortSignal },
): Promise<Visitor> {
  const visitor = createVisitor({ ...options, webs: rig.webs });
  let since = performance.now();
  await askForCode(visitor, email);
  for (let tries = SIGN_IN_TRIES; tries > 0; tries -= 1) {
    const mail = await rig.sink.waitFor(({ to, at }) => to === email && at > since, SIGN_IN_MAIL_MS).catch(() => null);
    if (mail === null) {
      // Who gets no mail asks again.
      await askForCode(visitor, email);
      continue;
    }
    const answer = await visitor.post(paths.signInCode(), { code: await codeIn(mail) });
    if (answer.status === 303) {
      await choosePlace(visitor);
      return visitor;
    }
    // A late mail with the code of an earlier request: the next one is on its way.
    since = mail.at;
  }
  throw new Error('no sign-in code let them in');
}

/** Who has several roles is asked in which to work. */
async function choosePlace(visitor: Visitor): Promise<void> {
  const page = await visitor.get(paths.place());
  const place = /name="plek" value="([^"]+)"/.exec(page.text)?.[1];
  if (place === undefined) throw new PageRefused(`the page of places answered ${page.status} and has none`);
  await visitor.post(paths.place(), { plek: place });
}

async function askForCode(visitor: Visitor, email: string): Promise<void> {
  await visitor.get(paths.signIn());
  await visitor.post(paths.signIn(), { email });
  await visitor.get(paths.signInCode());
}

const SIGN_IN_TRIES = 4;
/** Below the lease of a mail whose worker was killed. */
const SIGN_IN_MAIL_MS = 25_000;

/** The six digits of a sign-in mail. */
export async function codeIn(mail: SunkMail): Promise<string> {
  const { text = '' } = await readSunk(mail);
  const code = /(?<!\d)(\d{3})\s?(\d{3})(?!\d)/.exec(text);
  if (!code) throw new Error('a sign-in mail holds no code');
  return `${code[1]}${code[2]}`;
}

/** The committee member makes the result final, over the pages. */
export async function finalise(member: Visitor, rig: Pick<Rig, 'school'>, assessmentId: string): Promise<void> {
  await decide(member, assessmentId, await readDecision(member, rig, assessmentId));
}

/** Opens the page of the decision. @returns the fields of its form */
export async function readDecision(member: Visitor, { school }: Pick<Rig, 'school'>, id: string): Promise<Fields> {
  const page = await member.get(paths.finalise(id));
  const { versie = '', besluit = '' } = hiddenFields(page.text);
  if (besluit === '') throw new Error(`the page of the decision answered ${page.status} and has no button`);
  return { versie, besluit, examenbureau: school.officeAddressId };
}

/** Presses the button of the decision. */
export async function decide(member: Visitor, assessmentId: string, fields: Fields): Promise<void> {
  const answer = await member.post(paths.finalise(assessmentId), fields);
  if (answer.status !== 303) throw new Error(`the decision answered ${answer.status}`);
}
