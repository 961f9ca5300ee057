/** A student checks, completes and changes the own data. Until that is done once, no other room of the student opens. */
import type { Request, Response } from 'express';
import { isLanguage, type Language } from '../../../platform/i18n/index.ts';
import { saveOwnDetails } from '../../../prisma/commands/own-details.ts';
import type { OwnDetails } from '../../../prisma/repositories/my-exams.ts';
import { contextOf, memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { LANGUAGE_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { fieldErrors, readStudentInput } from '../student-number/student-number.model.ts';
import { type DetailsForm, detailsModel } from './details.model.ts';
import { readOwn } from './own.ts';

const YEAR_SECONDS = 365 * 86_400;

export function showDetails(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const details = await readOwn(kit, res);
    if (details.student === null && !details.mayBeNew) return sendUnknown(kit, res, 'unknown');
    sendDetails(kit, res, details, { input: null, lang: contextOf(res).lang, errors: [], isTaken: false });
  };
}

export function saveDetails(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { accountId, schoolId } = memberOf(res);
    // Each try of a number tells whether it is taken.
    const seconds = await kit.limits.take('studentNumber', accountId);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const before = await readOwn(kit, res);
    const input = readStudentInput(req.body);
    const command = { accountId, ...input };
    const outcome = await kit.command(saveOwnDetails, command, { schoolId, actor: memberActor(res) });
    const lang = readLanguage(req, res);
    if (outcome.ok) return answerSaved(kit, res, before, lang);
    if (outcome.code === 'NO_RECORD') return sendUnknown(kit, res, 'unknown');
    if (outcome.code === 'ADDRESS_TAKEN') return sendUnknown(kit, res, 'addressTaken');
    if (outcome.code === 'NOT_A_STUDENT') return res.redirect(303, paths.place());
    const isTaken = outcome.code === 'NUMBER_TAKEN';
    const school = contextOf(res).school?.name ?? '';
    const errors = isTaken
      ? [{ field: 'nummer', message: contextOf(res).translator.t('mine.details.taken', { school }) }]
      : fieldErrors(wordingOf(res), outcome, before.policy.studentNumber);
    sendDetails(kit, res, before, { input, lang, errors, isTaken });
  };
}

async function answerSaved(kit: PageKit, res: Response, before: OwnDetails, lang: Language): Promise<void> {
  const { sessionId } = contextOf(res);
  setCookie(res, LANGUAGE_COOKIE, lang, YEAR_SECONDS);
  if (sessionId !== null) await kit.repositories.access.rememberLanguage(sessionId, lang);
  const isFirst = before.student?.isComplete !== true;
  // In the language that the next page has.
  const { t } = kit.i18n.forLanguage(lang);
  kit.setFlash(res, { kind: 'ok', text: t(isFirst ? 'mine.details.confirmed' : 'mine.details.saved') });
  res.redirect(303, isFirst ? paths.myExams() : paths.myDetails());
}

function readLanguage(req: Request, res: Response): Language {
  const lang = singleOf(req.body, 'taal');
  return isLanguage(lang) ? lang : contextOf(res).lang;
}

function sendDetails(kit: PageKit, res: Response, details: OwnDetails, form: DetailsForm): void {
  const model = detailsModel(wordingOf(res), contextOf(res).school?.name ?? '', details, form);
  const hasErrors = form.errors.length > 0;
  kit.sendPage(res, 'my-details', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'myDetails',
  });
}

function sendUnknown(kit: PageKit, res: Response, key: 'unknown' | 'addressTaken'): void {
  const { translator, school } = contextOf(res);
  kit.sendMessage(res, {
    status: 403,
    kind: 'warning',
    title: translator.t(`mine.details.${key}Title`),
    text: translator.t(`mine.details.${key}Text`, { school: school?.name ?? '' }),
    action: { href: paths.account(), text: translator.t('common.layout.accountStudent') },
  });
}
