/** What must hold after a fault, counted outside the system wherever it can be. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MailProblem } from '../../activities/mail/types.ts';
import { findBrokenLink } from '../../prisma/chain.ts';
import type { Check } from './contract.ts';
import { readSunk, type SunkMail } from './mail-sink.ts';
import type { Played } from './play.ts';
import type { Rig } from './rig.ts';

/** Templates of which a second copy under the same Message-ID does no harm; a document only when it is marked. */
export const MAY_DOUBLE = [
  'invitation',
  'reminder',
  'newLink',
  'signIn',
  'confirmation',
  'allFinished',
  'returned',
  'resultPublished',
];
const OFFICE_TEMPLATE = 'resultToOffice';

export function check(what: string, ok: boolean, seen: string): Check {
  return { what, ok, seen };
}

/** @returns milliseconds until it held, null when it did not in time */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 250,
): Promise<number | null> {
  const started = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - started;
    if (performance.now() - started > withinMs) return null;
    await delay(everyMs);
  }
}

/** How many of these assessments are archived: their document was made and the exam office's server took it. */
export function countArchived(rig: Rig, ids: readonly string[]): Promise<number> {
  return rig.database.workflowView.count({ where: { streamId: { in: [...ids] }, isClosed: true } });
}

/** Mails that still wait to be sent or whose outcome still has to be written. */
export function countOpenMails(rig: Rig): Promise<number> {
  return rig.database.mail.count({ where: { state: { in: ['queued', 'claimed', 'unknown'] } } });
}

/** Everybody did what they wanted to do. */
export function checkPlayed(played: Played, wanted: number): Check {
  const { assessments, problems } = played;
  const seen = `${assessments.length} of ${wanted}`;
  const why = problems.length > 0 ? `: ${[...new Set(problems)].slice(0, 3).join('; ')}` : '';
  return check(
    'every examiner finished, however often a request had no answer',
    assessments.length === wanted,
    seen + why,
  );
}

/** "Come back later" (503) is an answer under load; that something broke (500) never is. */
export function checkErrors({ errors }: Played): Check {
  return check('no page answers that it broke', errors === 0, `${errors} answers of 500`);
}

/** Every finished form is one submission. */
export async function checkSubmissions(rig: Rig, played: Played): Promise<Check> {
  const submissions = await rig.database.formSubmission.count();
  const { finishes } = played;
  const retried = finishes.filter(({ unanswered }) => unanswered > 0).length;
  const seen = `${finishes.length} finished, of which ${retried} after no answer; ${submissions} submissions`;
  return check('every finish is exactly one submission', submissions === finishes.length, seen);
}

/** Every stream's events form an unbroken chain that ends at the stream's head. */
export async function checkChains(rig: Rig): Promise<Check> {
  const streams = await rig.database.stream.findMany({ select: { id: true, version: true, headHash: true } });
  const events = await rig.database.event.findMany({ orderBy: [{ streamId: 'asc' }, { seq: 'asc' }] });
  const byStream = Map.groupBy(events, (event) => event.streamId);
  const broken = streams.filter(({ id, version, headHash }) => {
    const own = byStream.get(id) ?? [];
    const chained = own.map((event) => ({ ...event, at: event.at.toISOString() }));
    return findBrokenLink(chained) !== null || own.length !== version || own.at(-1)?.hash !== headHash;
  });
  const seen = `${streams.length} chains, ${events.length} events, ${broken.length} broken`;
  return check('every audit chain is whole', broken.length === 0 && streams.length > 0, seen);
}

export interface MailVerdict {
  readonly checks: readonly Check[];
  readonly lost: number;
  readonly doubled: number;
}

/**
 * Judges what arrived at the mail server.
 * @param inFlight ids of the mails that a worker held when it was killed: only those may have come twice
 */
export async function judgeMails(rig: Rig, played: Played, inFlight: ReadonlySet<string>): Promise<MailVerdict> {
  const rows = await rig.database.mail.findMany({ select: { id: true, template: true, state: true, lastError: true } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const arrived = new Set(rig.sink.mails.map(({ mailId }) => mailId));
  // What had become pointless before it could be sent (again) is rightly not sent.
  const pointless = rows.filter(({ state, lastError }) => state === 'failed' && lastError === MailProblem.Obsolete);
  const lost = rows.filter((row) => !arrived.has(row.id) && !pointless.includes(row));
  const failed = rows.filter((row) => row.state === 'failed' && !pointless.includes(row));
  const strange = [...arrived].filter((id) => !byId.has(id));
  const copies = [...rig.sink.doubles().values()];
  const templateOf = (mail: SunkMail | undefined) => byId.get(mail?.mailId ?? '')?.template ?? '';
  const unexplained = copies.filter(([mail]) => !inFlight.has(mail?.mailId ?? ''));
  const offices = copies.filter(([mail]) => templateOf(mail) === OFFICE_TEMPLATE);
  const others = copies.filter(([mail]) => ![OFFICE_TEMPLATE, ...MAY_DOUBLE].includes(templateOf(mail)));
  const unmarked: unknown[] = [];
  for (const [, ...again] of offices)
    for (const mail of again) if (!(await isMarkedAsRepeat(mail))) unmarked.push(mail);
  const perExaminer = countPerExaminer(rig, played);
  const checks = [
    check(
      'no mail is lost',
      lost.length === 0 && failed.length === 0,
      `${rows.length} queued, ${arrived.size} arrived, ${pointless.length} pointless by then, ${failed.length} given up`,
    ),
    check('nothing arrives that was not queued', strange.length === 0, `${strange.length} unknown Message-IDs`),
    check(
      'each examiner has one invitation and one confirmation, by Message-ID',
      perExaminer.every((count) => count === 2),
      `${perExaminer.length} examiners, ${perExaminer.filter((count) => count !== 2).length} with another number`,
    ),
    check(
      'a mail comes twice only when a worker was killed with it in hand',
      unexplained.length === 0,
      `${copies.length} twice, ${inFlight.size} in hand at a kill, ${unexplained.length} unexplained`,
    ),
    check('only templates that may come twice do', others.length === 0, `${others.length} others`),
    check(
      'a document comes twice only when marked as a repeat',
      unmarked.length === 0,
      `${offices.length} repeated, ${unmarked.length} without the mark`,
    ),
  ];
  return {
    checks,
    lost: new Set([...lost, ...failed]).size,
    doubled: unexplained.length + others.length + unmarked.length,
  };
}

function countPerExaminer(rig: Rig, played: Played): number[] {
  const ids = new Map<string, Set<string>>();
  for (const { to, messageId } of rig.sink.mails) ids.set(to, (ids.get(to) ?? new Set()).add(messageId));
  return played.assessments.map(({ examinerEmail }) => ids.get(examinerEmail)?.size ?? 0);
}

/** Words of the mail to the exam office when it may be a second one. */
const REPEAT_WORDS = /tweede\s+verzending/i;

async function isMarkedAsRepeat(mail: SunkMail): Promise<boolean> {
  const { text = '' } = await readSunk(mail);
  return REPEAT_WORDS.test(text);
}

/** Every decision led to one document in the store and the same bytes in one mail to the exam office. */
export async function checkDocuments(rig: Rig, played: Played): Promise<Check[]> {
  const stored = readStore(rig.home.documentsDir);
  const mailed: string[] = [];
  const first = new Map<string, SunkMail>();
  for (const mail of rig.sink.mails)
    if (mail.to === rig.school.officeEmail && !first.has(mail.messageId)) first.set(mail.messageId, mail);
  for (const mail of first.values()) {
    const { attachments } = await readSunk(mail);
    for (const { content } of attachments) mailed.push(createHash('sha256').update(content).digest('hex'));
  }
  const rows = await rig.database.document.findMany({ select: { sha256: true, assessmentId: true } });
  const wanted = played.assessments.length;
  const damaged = stored.filter(({ isIntact }) => !isIntact).length;
  const names = new Set(stored.map(({ name }) => name));
  const isSame = mailed.every((sha256) => names.has(sha256)) && new Set(mailed).size === mailed.length;
  return [
    check(
      'every assessment has one document, mailed once to the exam office',
      rows.length === wanted && mailed.length === wanted && isSame,
      `${wanted} assessments, ${rows.length} documents, ${mailed.length} different PDFs mailed`,
    ),
    check('every stored file is whole', damaged === 0, `${stored.length} files, ${damaged} damaged`),
  ];
}

interface StoredFile {
  readonly name: string;
  readonly isIntact: boolean;
}

/** Files of the document store, read without the system's own code. */
export function readStore(dir: string): StoredFile[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
    .map(({ parentPath, name }) => {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(parentPath, name)))
        .digest('hex');
      return { name, isIntact: sha256 === name };
    });
}

/** Every browser that runs is the child of a worker that lives. */
export async function checkBrowsers(rig: Rig): Promise<Check> {
  const living = rig.workers.flatMap((worker) => worker.pid() ?? []);
  const orphans = () => rig.browsers().filter((pid) => !living.includes(ancestorOf(pid, living)));
  // A browser whose worker was killed a moment ago is still ending.
  await waitUntil(() => orphans().length === 0, ORPHAN_PATIENCE_MS);
  return check('no browser outlives its worker', orphans().length === 0, `${orphans().length} processes left behind`);
}

const ORPHAN_PATIENCE_MS = 5_000;

/** The first of these among a process's ancestors; 0 when there is none. */
function ancestorOf(pid: number, wanted: readonly number[]): number {
  for (let current = pid; current > 1; current = parentOf(current)) if (wanted.includes(current)) return current;
  return 0;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
