import type { Response } from 'express';
import { mailboxOf, normaliseEmailAddress } from '../../../../platform/email-address.ts';
import { askStudentNumber, isOfStudents } from '../../../../prisma/commands/student-requests.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../../context.ts';
import { mailboxKey } from '../../../middleware/limits.ts';
import { initiatorOf } from '../requests.ts';
import type { Choice, Chosen } from './send-students.ts';
import { domainsText, type StudentsInput } from './students.model.ts';

/** Field of the page at which a refusal stands. */
const FIELD = 'vraagmail';

type Asked = Pick<Chosen, 'errors' | 'askedEmail'>;

/**
 * Mails a student how to add name and number. What comes back speaks of this school alone: whether somebody has an account
 * elsewhere is not looked at.
 * @param studentId one of the school without a number; null: the address that was typed
 */
export async function askNumber(
  kit: PageKit,
  res: Response,
  { details }: Choice,
  input: StudentsInput,
  studentId: string | null,
): Promise<Asked> {
  const initiator = initiatorOf(kit, res);
  const [settings, known] = await Promise.all([
    initiator.settings(),
    studentId === null ? [] : initiator.findStudents([studentId]),
  ]);
  const email = studentId === null ? input.email : (known[0]?.email ?? '');
  const { membershipId, schoolId } = memberOf(res);
  // Only what would be mailed counts: a slip of the pen costs nothing.
  const address = normaliseEmailAddress(email);
  if (address !== undefined && isOfStudents(settings, address)) {
    const wait = await takeLimits(kit, res, membershipId, `${schoolId}|${mailboxOf(address)}`);
    if (wait !== null) return refused(wait);
  }
  const outcome = await kit.command(
    askStudentNumber,
    { email, membershipId, examVersionId: details.examVersionId, unitCode: input.unit, kid: kit.keyring.current },
    { schoolId, actor: memberActor(res) },
  );
  if (outcome.ok) return { askedEmail: address ?? email };
  const { translator } = wordingOf(res);
  const domains = domainsText(translator, settings.studentDomains ?? []);
  const key = `students.ask.error.${outcome.code}`;
  return refused(
    translator.has(key, { domains }) ? translator.t(key, { domains }) : translator.t('students.ask.error.unknown'),
  );
}

function refused(message: string): Asked {
  return { errors: [{ field: FIELD, message }] };
}

/** Per mailbox first, which is kept only as a hash; then per member. @returns why not, or null */
async function takeLimits(kit: PageKit, res: Response, membershipId: string, key: string): Promise<string | null> {
  const { t } = wordingOf(res).translator;
  if ((await kit.limits.take('studentRequestAddress', mailboxKey(key))) !== null)
    return t('students.ask.error.tooManyAddress');
  const seconds = await kit.limits.take('studentRequest', membershipId);
  return seconds === null ? null : t('students.ask.error.tooManyMember', { count: Math.ceil(seconds / 60) });
}
