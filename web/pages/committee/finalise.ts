/** Taking the decision: whose scores stand, where the document goes, and then once and for all. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { AssessmentError } from '../../../domain/assessment.ts';
import { finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import type { Dossier } from '../../../prisma/repositories/committee-dossier.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
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
import { commandIdFor, firstOfficeInput, readNonce, readOfficeInput, settleOffice } from './office-choice.ts';
import { fieldOf, findDossier, queryOf, withDossier } from './support.ts';
import { changesSince } from './timeline.model.ts';

const VERSION = 'versie';
/** More digits than a stream will ever have events would not fit an integer of the database. */
const VERSION_FORM = /^\d{1,9}$/;

export function createFinalisePages(kit: PageKit) {
  const show = withDossier(kit, async (req, res, dossier) => {
    const blocked = blockedText(wordingOf(res), dossier);
    if (blocked !== null) return sendBlocked(res, dossier, blocked, 200);
    const standing = readStanding(dossier.state, (field) => queryOf(req, field));
    const isAsked = dossier.state.disagreements.some((ref) => standing[ref] === undefined);
    const wantsChange = queryOf(req, 'wijzig') !== undefined;
    if (isAsked || (wantsChange && dossier.state.disagreements.length > 0)) {
      // Pressing the button sends every field that was chosen, and the mark of the page itself.
      return sendStanding(res, dossier, standing, queryOf(req, 'gekozen') !== undefined);
    }
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    await sendCheck(res, dossier, {
      standing,
      office: firstOfficeInput(offices),
      nonce: randomUUID(),
      errors: [],
      changes: [],
    });
  });

  const post = withDossier(kit, async (req, res, dossier) => {
    const standing = readStanding(dossier.state, (field) => fieldOf(req, field));
    const office = readOfficeInput(req);
    const nonce = readNonce(req);
    const chosen = await settleOffice(kit, req, res, office);
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
      kit.setFlash(res, { kind: 'ok', text: t('committee.finalise.done') });
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
    const message = wording.translator.t(
      code === 'CHANGED_MEANWHILE' ? 'committee.finalise.changed' : 'committee.finalise.refused',
    );
    const errors = code === AssessmentError.StandingRequired ? [] : [{ field: 'main', message }];
    const standing = readStanding(fresh.state, (field) => fieldOf(req, field));
    await refuse(res, fresh, { ...input, standing, errors, changes });
  }

  /** 422 with whichever page fits: blocked, choose whose scores stand, or the check page with its input. */
  async function refuse(res: Response, dossier: Dossier, input: FinaliseInput): Promise<void> {
    const blocked = blockedText(wordingOf(res), dossier);
    if (blocked !== null) return sendBlocked(res, dossier, blocked, 422);
    if (dossier.state.disagreements.some((ref) => input.standing[ref] === undefined)) {
      return sendStanding(res, dossier, input.standing, true);
    }
    await sendCheck(res, dossier, input);
  }

  async function sendCheck(res: Response, dossier: Dossier, input: FinaliseInput): Promise<void> {
    const wording = wordingOf(res);
    const result = previewResult(dossier, input.standing);
    if (result === null) return sendStanding(res, dossier, input.standing, true);
    const offices = await repositoriesOf(kit, res).committee.readOffices();
    const model = finaliseModel(wording, dossier, result, offices, input);
    const hasErrors = input.errors.length > 0;
    const title = wording.translator.t('committee.finalise.title');
    kit.sendPage(res, 'committee-finalise', model, {
      title,
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'finalise',
    });
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
