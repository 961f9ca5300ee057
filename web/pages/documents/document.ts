/**
 * The bytes of a result document, for the committee and for the initiator of the assessment.
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

interface DocumentRow {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly sha256: string | null;
  readonly assessmentId: string;
}

export function createDocumentPage(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const document = await findDocument(kit, req, res);
    if (document === null) return kit.notFound(req, res, next);
    if (document.sha256 === null) return sendNotYet(kit, res, document);
    const bytes = await readWhole(kit, res, document.sha256);
    if (bytes === null) return sendBroken(kit, res, document);
    res.set({
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${fileName(document)}"`,
      'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'self'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    res.send(bytes);
  };
}

async function findDocument(kit: PageKit, req: Request, res: Response): Promise<DocumentRow | null> {
  const { id } = req.params;
  if (!isId(id)) return null;
  const { membershipId, roles } = memberOf(res);
  return repositoriesOf(kit, res).committee.findDocumentFor(id, {
    membershipId,
    isCommittee: roles.includes(Role.Committee),
  });
}

/** Null when the bytes are not there or are not what was stored. */
async function readWhole(kit: PageKit, res: Response, sha256: string): Promise<Buffer | null> {
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
function fileName({ number, version }: DocumentRow): string {
  return `${number.replace(/[^A-Za-z0-9-]/g, '')}-v${version}.pdf`;
}

function sendNotYet(kit: PageKit, res: Response, document: DocumentRow): void {
  const { translator } = contextOf(res);
  kit.sendMessage(res, {
    status: 404,
    kind: 'info',
    title: translator.t('committee.document.waitingTitle'),
    text: translator.t('committee.document.waitingText'),
    ...wayBack(res, document),
  });
}

function sendBroken(kit: PageKit, res: Response, document: DocumentRow): void {
  const { translator, requestId } = contextOf(res);
  kit.sendMessage(res, {
    status: 500,
    title: translator.t('committee.document.brokenTitle'),
    text: translator.t('committee.document.brokenText', { reference: requestId.slice(0, 8) }),
    ...wayBack(res, document),
  });
}

/** To the page of the assessment that this reader has. */
function wayBack(res: Response, { assessmentId }: DocumentRow) {
  const { translator } = contextOf(res);
  const isCommittee = memberOf(res).roles.includes(Role.Committee);
  const href = isCommittee ? paths.dossier(assessmentId) : paths.assessment(assessmentId);
  return { action: { href, text: translator.t('committee.document.back') } };
}
