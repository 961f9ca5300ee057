/**
 * The page behind the link in the mail to a student.
 *
 * Contract
 * 1. Mail scanners open links: GET and HEAD write nothing, and the page holds nothing about the student.
 * 2. The MAC is checked before any query; a token that is not ours gets the same answer as one whose request is gone.
 * 3. The button works once. Pressed again, or twice at once, it leads to the page that says so.
 */
import type { Request, Response } from 'express';
import { LinkPurpose } from '../../../platform/tokens.ts';
import { saveStudentNumber } from '../../../prisma/commands/student-requests.ts';
import type { StudentRequestInfo } from '../../../prisma/repositories/student-requests.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { contextOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { findByToken } from '../../mailed-token.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import {
  EMPTY_INPUT,
  fieldErrors,
  readStudentInput,
  type StudentInput,
  studentNumberModel,
} from './student-number.model.ts';

export function showNumber(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const request = await findRequest(kit, req, res, token);
    if (request === null) return;
    if (request.state !== 'open') return sendClosed(kit, res, request, request.state);
    sendForm(kit, res, { request, token, input: EMPTY_INPUT });
  };
}

export function saveNumber(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = singleOf(req.body, 'token') ?? '';
    const request = await findRequest(kit, req, res, token);
    if (request === null) return;
    if (request.state !== 'open') return sendClosed(kit, res, request, request.state);
    // Not per network address: a whole class does this at once behind one.
    const seconds = await kit.limits.take('studentNumber', request.id);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const input = readStudentInput(req.body);
    const outcome = await kit.command(
      saveStudentNumber,
      { requestId: request.id, ...input },
      { schoolId: request.school.id, actor: SYSTEM_ACTOR },
    );
    if (outcome.ok || outcome.code === 'REQUEST_USED') return res.redirect(303, paths.studentNumber(token));
    if (outcome.code === 'REQUEST_EXPIRED') return sendClosed(kit, res, request, 'expired');
    if (outcome.code === 'REQUEST_UNKNOWN') return sendUnknown(kit, res);
    sendForm(kit, res, { request, token, input, refusal: outcome });
  };
}

/** The request behind a token, or null when the answer has been sent already. */
function findRequest(kit: PageKit, req: Request, res: Response, token: string): Promise<StudentRequestInfo | null> {
  return findByToken(kit, req, res, token, {
    purpose: LinkPurpose.StudentNumber,
    find: (id) => kit.repositories.studentRequests.find(id),
    sendUnknown: () => sendUnknown(kit, res),
  });
}

function sendUnknown(kit: PageKit, res: Response): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status: 404,
    kind: 'warning',
    title: t('students.own.unknownTitle'),
    text: t('students.own.unknownText'),
  });
}

function sendClosed(kit: PageKit, res: Response, request: StudentRequestInfo, state: 'used' | 'expired'): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status: state === 'used' ? 200 : 410,
    kind: state === 'used' ? 'ok' : 'warning',
    title: t(`students.own.${state}Title`),
    text: t(`students.own.${state}Text`, { school: request.school.name, member: request.memberName }),
    school: request.school,
  });
}

interface Form {
  readonly request: StudentRequestInfo;
  readonly token: string;
  readonly input: StudentInput;
  readonly refusal?: { readonly code: string; readonly params: Readonly<Record<string, unknown>> };
}

function sendForm(kit: PageKit, res: Response, { request, token, input, refusal }: Form): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const errors = refusal ? fieldErrors(wording, refusal, request.numberFormat) : [];
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'student-number', studentNumberModel(wording, request, { token, input, errors }), {
    title: t('students.own.title'),
    school: request.school,
    place: t('students.own.place'),
    hasErrors,
    status: hasErrors ? 422 : 200,
  });
}
