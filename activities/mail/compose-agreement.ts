/** Composers of the mails about one judgement of several examiners. Each is about one assessment. */
import {
  componentsWithoutWord,
  finishedBesides,
  unsettledComponents,
  wordsNeeded,
  wordsNeededFor,
} from '../../domain/agreement-queries.ts';
import type { AssessmentState } from '../../domain/assessment.ts';
import { fullName } from '../../domain/school.ts';
import { commonMailData } from '../../emails/invitation-data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { assessmentsOf, type Facts, readFacts, replyTo, usableUrl } from './compose-examiner.ts';
import { staffInput } from './compose-staff.ts';
import { agreementAskedMailData, agreementEndedMailData, agreementProposedMailData } from './data/agreement.ts';
import { present, readAssessment, readAssessmentState, readText } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

type AgreementTemplate = Extract<
  MailTemplate,
  'agreementAsked' | 'agreementProposed' | 'agreementEnded' | 'thirdNeeded'
>;

async function readAgreement(tools: ComposeTools, row: MailRow) {
  const facts = await readFacts(tools, row);
  const assessmentId = present(row.reference.assessmentIds?.[0], 'the id of the assessment');
  const state = await readAssessmentState(tools.database, row.schoolId, assessmentId);
  const [assessment] = assessmentsOf(facts, [assessmentId]);
  return { facts, state, assessment: present(assessment, 'the assessment') };
}

/** The components about which this examiner must say something now. @throws MailNotSendable when there are none (any more) */
function componentsToSettle({ agreement }: AssessmentState, { contactId }: Facts): string[] {
  const refs = agreement ? unsettledComponents(agreement) : [];
  const own = refs.filter((ref) => agreement && wordsNeededFor(agreement, ref).includes(contactId));
  if (own.length === 0) throw new MailNotSendable('their word is not needed any more');
  return own;
}

const agreementAsked: Composer = async (tools, row) => {
  const { facts, state, assessment } = await readAgreement(tools, row);
  const componentRefs = componentsToSettle(state, facts);
  const others = finishedBesides(state, facts.contactId, componentRefs);
  return {
    template: 'agreementAsked',
    replyTo: replyTo(facts),
    data: agreementAskedMailData({
      ...facts.input,
      assessments: [{ ...assessment, componentRefs }],
      otherNames: await namesOf(tools, row, others),
      decidesAlone: wordsNeeded(state).length === 1 && componentRefs.every((ref) => isAlone(state, ref)),
      linkUrl: usableUrl(tools, facts),
      linkExpiresAt: facts.link.expiresAt.toISOString(),
    }),
  };
};

function isAlone({ agreement }: AssessmentState, component: string): boolean {
  return agreement?.components[component]?.length === 1;
}

async function namesOf({ database }: ComposeTools, { schoolId }: MailRow, ids: readonly string[]): Promise<string[]> {
  const where = { schoolId, id: { in: [...ids] } };
  const contacts = await database.contact.findMany({ where, orderBy: { name: 'asc' }, select: { name: true } });
  return contacts.map(({ name }) => name);
}

/** Names who made the newest proposal that waits for this examiner. */
const agreementProposed: Composer = async (tools, row) => {
  const { facts, state, assessment } = await readAgreement(tools, row);
  const proposals = componentsToSettle(state, facts).flatMap((ref) => {
    const proposal = state.agreement?.proposals[ref];
    return proposal === undefined ? [] : [{ ...proposal, ref }];
  });
  const newest = proposals.sort((a, b) => a.at.localeCompare(b.at)).at(-1);
  if (newest === undefined) throw new MailNotSendable('nothing is proposed any more');
  const [proposerName] = await namesOf(tools, row, [newest.by]);
  return {
    template: 'agreementProposed',
    replyTo: replyTo(facts),
    data: agreementProposedMailData({
      ...facts.input,
      assessments: [{ ...assessment, componentRefs: proposals.map(({ ref }) => ref) }],
      proposerName: present(proposerName, 'who proposed'),
      linkUrl: usableUrl(tools, facts),
      linkExpiresAt: facts.link.expiresAt.toISOString(),
    }),
  };
};

/** Not sent when forms are open again: then nothing is settled, and the mail about that is another one. */
const agreementEnded: Composer = async (tools, row) => {
  const { facts, state, assessment } = await readAgreement(tools, row);
  const { isAgreed = false, textId } = row.reference;
  const componentRefs = Object.keys(state.agreed ?? {});
  const refs = isAgreed ? componentRefs : state.disagreements;
  if (refs.length === 0) throw new MailNotSendable('it is sought anew, or nothing is left to decide');
  return {
    template: 'agreementEnded',
    replyTo: replyTo(facts),
    data: agreementEndedMailData({
      ...facts.input,
      assessments: [{ ...assessment, componentRefs: refs }],
      isSettled: isAgreed,
      reason: await readText(tools.database, row.schoolId, textId),
      linkUrl: usableUrl(tools, facts),
    }),
  };
};

const thirdNeeded: Composer = async (tools, row) => {
  const { database } = tools;
  const assessment = await readAssessment(database, row.schoolId, row.reference.assessmentId);
  const state = await readAssessmentState(database, row.schoolId, assessment.id);
  if (componentsWithoutWord(state.agreement).length === 0)
    throw new MailNotSendable('a third examiner is invited, or not needed any more');
  const { school, contactEmail } = await staffInput(tools, row);
  return {
    template: 'thirdNeeded',
    data: {
      ...commonMailData(school, contactEmail),
      initiatorName: fullName(assessment.initiator.account),
      studentName: fullName(assessment.student),
      examTitle: assessment.examVersion.exam.title,
      linkUrl: tools.urls.assessment(assessment.id),
    },
  };
};

export const agreementComposers: Readonly<Record<AgreementTemplate, Composer>> = {
  agreementAsked,
  agreementProposed,
  agreementEnded,
  thirdNeeded,
};
