/** Reading requests of the initiator's pages, and the guards that all of them share. */

import type { Request, Response } from 'express';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { MAX_ASSESSMENTS_AT_ONCE } from '../../../prisma/commands/assessments.ts';
import type { InitiatorRepository, OwnAssessment } from '../../../prisma/repositories/initiator.ts';
import { contextOf, memberOf, type PageKit, repositoriesOf, type SchoolIdentity } from '../../context.ts';
import { isId, listOf, singleOf } from '../../posted.ts';

const COMMAND_NAMESPACE = '9b0c6f0e-39c5-5b7a-8f55-2d4b8a1a7c10';

/** One value of a posted form or a query; empty when it is absent or came twice. */
export function textOf(source: unknown, name: string): string {
  return singleOf(source, name) ?? '';
}

/** Ids of a posted field, each once; what is no id is left out. */
export function idsOf(source: unknown, name: string): string[] {
  return [...new Set(listOf(source, name).filter(isId))];
}

/** Behind `requireRole` there always is a school. */
export function schoolOf(res: Response): SchoolIdentity {
  const { school } = contextOf(res);
  if (school === null) throw new Error('a member without a school');
  return school;
}

export function initiatorOf(kit: PageKit, res: Response): InitiatorRepository {
  return repositoriesOf(kit, res).initiator;
}

/**
 * The assessments that a step is about: the one in the path, and those in `ook` (query or posted). They must all be this
 * initiator's and have the same exam and units; otherwise there is no such page.
 */
export async function findBatch(kit: PageKit, req: Request, res: Response): Promise<OwnAssessment[] | null> {
  const { id } = req.params;
  const others = [textOf(req.query, 'ook'), textOf(req.body, 'ook')]
    .join(',')
    .split(',')
    .filter((each) => each !== '');
  const ids = [...new Set([id, ...others])];
  if (!ids.every(isId) || ids.length > MAX_ASSESSMENTS_AT_ONCE) return null;
  const found = await initiatorOf(kit, res).findOwn(memberOf(res).membershipId, ids);
  const [first] = found ?? [];
  if (!found || !first) return null;
  const isAlike = found.every(
    (each) => each.examVersionId === first.examVersionId && each.unitCodes.join() === first.unitCodes.join(),
  );
  return isAlike ? found : null;
}

/** A new id for a form that will be posted: twice the same form is one command. */
export function newFormId(): string {
  return uuidv7();
}

/**
 * The id of a command: the same for the same form with the same content, so that a double click is one, while a form that
 * was gone back to and changed is another.
 */
export function commandIdFor(formId: string, content: unknown): string {
  return uuidv5(`${isId(formId) ? formId : newFormId()}|${JSON.stringify(content)}`, COMMAND_NAMESPACE);
}

/** Says that there is no such page: also for what belongs to somebody else. */
export function sendNotFound(kit: PageKit, req: Request, res: Response): void {
  void kit.notFound(req, res, () => undefined);
}
