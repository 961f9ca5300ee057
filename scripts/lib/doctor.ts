/** What `npm run doctor` looks at, mends and says. Ids, codes and instants only: nothing that names a person. */
import { randomUUID } from 'node:crypto';
import { type SealStatus, sealSentence } from '../../platform/seal/status.ts';
import { type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database } from '../../prisma/client.ts';
import { isMailForResend, nudgeStream, resendMail } from '../../prisma/commands/mending.ts';
import { type IntegrityReport, verifyAllStreams, verifySomeStreams } from '../../prisma/integrity.ts';
import {
  COUNT_MOST,
  createHealthRepository,
  type Finding,
  FindingKind,
  type HealthReport,
  type PartsStatus,
} from '../../prisma/repositories/health.ts';
import { createStatusRepository } from '../../prisma/repositories/status.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';

export interface DoctorReport extends HealthReport {
  readonly isHealthy: boolean;
  /** Parts that are known not to run. */
  readonly partsDown: readonly string[];
  readonly chains: IntegrityReport;
  /** How documents are sealed; null while no worker tells. */
  readonly seal: SealStatus | null;
}

/** @param hasAllChains verifies every stream instead of some */
export async function examine(database: Database, hasAllChains: boolean): Promise<DoctorReport> {
  const report = await createHealthRepository(database, null).readReport();
  const chains = await (hasAllChains ? verifyAllStreams(database) : verifySomeStreams(database));
  const partsDown = partsDownOf(report.parts);
  const seal = await createStatusRepository(database).sealStatus();
  const isHealthy =
    partsDown.length === 0 &&
    (seal?.problem ?? null) === null &&
    chains.findings.length === 0 &&
    report.sections.every(({ count }) => count === 0);
  return { ...report, isHealthy, partsDown, chains, seal };
}

function partsDownOf({ workerCount, isTemporalOk, isSmtpOk, hasBounceTrouble }: PartsStatus): string[] {
  // What Temporal and the mail server do is known by a worker alone.
  if (workerCount === 0) return ['worker'];
  return [
    ...(isTemporalOk ? [] : ['temporal']),
    ...(isSmtpOk ? [] : ['mail server']),
    ...(hasBounceTrouble ? ['mailbox or port for bounces'] : []),
  ];
}

/**
 * Presses the buttons that can do no harm: tells Temporal again, and tries waiting mails now. A document is never mailed to
 * an exam office again by itself.
 * @returns how many were pressed
 */
export async function mendSafely(database: Database): Promise<number> {
  const health = createHealthRepository(database, null);
  const door = createCommandDoor(database);
  let pressed = 0;
  const press = async <Command>(handler: CommandHandler<Command, null>, command: Command, { schoolId }: Finding) => {
    const context = { schoolId, actor: SYSTEM_ACTOR, commandId: randomUUID() };
    if ((await door.apply(handler, command, context)).ok) pressed += 1;
  };
  const all = async (kind: FindingKind) => (await health.readPage(kind, null, COUNT_MOST)).rows;

  for (const kind of [FindingKind.Unseen, FindingKind.Overdue]) {
    for (const finding of await all(kind)) await press(nudgeStream, { streamId: finding.id }, finding);
  }
  for (const finding of await all(FindingKind.DocumentNotMade)) {
    if (finding.assessmentId !== null) await press(nudgeStream, { streamId: finding.assessmentId }, finding);
  }
  for (const kind of [FindingKind.MailUnknown, FindingKind.MailWaiting]) {
    for (const finding of await all(kind)) {
      const isSafe = isMailForResend(finding.template) && finding.template !== 'resultToOffice';
      if (isSafe) await press(resendMail, { mailId: finding.id }, finding);
    }
  }
  return pressed;
}

const EXPLAINED: Readonly<Record<FindingKind, string>> = {
  unrelayed: 'written down, Temporal not told for a minute',
  unseen: 'Temporal told, not seen by a workflow for two minutes',
  overdue: 'a workflow should have acted five minutes ago',
  documentNotMade: 'decided ten minutes ago, document not made',
  documentNotMailed: 'document made ten minutes ago, not taken by the exam office',
  mailNotArrived: 'mail refused, come back or given up',
  mailUnknown: 'nobody knows whether the mail was sent',
  mailWaiting: 'mail waits for more than ten minutes',
  mailHeld: 'mail held by a worker beyond its lease',
  invitationUndelivered: 'invitation did not arrive, nobody acted',
  batchHeld: 'whoever started it has left the school: its invitations are not sent',
  fileDamaged: 'stored file is missing or damaged: put it back from a backup',
  anchorFailed: 'the record of this school is not anchored: see ANCHOR_DIR, and the log of the worker',
  assessmentLate: 'deadline has passed',
};

/** Lines for a terminal. */
export function describeReport(report: DoctorReport): string[] {
  const { asOf, parts, partsDown, chains, sections, seal } = report;
  const sealed = seal && sealSentence(seal, asOf);
  const seen = parts.workerAgeMs === null ? 'never' : `${Math.max(0, Math.round(parts.workerAgeMs / 1000))} s ago`;
  return [
    `Looked at ${asOf.toISOString()}.`,
    `Workers: ${parts.workerCount}, last seen ${seen}.${partsDown.map((part) => ` NOT RUNNING: ${part}.`).join('')}`,
    ...(sealed ? [`Seal: ${sealed}`] : []),
    `Chains: ${chains.streamCount} streams verified, ${chains.findings.length} broken.`,
    ...chains.findings.map(({ streamId, problem, seq }) => `  ${problem}  stream ${streamId}  event ${seq ?? '-'}`),
    ...sections
      .filter(({ count }) => count > 0)
      .flatMap(({ kind, count, rows }) => [
        '',
        `${kind}: ${count < COUNT_MOST ? count : `${COUNT_MOST} or more`} (${EXPLAINED[kind]})`,
        ...table(rows, asOf),
        ...(count > rows.length ? [`  … and ${count - rows.length} more`] : []),
      ]),
    '',
    report.isHealthy ? 'Healthy: nothing is stuck.' : 'Not healthy.',
  ];
}

function table(rows: readonly Finding[], asOf: Date): string[] {
  const cells = rows.map((row) => [
    row.since.toISOString().slice(0, 16),
    row.id,
    aboutOf(row),
    [row.template, row.code].filter(Boolean).join(' ') || '-',
    row.nextAt === null || row.nextAt <= asOf ? '' : `next ${row.nextAt.toISOString().slice(0, 16)}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((each) => each[column]?.length ?? 0)));
  return cells.map((each) => `  ${each.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function aboutOf({ id, schoolId, assessmentId, invitationId, batchId }: Finding): string {
  if (id === schoolId) return 'school';
  if (assessmentId !== null && assessmentId !== id) return `assessment ${assessmentId}`;
  if (invitationId !== null && invitationId !== id) return `invitation ${invitationId}`;
  if (batchId !== null) return batchId === id ? 'batch' : `batch ${batchId}`;
  if (assessmentId === id) return 'assessment';
  return invitationId === id ? 'invitation' : '-';
}
