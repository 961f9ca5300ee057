/** Taking the decision: whose scores stand, where the document goes, and then once and for all. */

import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { AssessmentError } from '../../../domain/assessment.ts';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import type { Dossier } from '../../../prisma/repositories/committee-dossier.ts';
import type { DecisionFacts } from '../../../prisma/repositories/deciding.ts';
import { commandIdFor } from '../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { refusalText } from './deciding/decision.model.ts';
import { decisionFactsOf } from './deciding/decision.ts';
import {
  blockedModel,
  blockedText,
  type FinaliseInput,
  finaliseModel,
  previewResult,
  readStanding,
  type Standing,
  standingModel,
} from './finalise.model.ts';
import { firstOfficeInput, type OfficeOutcome, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';
import { readSealNotice } from './seal-notice.ts';
import { fieldOf, findDossier, queryOf, withDossier } from './support.ts';
import { changesSince } from './timeline.model.ts';

const VERSION = 'versie';
/** More digits than a stream will ever have events would not fit an integer of the database. */
const VERSION_FORM = /^\d{1,9}$/;

export function createFinalisePages(kit: PageKit) {
  const show = withDossier(kit, async (req, res, dossier) => {
    const facts = await decisionFactsOf(kit, res, dossier);
    const blocked = blockedText(wordingOf(res), dossier, facts);
    if (blocked !== null) return sendBlocked(res, dossier, blocked, 200);
    const { proposal } = dossier.state;
    if (proposal) {
      return sendCheck(res, dossier, facts, { ...firstInput(), standing: proposal.standing });
    }
    const standing = readStanding(dossier.state, (field) => queryOf(req, field));
    const isAsked = dossier.state.disagreements.some((ref) => standing[ref] === undefined);
    const wantsChange = queryOf(req, 'wijzig') !== undefined;
    if (isAsked || (wantsChange && dossier.state.disagreements.length > 0)) {
      // Pressing the button sends every field that was chosen, and the mark of the page itself.
      return sendStanding(res, dossier, standing, queryOf(req, 'gekozen') !== undefined);
    }
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    await sendCheck(res, dossier, facts, { ...firstInput(), standing, office: firstOfficeInput(offices) });
  });

  const post = withDossier(kit, async (req, res, dossier) => {
    const { proposal } = dossier.state;
    const standing = proposal?.standing ?? readStanding(dossier.state, (field) => fieldOf(req, field));
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    // Whoever takes what a colleague proposed takes all of it; that it is what was on the screen the version tells.
    const chosen: OfficeOutcome = proposal
      ? { ok: true, officeAddressId: proposal.officeAddressId }
      : await settleOffice(kit, req, res, office);
    if (!chosen.ok) return refuse(res, dossier, { standing, office, nonce, errors: chosen.errors, changes: [] });
    const version = fieldOf(req, VERSION);
    const member = memberOf(res);
    const outcome = await kit.command(
      finaliseAssessment,
      {
        assessmentId: dossier.id,
        expectedVersion: VERSION_FORM.test(version) ? Number(version) : 0,
        membershipId: member.membershipId,
        officeAddressId: chosen.officeAddressId,
        standing,
      },
      { schoolId: member.schoolId, actor: memberActor(res), commandId: commandIdFor(nonce, `finalise|${dossier.id}`) },
    );
    const { t } = wordingOf(res).translator;
    if (outcome.ok) {
      const text = t(outcome.value.isProposed ? 'deciding.finalise.proposed' : 'committee.finalise.done');
      kit.setFlash(res, { kind: 'ok', text });
      return res.redirect(303, paths.dossier(dossier.id));
    }
    if (outcome.code === AssessmentError.Final) {
      kit.setFlash(res, { kind: 'warning', text: t('committee.finalise.alreadyFinal') });
      return res.redirect(303, paths.dossier(dossier.id));
    }
    await explain(req, res, outcome.code, { standing, office, nonce, errors: [], changes: [] });
  });

  /** A refusal of the command: the page anew, from what is true now. */
  async function explain(req: Request, res: Response, code: string, input: FinaliseInput): Promise<void> {
    const fresh = await findDossier(kit, req, res);
    if (fresh === null) return void kit.notFound(req, res, () => undefined);
    const wording = wordingOf(res);
    const changes =
      code === 'CHANGED_MEANWHILE' ? changesSince(wording, fresh, Number(fieldOf(req, VERSION)) || 0) : [];
    const message =
      refusalText(wording, code) ??
      wording.translator.t(code === 'CHANGED_MEANWHILE' ? 'committee.finalise.changed' : 'committee.finalise.refused');
    const errors = code === AssessmentError.StandingRequired ? [] : [{ field: 'main', message }];
    const standing = fresh.state.proposal?.standing ?? readStanding(fresh.state, (field) => fieldOf(req, field));
    await refuse(res, fresh, { ...input, standing, errors, changes });
  }

  /** 422 with whichever page fits: blocked, choose whose scores stand, or the check page with its input. */
  async function refuse(res: Response, dossier: Dossier, input: FinaliseInput): Promise<void> {
    const facts = await decisionFactsOf(kit, res, dossier);
    const blocked = blockedText(wordingOf(res), dossier, facts);
    if (blocked !== null) return sendBlocked(res, dossier, blocked, 422);
    if (dossier.state.disagreements.some((ref) => input.standing[ref] === undefined)) {
      return sendStanding(res, dossier, input.standing, true);
    }
    await sendCheck(res, dossier, facts, input);
  }

  async function sendCheck(res: Response, dossier: Dossier, facts: DecisionFacts, input: FinaliseInput): Promise<void> {
    const wording = wordingOf(res);
    const result = previewResult(dossier, input.standing);
    if (result === null) return sendStanding(res, dossier, input.standing, true);
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const model = finaliseModel(wording, dossier, result, facts, offices, input);
    const hasErrors = input.errors.length > 0;
    const sealNotice = await readSealNotice(kit, wording, new Date());
    kit.sendPage(
      res,
      'committee-finalise',
      { ...model, sealNotice },
      {
        title: model.title,
        hasErrors,
        status: hasErrors ? 422 : 200,
        helpKey: 'finalise',
      },
    );
  }

  function sendStanding(res: Response, dossier: Dossier, standing: Standing, isChecked: boolean): void {
    const wording = wordingOf(res);
    const model = standingModel(wording, dossier, standing, isChecked);
    const hasErrors = model.errors.length > 0;
    const title = wording.translator.t('committee.standing.title');
    kit.sendPage(res, 'committee-standing', model, {
      title,
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'finalise',
    });
  }

  function sendBlocked(res: Response, dossier: Dossier, text: string, status: number): void {
    const wording = wordingOf(res);
    const title = wording.translator.t('committee.blocked.title');
    kit.sendPage(res, 'committee-blocked', blockedModel(wording, dossier, text), {
      title,
      status,
      hasErrors: status >= 400,
      helpKey: 'finalise',
    });
  }

  return { show, post };
}

function firstInput(): FinaliseInput {
  return { standing: {}, office: { choice: '', email: '' }, nonce: randomUUID(), errors: [], changes: [] };
}
