/**
 * The committee corrects a finished form.
 *
 * Contract
 * 1. Nothing is overwritten: every correction is another version of the form, with who made it and why beside it.
 * 2. What the school does not let the committee change is refused here, whatever page or script asks.
 * 3. The examiner whose words they were is told that it happened and why; what it says now is behind the link.
 */
import { v7 as uuidv7 } from 'uuid';
import { CommitteeEdits, isOnlyReworded } from '../../domain/deciding.ts';
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import {
  canonicalSubmission,
  checkForm,
  type FormContent,
  type FormDefinition,
  mergeComponents,
} from '../../domain/form.ts';
import { formChanges } from '../../domain/form-changes.ts';
import { decidingPolicy } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { saltedDigest } from '../chain.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { lockForm, storeContent } from './forms.ts';
import { examinerMail } from './mails.ts';
import { requireReason } from './reasons.ts';

export interface CorrectForm {
  readonly assessmentId: string;
  /** Whose form. */
  readonly contactId: string;
  /** The member of the committee who corrects. */
  readonly membershipId: string;
  /** Version that was on the screen. */
  readonly formVersion: number;
  /** The whole form as it is to be. */
  readonly content: FormContent;
  /** As typed; required. */
  readonly reason: string;
}

export interface CorrectFormValue {
  readonly submissionId: string;
  readonly formVersion: number;
}

/**
 * Makes another version of a finished form. What changed in no component stays as it was, to the letter.
 *
 * Refused with `EDIT_NOT_ALLOWED`, `NOTHING_CHANGED`, `FORM_CHANGED` (there is a newer version), `FORM_INCOMPLETE`, `COMPONENT_AGREED`
 * (params `components`), `DECIDER_IS_STUDENT`, `DECIDER_INITIATED`, `DECIDER_SCORED`, `FORM_NOT_FINISHED`, `EXAMINER_UNKNOWN`, `ASSESSMENT_NOT_ASSESSED`,
 * `ASSESSMENT_FINAL`, `ASSESSMENT_CANCELLED`, or with a problem of the reason (see reasons.ts).
 */
export const correctForm: CommandHandler<CorrectForm, CorrectFormValue> = {
  type: 'correctForm',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, command) {
    const { assessmentId, contactId, membershipId, formVersion } = command;
    const words = requireReason(command.reason);
    const examiner = unit.assessment(assessmentId).examiners[contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const form = await lockForm(unit, examiner.formId);
    const former = await readNewest(unit, form.id);
    const changed = formChanges(form.definition, former.content, command.content).map(({ component }) => component.ref);
    const content = mergeComponents(form.definition, changed, former.content, command.content);
    const submissionId = uuidv7();
    const { salt, digest } = saltedDigest(canonicalSubmission(content, former.evidence));
    const reason = await unit.keepText(assessmentId, 'editReason', words);
    // The state decides first: whoever looks at an older version is told so, whatever else is wrong.
    const change = await unit.onAssessment(assessmentId, {
      type: 'correctForm',
      examinerId: contactId,
      components: changed,
      scores: content.scores,
      contentDigest: digest,
      submissionId,
      correctedBy: membershipId,
      reason,
      formVersion,
    });
    await refuseRewriting(unit, changed, former.content, content);
    refuseIncomplete(form.definition, content);
    const edited = { byId: membershipId, reasonId: reason.textId };
    const given = { submissionId, formVersion: formVersion + 1, salt, digest, evidence: former.evidence, edited };
    storeContent(unit, form, content, given);
    await followAgreement(unit, assessmentId, change);
    const reference = { assessmentIds: [assessmentId], submissionId, textId: reason.textId };
    unit.queueMail(await examinerMail(unit, 'formCorrected', examiner.invitationId, contactId, reference));
    return { submissionId, formVersion: formVersion + 1 };
  },
};

/** Where the school lets the committee mend words only, it neither writes a justification nor takes one away. */
async function refuseRewriting(
  unit: UnitOfWork,
  changed: readonly string[],
  before: FormContent,
  after: FormContent,
): Promise<void> {
  const { committeeEdits } = decidingPolicy(await unit.settings());
  if (committeeEdits === CommitteeEdits.Scores) return;
  const isOther = (ref: string) => !isOnlyReworded(before.justifications[ref] ?? '', after.justifications[ref] ?? '');
  if (changed.some(isOther)) throw new CommandRefused('EDIT_NOT_ALLOWED');
}

async function readNewest(
  { tx, schoolId }: UnitOfWork,
  formId: string,
): Promise<{ content: FormContent; evidence: readonly CaptionedEvidence[] }> {
  const row = await tx.formSubmission.findFirst({
    where: { schoolId, formId },
    orderBy: { formVersion: 'desc' },
    select: { content: true, evidence: true },
  });
  if (!row) throw new CommandRefused('FORM_NOT_FINISHED');
  return row as unknown as { content: FormContent; evidence: readonly CaptionedEvidence[] };
}

/** A correction takes no justification away that is required. Evidence is not the committee's to change. */
function refuseIncomplete(definition: FormDefinition, content: FormContent): void {
  if (checkForm(definition, content).length > 0) throw new CommandRefused('FORM_INCOMPLETE');
}
