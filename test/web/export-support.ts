/** What the tests of lists and documents need: results that were decided, and files that were fetched. */
import { randomUUID } from 'node:crypto';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import type { TestApp } from '../support/app.ts';
import { smallForm } from '../support/factories.ts';
import { assessed } from './committee-support.ts';

export interface Decided {
  readonly assessmentId: string;
  readonly documentId: string;
  readonly number: string;
  readonly sha256: string;
}

/** A student of the school under a name that a test chooses. */
export async function seedNamed(app: TestApp, familyName: string, number: string | null = null): Promise<string> {
  const id = randomUUID();
  await app.database.student.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      number,
      email: `${id}@student.example`,
      givenName: '',
      familyName,
      searchText: familyName.toLowerCase(),
    },
  });
  return id;
}

/** The committee decides; the document is made unless told otherwise. */
export async function decide(app: TestApp, assessmentId: string, { isStored = true } = {}): Promise<Decided> {
  const { version: expectedVersion } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  const { membershipId } = app.seed.committee;
  await app.apply(
    finaliseAssessment,
    { assessmentId, expectedVersion, membershipId, officeAddressId: app.seed.officeAddressId, standing: {} },
    { kind: 'member', id: membershipId },
  );
  const newest = { where: { assessmentId }, orderBy: { version: 'desc' } } as const;
  const { id: documentId, version, number } = await app.database.document.findFirstOrThrow(newest);
  const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${documentId}`));
  if (isStored) await app.apply(storeDocument, { assessmentId, version, sha256, size }, SYSTEM_ACTOR);
  return { assessmentId, documentId, number, sha256 };
}

/** Scored and decided. */
export async function decided(
  app: TestApp,
  studentId?: string,
  options: { isStored?: boolean } = {},
): Promise<Decided> {
  const { assessmentId } = await assessed(app, smallForm('V'), studentId);
  return decide(app, assessmentId, options);
}

/** As a line of the run says: the newest of this school. */
export function newestRun(app: TestApp) {
  return app.database.exportRun.findFirstOrThrow({
    where: { schoolId: app.seed.schoolId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    include: { outcome: true, rows: true },
  });
}

/** The newest run, when its end is written down, which is just after its last byte. */
export async function endedRun(app: TestApp) {
  for (let tries = 0; tries < 200; tries += 1) {
    const run = await newestRun(app);
    if (run.outcome) return run;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error('the run has no end');
}
