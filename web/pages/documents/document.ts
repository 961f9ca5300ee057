/**
 * The bytes of a result document: for the committee, for the initiator of the assessment, and for its student once it is published.
 *
 * Contract
 * 1. Whatever may not be seen does not exist: 404, also for another school's document.
 * 2. All bytes are read and checked before the first is sent, so what arrives is whole, or is a page that says why not.
 */

import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { Role } from '../../../domain/school.ts';
import { contextOf, memberOf, type PageKit, repositoriesOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId } from '../../posted.ts';

/** Where the reader came from. */
type Reader = 'committee' | 'initiator' | 'student';

interface DocumentRow {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly sha256: string | null;
  readonly assessmentId: string;
  readonly reader: Reader;
}

export function createDocumentPage(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const document = await findDocument(kit, req, res);
    if (document === null) return kit.notFound(req, res, next);
    if (document.sha256 === null) return sendNotYet(kit, res, document);
    const bytes = await readStoredDocument(kit, res, document.sha256);
    if (bytes === null) return sendBroken(kit, res, document);
    sendPdf(res, document, bytes);
  };
}

/** The bytes as they are, under a name without personal data, to be shown and not to run. */
export function sendPdf(res: Response, document: Pick<DocumentRow, 'number' | 'version'>, bytes: Buffer): void {
  res.set({
    'Content-Type': 'application/pdf',
    'Content-Disposition': `inline; filename="${fileName(document)}"`,
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  res.send(bytes);
}

async function findDocument(kit: PageKit, req: Request, res: Response): Promise<DocumentRow | null> {
  const { id } = req.params;
  if (!isId(id)) return null;
  const { membershipId, accountId, roles } = memberOf(res);
  const { committee, mine } = repositoriesOf(kit, res);
  const isCommittee = roles.includes(Role.Committee);
  const isStaff = isCommittee || roles.includes(Role.Teacher);
  const forStaff = isStaff ? await committee.findDocumentFor(id, { membershipId, isCommittee }) : null;
  if (forStaff !== null) return { ...forStaff, reader: isCommittee ? 'committee' : 'initiator' };
  const own = roles.includes(Role.Student) ? await mine.findDocument(accountId, id) : null;
  return own && { ...own, reader: 'student' };
}

const WORDS: Readonly<Record<Reader, 'committee.document' | 'mine.document'>> = {
  committee: 'committee.document',
  initiator: 'committee.document',
  student: 'mine.document',
};

/** The bytes under a hash; null when they are not there or are not what was stored, which is logged. */
export async function readStoredDocument(kit: PageKit, res: Response, sha256: string): Promise<Buffer | null> {
  const { requestId } = contextOf(res);
  try {
    const bytes = await kit.documents.get(sha256);
    const isWhole = bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256;
    if (!isWhole) kit.logger.error({ requestId, sha256 }, 'a stored document is missing or damaged');
    return isWhole ? Buffer.from(bytes) : null;
  } catch (error) {
    kit.logger.error({ requestId, sha256, err: error }, 'a stored document could not be read');
    return null;
  }
}

/** Number and version: nothing about the student. */
function fileName({ number, version }: Pick<DocumentRow, 'number' | 'version'>): string {
  return `${number.replace(/[^A-Za-z0-9-]/g, '')}-v${version}.pdf`;
}

function sendNotYet(kit: PageKit, res: Response, document: DocumentRow): void {
  const { translator } = contextOf(res);
  kit.sendMessage(res, {
    status: 404,
    kind: 'info',
    title: translator.t(`${WORDS[document.reader]}.waitingTitle`),
    text: translator.t(`${WORDS[document.reader]}.waitingText`),
    ...wayBack(res, document),
  });
}

function sendBroken(kit: PageKit, res: Response, document: DocumentRow): void {
  const { translator, requestId } = contextOf(res);
  kit.sendMessage(res, {
    status: 500,
    title: translator.t(`${WORDS[document.reader]}.brokenTitle`),
    text: translator.t(`${WORDS[document.reader]}.brokenText`, { reference: requestId.slice(0, 8) }),
    ...wayBack(res, document),
  });
}

/** To the page of the assessment that this reader has. */
function wayBack(res: Response, { assessmentId, reader }: DocumentRow) {
  const { translator } = contextOf(res);
  const pages: Readonly<Record<Reader, (id: string) => string>> = {
    committee: paths.dossier,
    initiator: paths.assessment,
    student: paths.myExam,
  };
  return { action: { href: pages[reader](assessmentId), text: translator.t(`${WORDS[reader]}.back`) } };
}
