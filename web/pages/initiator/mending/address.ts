/** Mending the address of an examiner whom mail does not reach. */
import type { Request, Response } from 'express';
import { correctAddress } from '../../../../prisma/commands/delivery.ts';
import type { AssessmentStatusPage, ExaminerProgress } from '../../../../prisma/repositories/initiator.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { findPage } from '../following/assessment.ts';
import { sendNotFound, textOf } from '../requests.ts';
import { refusalText } from '../words.ts';
import { addressModel, canMend } from './delivery.model.ts';

/** Refusals that are about what was typed: they stand at the field. */
const FIELD_CODES: ReadonlySet<string> = new Set([
  'ADDRESS_INVALID',
  'ADDRESS_TAKEN',
  'ADDRESS_OF_ACCOUNT',
  'ADDRESS_YOURS',
  'ADDRESS_OF_STAFF',
  'ADDRESS_OF_STUDENT',
]);

interface Found {
  readonly page: AssessmentStatusPage;
  readonly examiner: ExaminerProgress;
  readonly invitationId: string;
}

async function find(kit: PageKit, req: Request, res: Response): Promise<Found | null> {
  const page = await findPage(kit, req, res);
  const examiner = page?.examiners.find(({ contactId }) => contactId === req.params.contactId);
  return page && examiner?.invitation ? { page, examiner, invitationId: examiner.invitation.id } : null;
}

/** Asks for the right address. An examiner whom mail reaches needs none: back to the assessment. */
export function showAddress(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await find(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    if (!canMend(found.examiner)) return res.redirect(303, paths.assessment(found.page.id));
    sendAddress(kit, res, found, found.examiner.email, '');
  };
}

/** Takes the address and sends the invitation there. Pressed twice, the second finds the mail under way. */
export function postAddress(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await find(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    const { page, examiner, invitationId } = found;
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const { name } = examiner;
    const typed = examiner.hasAccount ? examiner.email : textOf(req.body, 'email');
    const outcome = await kit.command(
      correctAddress,
      { invitationId, email: typed, kid: kit.keyring.current },
      { schoolId: memberOf(res).schoolId, actor: memberActor(res) },
    );
    if (outcome.ok) {
      const { sentCount } = outcome.value;
      kit.setFlash(res, { kind: 'ok', text: t('initiator.address.sent', { name, count: sentCount }) });
      return res.redirect(303, paths.assessment(page.id));
    }
    const other = typeof outcome.params.name === 'string' ? outcome.params.name : name;
    const message = refusalText(wording, outcome.code, other);
    if (FIELD_CODES.has(outcome.code) && !examiner.hasAccount) return sendAddress(kit, res, found, typed, message);
    kit.setFlash(res, { kind: 'warning', text: message });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendAddress(kit: PageKit, res: Response, { page, examiner }: Found, email: string, error: string): void {
  const hasErrors = error !== '';
  const errors = hasErrors ? [{ field: 'email', message: error }] : [];
  const model = addressModel(wordingOf(res), page, examiner, { email, errors });
  kit.sendPage(res, 'correct-address', model, { title: model.title, hasErrors, status: hasErrors ? 422 : 200 });
}
