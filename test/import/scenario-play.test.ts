import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoAnswers, type DemoAssessment, demoAssessments } from '../../demo/scenario.ts';
import { type DemoStep, demoTimeline } from '../../demo/timeline.ts';
import {
  type AssessmentCommand,
  type AssessmentState,
  decideAssessment,
  evolveAssessment,
} from '../../domain/assessment.ts';
import { listComponents } from '../../domain/exam-structure.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import { decidingPolicy } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';
import { type DemoSchool, loadDemoSchool } from '../../platform/import/demo-school.ts';

const SEEDED_AT = Date.parse('2026-11-24T12:00:00.000Z');
const PROPOSAL = 'proposal';
const TEXT = { textId: 'text', digest: 'digest' };
let demo: DemoSchool;
beforeAll(async () => {
  demo = await loadDemoSchool(join(import.meta.dirname, '../../demo'));
});

/** The commands of a step for one assessment. Addresses serve as ids. */
function commandsOf(step: DemoStep, assessment: DemoAssessment): AssessmentCommand[] {
  switch (step.type) {
    case 'create':
      return [
        {
          type: 'create',
          examVersionId: assessment.examCode,
          unitCodes: assessment.unitCodes,
          studentId: assessment.studentNumber,
          initiatorId: assessment.initiator,
          attempt: assessment.attempt,
          components: partsOf(assessment).map(({ ref, criteria }) => ({
            ref,
            criteria: criteria.map((each) => each.ref),
          })),
          justificationPolicy: 'og',
          agreementPolicy: demo.school.settings.agreement ?? 'committee',
          dueAt: null,
          closesAt: null,
        },
        {
          type: 'assign',
          assignments: assessment.examiners.flatMap(({ email, scopes }) =>
            scopes.map((scope) => ({ examinerId: email, scope })),
          ),
        },
      ];
    case 'invite':
      return [{ type: 'invite', examinerId: step.email, invitationId: 'invitation', formId: `form ${step.email}` }];
    case 'open':
      return [];
    case 'saveDraft':
      return [{ type: 'startForm', examinerId: step.examiner.email }];
    case 'finish': {
      const given = { scores: scoresOf(step.answers), contentDigest: 'digest', submissionId: 'submission' };
      return [{ type: 'finishForm', examinerId: step.examiner.email, ...given }];
    }
    case 'withdraw':
      return [{ type: 'withdrawExaminer', examinerId: step.examiner.email, reason: TEXT }];
    case 'return':
      return [{ type: 'returnForm', examinerId: step.examiner.email, components: step.components, reason: TEXT }];
    case 'propose':
      return [
        {
          type: 'proposeAgreement',
          examinerId: step.by,
          component: step.component,
          proposalId: PROPOSAL,
          scores: scoresOf({ [step.component]: step.answer }),
          justification: TEXT,
        },
      ];
    case 'confirm':
      return [{ type: 'confirmAgreement', examinerId: step.by, component: step.component, proposalId: PROPOSAL }];
    case 'abandon':
      return [{ type: 'abandonAgreement', examinerId: step.by, reason: TEXT }];
    case 'finalise':
      return [
        {
          type: 'finalise',
          decisionId: 'decision',
          decidedBy: step.by,
          officeAddressId: step.examOffice,
          standing: step.standing,
        },
      ];
    case 'correct':
      return [
        {
          type: 'correctForm',
          examinerId: step.examiner.email,
          components: [step.component],
          scores: scoresOf(step.examiner.answers ?? {}),
          contentDigest: 'digest',
          submissionId: 'submission',
          correctedBy: step.by,
          reason: TEXT,
          formVersion: 1,
        },
      ];
    case 'cancel':
      return [{ type: 'cancel', reason: TEXT }];
  }
}

/** Nobody of the demo's committee scores in what it decides about. */
function committeeOf({ initiator }: DemoAssessment) {
  const { fourEyes, committeeEdits: edits } = decidingPolicy(demo.school.settings);
  return { fourEyes, edits, initiatorId: initiator, ownExaminerIds: [], publishAt: new Date(SEEDED_AT).toISOString() };
}

function examOf(assessment: DemoAssessment) {
  const exam = demo.exams.find(({ code }) => code === assessment.examCode);
  if (!exam) throw new Error(`no exam ${assessment.examCode}`);
  return exam;
}

function partsOf(assessment: DemoAssessment) {
  return listComponents(examOf(assessment), assessment.unitCodes).map(({ component }) => component);
}

function scoresOf(answers: DemoAnswers): Record<string, Score> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([ref, { scores }]) =>
      [...scores].map((letter, index) => [`${ref}/${index + 1}`, letter as Score] as const),
    ),
  );
}

/** Plays an assessment through the rules of the domain; a refused command fails the test. */
function play(assessment: DemoAssessment): AssessmentState | null {
  let state: AssessmentState | null = null;
  for (const step of demoTimeline([assessment])) {
    const now = new Date(SEEDED_AT - step.daysAgo * 86_400_000).toISOString();
    for (const command of commandsOf(step, assessment)) {
      const context = { now, exam: examOf(assessment), scheme: EXAMPLE_SCHEME, committee: committeeOf(assessment) };
      const decision = decideAssessment(state, command, context);
      if (!decision.ok) throw new Error(`${assessment.key}: ${command.type} refused with ${decision.code}`);
      for (const event of decision.events) state = evolveAssessment(state, event, now);
    }
  }
  return state;
}

describe('the demo assessments, played by the rules of the domain', () => {
  it.each(demoAssessments.map((assessment) => [assessment.key, assessment.status, assessment] as const))(
    '%s ends as %s',
    (_key, status, assessment) => {
      expect(play(assessment)?.status).toBe(status);
    },
  );

  const results = () =>
    demoAssessments.map((assessment) => play(assessment)).filter((state) => state?.status === 'final');

  it('hold passes and fails among the final ones', () => {
    expect(new Set(results().map((state) => state?.result?.passed))).toEqual(new Set([true, false]));
  });

  it('hold one that waits for the committee to say whose scores stand', () => {
    const waiting = demoAssessments.filter((assessment) => {
      const state = play(assessment);
      return state?.status === 'assessed' && state.disagreements.length > 0;
    });
    expect(waiting.map(({ key }) => key)).toEqual(['yara-ex2']);
  });
});
