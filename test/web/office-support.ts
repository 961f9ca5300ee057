/** What the tests of documents for the exam office need: decided results whose documents are stored. */
import { createHash, randomBytes } from 'node:crypto';
import { createCheckCode, createLinkToken, examinerCode, LinkPurpose } from '../../platform/tokens.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { MailTemplate } from '../../prisma/mail-ledger.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import type { TestApp, TestClient } from '../support/app.ts';
import { assessed, decisionForm } from './committee-support.ts';

export interface DecidedDocument {
  readonly assessmentId: string;
  readonly documentId: string;
  readonly number: string;
  readonly checkCode: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A result that the committee finalised; its document is being made. */
export async function decided(app: TestApp, committee: TestClient) {
  const { assessmentId } = await assessed(app);
  await committee.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, committee, assessmentId));
  const { id, number, checkCode } = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
  if (checkCode === null) throw new Error('a document without a code');
  return { assessmentId, documentId: id, number, checkCode };
}

/** The same with its document stored, and its mail queued. */
export async function stored(app: TestApp, committee: TestClient): Promise<DecidedDocument> {
  const document = await decided(app, committee);
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7 '), randomBytes(3_000)]);
  const { sha256, size } = await app.documents.put(bytes);
  await app.apply(storeDocument, { assessmentId: document.assessmentId, version: 1, sha256, size }, SYSTEM_ACTOR);
  return { ...document, bytes, sha256 };
}

/** A second version of it, as a new decision makes one; `isStored` false: it is being made. */
export async function supersede(app: TestApp, document: DecidedDocument, isStored = true): Promise<string> {
  const { id: _id, ...former } = await app.database.document.findUniqueOrThrow({ where: { id: document.documentId } });
  const number = `${former.number}B`;
  await app.database.document.create({
    data: {
      ...former,
      id: crypto.randomUUID(),
      data: former.data as object,
      version: former.version + 1,
      number,
      checkCode: createCheckCode(),
      sha256: isStored ? createHash('sha256').update(number).digest('hex') : null,
      storedAt: isStored ? new Date() : null,
    },
  });
  return number;
}

/** The newest mail with a document. */
export function mailWith(app: TestApp, documentId: string) {
  return app.database.mail.findFirstOrThrow({
    where: { template: MailTemplate.ResultToOffice, reference: { path: ['documentId'], equals: documentId } },
    orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
  });
}

/** As the mail holds it. */
export async function officeToken(app: TestApp, documentId: string): Promise<string> {
  const { id } = await mailWith(app, documentId);
  return createLinkToken(app.keyring, { linkId: id, kid: app.keyring.current, purpose: LinkPurpose.Office });
}

/** The six digits of the newest code for a document, as its mail holds them. */
export async function newestCode(app: TestApp, documentId: string): Promise<string> {
  const code = await app.database.examinerCode.findFirstOrThrow({
    where: { purpose: 'office', subject: documentId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return examinerCode(app.keyring, code.kid, code.id);
}

/** Moves what became of the newest mail with a document. */
export async function settleMail(app: TestApp, documentId: string, data: Record<string, unknown>): Promise<string> {
  const { id } = await mailWith(app, documentId);
  await app.database.mail.update({ where: { id }, data });
  return id;
}
