/** What finishing asks of a browser: nothing, a code by mail, or a tick of whoever did not fill in the form here. */
import type { Response } from 'express';
import { FinishCodePolicy } from '../../../../domain/school.ts';
import {
  askExaminerCode,
  ExaminerCodePurpose,
  type ExaminerCodeUse,
  finishSubject,
  type PendingCode,
} from '../../../../prisma/commands/examiner-codes.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit } from '../../../context.ts';
import { actorOf, type Granted } from '../access.ts';
import { evidenceMark } from '../evidence/evidence.model.ts';
import { refusedText } from './codes.ts';

/**
 * @returns `free` when no code is needed, the id of an earlier code when that is enough, null when one must be asked for
 */
export async function findFinishProof(
  kit: PageKit,
  res: Response,
  form: ExaminerForm,
): Promise<'free' | { readonly codeId: string } | null> {
  if (form.finishCode === FinishCodePolicy.Off) return 'free';
  const { sessionId } = contextOf(res);
  if (form.finishCode !== FinishCodePolicy.Session || sessionId === null) return null;
  const codeId = await kit.repositories.forSchool(form.school.id).codes.findProof(form.contactId, sessionId);
  return codeId === null ? null : { codeId };
}

/** Whether something was written since this browser opened the link: then it is a person who sits at it. */
export function wroteHere(grant: Pick<Grant, 'grantedAt'>, { savedAt }: Pick<ExaminerForm, 'savedAt'>): boolean {
  return savedAt !== null && savedAt >= grant.grantedAt;
}

/**
 * Whether finishing takes a tick. Mail scanners open links in a browser of their own and press every button: what was filled
 * in before they came, they must not finish. Whoever filled in or changed something here is never asked.
 */
export function needsTick(
  grant: Pick<Grant, 'grantedAt'>,
  form: Pick<ExaminerForm, 'savedAt' | 'finishCode'>,
): boolean {
  return form.finishCode === FinishCodePolicy.Off && form.savedAt !== null && !wroteHere(grant, form);
}

/** The same for taking back a question that was asked before this browser opened the link. */
export function needsTickToTakeBack({ form, grant }: Pick<Granted, 'form' | 'grant'>): boolean {
  return form.ask !== null && form.ask.askedAt < grant.grantedAt && !wroteHere(grant, form);
}

/**
 * Mails a code for the revision on the screen.
 * @param isAgain also when one is on its way
 * @returns why not, in words, or null
 */
export async function requestFinishCode(
  kit: PageKit,
  res: Response,
  granted: Granted,
  isAgain: boolean,
): Promise<string | null> {
  const command = { ...finishUse(res, granted.form), kid: kit.keyring.current, isAgain };
  return refusedText(contextOf(res).translator, await kit.command(askExaminerCode, command, actorOf(granted)));
}

export function finishUse(res: Response, form: ExaminerForm): ExaminerCodeUse {
  return {
    contactId: form.contactId,
    sessionId: contextOf(res).sessionId ?? '',
    purpose: ExaminerCodePurpose.Finish,
    subject: finishSubject(form.formId, form.revision, evidenceMark(form)),
  };
}

/** The code that this session asked for, for the form as it stands now; null for none. */
export function findFinishCode(kit: PageKit, res: Response, form: ExaminerForm): Promise<PendingCode | null> {
  return kit.repositories.forSchool(form.school.id).codes.findPending(finishUse(res, form));
}

/** Where the code goes, masked. */
export async function addressOf(kit: PageKit, form: ExaminerForm): Promise<string> {
  return (await kit.repositories.access.maskedAddress(form.school.id, form.contactId)) ?? '';
}
