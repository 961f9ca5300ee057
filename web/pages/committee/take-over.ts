/** The committee takes over from examiners who look for one judgement. */

import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { MAX_REASON } from '../../../domain/text.ts';
import { abandonAgreement } from '../../../prisma/commands/agreement.ts';
import { reasonProblem } from '../../../prisma/commands/reasons.ts';
import type { Dossier } from '../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { searchModel } from './agreement.model.ts';
import { dossierLead } from './dossier.model.ts';
import { readNonce } from './office-choice.ts';
import type { FieldError } from './send-back.ts';
import { fieldOf, withDossier } from './support.ts';

const REASON = 'reden';

export function createTakeOverPages(kit: PageKit) {
  const show = withSearch((_req, res, dossier) => send(res, dossier, '', randomUUID(), []));

  const post = withSearch(async (req, res, dossier) => {
    const wording = wordingOf(res);
    const reason = fieldOf(req, REASON);
    const nonce = readNonce(req);
    const problem = reasonErrors(wording, reason);
    if (problem.length > 0) return send(res, dossier, reason, nonce, problem);
    const outcome = await kit.command(
      abandonAgreement,
      { assessmentId: dossier.id, contactId: null, reason },
      {
        schoolId: memberOf(res).schoolId,
        actor: memberActor(res),
        commandId: commandIdFor(nonce, `take-over|${dossier.id}`),
      },
    );
    const { t } = wording.translator;
    kit.setFlash(
      res,
      outcome.ok
        ? { kind: 'ok', text: t('agreement.committee.overDone') }
        : { kind: 'warning', text: t('agreement.committee.overGone') },
    );
    res.redirect(303, paths.dossier(dossier.id));
  });

  /** Without a search there is nothing to take over: the dossier says how it stands. */
  function withSearch(handler: (req: Request, res: Response, dossier: Dossier) => Promise<void> | void) {
    return withDossier(kit, (req, res, dossier) => {
      if (dossier.state.agreement !== undefined) return handler(req, res, dossier);
      const { t } = wordingOf(res).translator;
      kit.setFlash(res, { kind: 'warning', text: t('agreement.committee.overGone') });
      res.redirect(303, paths.dossier(dossier.id));
    });
  }

  function send(res: Response, dossier: Dossier, reason: string, nonce: string, errors: readonly FieldError[]): void {
    const wording = wordingOf(res);
    const hasErrors = errors.length > 0;
    kit.sendPage(res, 'committee-take-over', takeOverModel(wording, dossier, reason, nonce, errors), {
      title: wording.translator.t('agreement.committee.overTitle'),
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'dossierAgreement',
    });
  }

  return { show, post };
}

function reasonErrors({ translator: { t } }: Wording, reason: string): FieldError[] {
  const problem = reasonProblem(reason);
  if (problem === null) return [];
  const { length = 0, code = '', position = 0 } = problem.params;
  if (problem.code === 'REASON_REQUIRED') return [{ field: REASON, message: t('agreement.committee.overRequired') }];
  const key = problem.code === 'REASON_TOO_LONG' ? 'REASON_TOO_LONG' : 'TEXT_FORBIDDEN_CHARACTER';
  const params = { length: Number(length), max: MAX_REASON, code: String(code), position: Number(position) + 1 };
  return [{ field: REASON, message: t(`agreement.abandon.${key}`, params) }];
}

export function takeOverModel(
  wording: Wording,
  dossier: Dossier,
  reason: string,
  nonce: string,
  errors: readonly FieldError[],
) {
  const { t } = wording.translator;
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('agreement.committee.takeOver') },
    ],
    crumb: dossierLead(wording, dossier),
    action: paths.takeOverAgreement(dossier.id),
    backHref: paths.dossier(dossier.id),
    search: searchModel(wording, dossier),
    reason,
    max: MAX_REASON,
    nonce,
    errors,
  };
}
