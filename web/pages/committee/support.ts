/** What the handlers of the committee share. */

import type { Request, RequestHandler, Response } from 'express';
import { isSamePerson } from '../../../prisma/committee-context.ts';
import type { Dossier, DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import { memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';

/** The dossier that the URL names, or null when the school has none with this id. */
export async function findDossier(kit: PageKit, req: Request, res: Response): Promise<Dossier | null> {
  const { id } = req.params;
  return isId(id) ? repositoriesOf(kit, res).committee.findDossier(id) : null;
}

/** A handler that gets the dossier of its URL; another school's does not exist, and nobody works on their own. */
export function withDossier(
  kit: PageKit,
  handler: (req: Request, res: Response, dossier: Dossier) => Promise<void> | void,
): RequestHandler {
  return async (req, res, next) => {
    const dossier = await findDossier(kit, req, res);
    if (dossier === null) return kit.notFound(req, res, next);
    return isSamePerson(dossier.studentIs, memberOf(res)) ? sendOwn(kit, res) : handler(req, res, dossier);
  };
}

/** The same with the examiner that the URL names; one without a form does not exist. */
export function withExaminer(
  kit: PageKit,
  handler: (req: Request, res: Response, dossier: Dossier, examiner: DossierExaminer) => Promise<void> | void,
): RequestHandler {
  return withDossier(kit, async (req, res, dossier) => {
    const examiner = dossier.examiners.find(({ contactId }) => contactId === req.params.contactId);
    if (!examiner?.state) return void kit.notFound(req, res, () => undefined);
    await handler(req, res, dossier, examiner);
  });
}

function sendOwn(kit: PageKit, res: Response): void {
  const { t } = wordingOf(res).translator;
  const action = { href: paths.backToQueue(), text: t('committee.title') };
  kit.sendMessage(res, {
    status: 403,
    title: t('deciding.own.title'),
    text: t('deciding.refusal.DECIDER_IS_STUDENT'),
    action,
  });
}

/** A posted field as one text; empty when it is absent or came twice. */
export function fieldOf(req: Request, name: string): string {
  return singleOf(req.body, name) ?? '';
}

/** A query parameter; undefined when it is absent or came twice. */
export function queryOf(req: Request, name: string): string | undefined {
  return singleOf(req.query, name);
}
