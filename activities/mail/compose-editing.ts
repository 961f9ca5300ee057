/** Composers of the mails about finished forms that the committee corrected, or sent back and took back. */
import { FormStatus } from '../../domain/assessment.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer } from './compose.ts';
import { assessmentsOf, readFacts, replyTo } from './compose-examiner.ts';
import { base, items } from './data/examiner.ts';
import { present, readAssessmentState, readText } from './read.ts';
import { MailNotSendable } from './types.ts';

type EditingTemplate = Extract<MailTemplate, 'formCorrected' | 'returnTakenBack'>;

/** Sent whatever happened since: whoever finished a form knows of every version of it. */
const formCorrected: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const assessments = assessmentsOf(facts, row.reference.assessmentIds ?? []);
  const found = await tools.database.formSubmission.findFirst({
    where: { id: present(row.reference.submissionId, 'the id of the submission'), schoolId: row.schoolId },
    select: { finishedAt: true },
  });
  return {
    template: 'formCorrected',
    replyTo: replyTo(facts),
    data: {
      ...base(facts.input),
      ...items({ ...facts.input, assessments }),
      correctedAt: present(found, 'the correction').finishedAt.toISOString(),
      reason: await readText(tools.database, row.schoolId, row.reference.textId),
      // A finished form can be looked at through a link that expired too: its page brings a new one.
      linkUrl: tools.urls.fill(facts.link),
    },
  };
};

/** Not when the form went back again, or the examiner is no longer asked for anything here. */
const returnTakenBack: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const assessmentId = present(row.reference.assessmentIds?.[0], 'the id of the assessment');
  const state = await readAssessmentState(tools.database, row.schoolId, assessmentId);
  const examiner = state.examiners[facts.contactId];
  if (examiner?.form !== FormStatus.Finished) throw new MailNotSendable('the form is open again or withdrawn');
  const { textId } = row.reference;
  return {
    template: 'returnTakenBack',
    replyTo: replyTo(facts),
    data: {
      ...base(facts.input),
      ...items({ ...facts.input, assessments: assessmentsOf(facts, [assessmentId]) }),
      isAsked: row.reference.isReturn === true,
      ...(textId === undefined ? {} : { reason: await readText(tools.database, row.schoolId, textId) }),
      linkUrl: tools.urls.fill(facts.link),
    },
  };
};

export const editingComposers: Readonly<Record<EditingTemplate, Composer>> = { formCorrected, returnTakenBack };
