/** Pages about results that stand: what the committee does with them, what a student sees, what anybody can check. */
import { setTimeout as delay } from 'node:timers/promises';
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import type { Database } from '../../prisma/client.ts';
import { paths } from '../../web/paths.ts';
import { askToEndReopening, confirmDetails, openFilters, openOwnProfile, reopenResult } from './demo-moves.ts';
import type { DemoPage } from './demo-pages.ts';
import { DEMO_STUDENT } from './demo-people.ts';

const FIRST = { searchText: 'asc' } as const;
const LAST = { searchText: 'desc' } as const;
/** Of the shape of a code, and of no document. */
const UNKNOWN_CODE = '0'.repeat(26);
const STORED_TRIES = 120;
const STORED_PAUSE_MS = 500;

/** The rooms of a student: one who never looked yet, and one with a result. */
export async function studentPages(database: Database): Promise<DemoPage[]> {
  const page = (name: string, path: string, more: Partial<DemoPage> = {}): DemoPage => ({
    name,
    as: 'student',
    path,
    prepare: (visitor) => confirmDetails(visitor, path),
    ...more,
  });
  const pages = [
    page('register', paths.register(), { as: 'visitor', prepare: async () => undefined }),
    page('register-code', paths.register(), {
      as: 'visitor',
      prepare: async (visitor) => {
        await visitor.type('email', 'niemand@student.roc-voorbeeld.example');
        await visitor.pressAt('main form button[type="submit"]');
      },
    }),
    page('my-details-first', paths.myDetails(), { as: 'newStudent', prepare: async () => undefined }),
    page('my-details', paths.myDetails()),
    page('my-exams', paths.myExams(), { isAlsoDark: true }),
  ];
  const own = await database.assessment.findFirst({
    where: { student: { email: DEMO_STUDENT }, publishedVersion: { gt: 0 } },
    orderBy: FIRST,
  });
  if (own) pages.push(page('my-exam', paths.myExam(own.id)));
  return [...pages, page('my-exam-add', paths.myExamAdd())];
}

/** Whether a document is genuine. */
export async function authenticityPages(database: Database): Promise<DemoPage[]> {
  const page = (name: string, path: string): DemoPage => ({ name, as: 'visitor', path });
  const genuine = await findDecided(database, FIRST);
  return [
    page('authenticity', paths.authenticity()),
    ...(genuine ? [page('authenticity-genuine', paths.authenticityCode(genuine.checkCode))] : []),
    page('authenticity-unknown', paths.authenticityCode(UNKNOWN_CODE)),
    { ...page('office-unknown', paths.officeLink('b11')), isProblem: true },
  ];
}

/** What the committee does around the decision. */
export async function decidingPages(database: Database): Promise<DemoPage[]> {
  const page = (name: string, path: string, more: Partial<DemoPage> = {}): DemoPage => ({
    name,
    as: 'committee',
    path,
    ...more,
  });
  const pages = [
    page('queue-filters', paths.queue(), { prepare: openFilters }),
    page('sent', paths.sentDocuments()),
    page('publish', paths.publishResults()),
    ...(await exportPages(database, page)),
    ...(await editingPages(database, page)),
  ];
  const standing = await findDecided(database, FIRST);
  if (standing) pages.push(page('reopen', paths.reopenResult(standing.assessmentId)));
  // Another one: from here on it is being reconsidered.
  const decided = await findDecided(database, LAST);
  if (decided) {
    pages.push(
      page('dossier-reopened', paths.dossier(decided.assessmentId), { prepare: reopenResult }),
      page('reopen-end', paths.dossier(decided.assessmentId), { prepare: askToEndReopening }),
    );
  }
  return pages;
}

type MakePage = (name: string, path: string, more?: Partial<DemoPage>) => DemoPage;

async function exportPages(database: Database, page: MakePage): Promise<DemoPage[]> {
  const final = await database.assessment.findFirst({
    where: { status: AssessmentStatus.Final },
    orderBy: FIRST,
    include: { examVersion: true },
  });
  if (!final) return [];
  const examen = final.examVersion.examId;
  return [
    page('export', paths.exportResults({ examen })),
    page('export-preview', paths.exportPreview({ examen, welke: 'alles' })),
    page('export-profiles', paths.exportProfiles()),
    page('export-profile', paths.exportProfiles(), { prepare: openOwnProfile }),
    page('archive', paths.documentArchive({ van: '2020-01-01', tot: '2099-12-31' })),
  ];
}

async function editingPages(database: Database, page: MakePage): Promise<DemoPage[]> {
  const pages: DemoPage[] = [];
  const corrected = await database.assessment.findFirst({ where: { editCount: { gt: 0 } }, orderBy: FIRST });
  if (corrected) {
    pages.push(
      page('dossier-corrected', paths.dossier(corrected.id)),
      page('dossier-editing', paths.dossierEditing(corrected.id)),
      page('edit-history', paths.editHistory(corrected.id)),
    );
  }
  const pair = await database.assessmentExaminer.findFirst({
    where: {
      formStatus: FormStatus.Finished,
      ask: null,
      assessment: { status: AssessmentStatus.Assessed, disagreementCount: 0, isDisputed: false },
    },
    orderBy: [{ assessment: FIRST }, { contact: { email: 'asc' } }],
  });
  if (pair) pages.push(page('edit', paths.editForm(pair.assessmentId, pair.contactId)));
  return pages;
}

/** A final result whose document is made, of somebody else than the student of the pictures; workers may still be at it. */
async function findDecided(
  database: Database,
  order: typeof FIRST | typeof LAST,
): Promise<{ readonly assessmentId: string; readonly checkCode: string } | null> {
  for (let tries = 0; tries < STORED_TRIES; tries += 1) {
    const [document] = await database.document.findMany({
      where: {
        checkCode: { not: null },
        assessment: { status: AssessmentStatus.Final, student: { email: { not: DEMO_STUDENT } } },
      },
      orderBy: { assessment: order },
      take: 1,
    });
    if (!document?.checkCode) return null;
    if (document.storedAt) return { assessmentId: document.assessmentId, checkCode: document.checkCode };
    await delay(STORED_PAUSE_MS);
  }
  return null;
}
