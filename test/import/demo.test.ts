import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { careDay, careGuidance, careTeamwork, kitchen } from '../../demo/answers.ts';
import { type DemoAnswers, type DemoAssessment, demoAssessments } from '../../demo/scenario.ts';
import { demoTimeline } from '../../demo/timeline.ts';
import { ASSESSMENT_STATUSES } from '../../domain/assessment.ts';
import {
  idleExaminers,
  resolveAssignments,
  uncoveredComponents,
  validateAssignments,
} from '../../domain/assignment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { listComponents } from '../../domain/exam-structure.ts';
import { checkForm, defineForm } from '../../domain/form.ts';
import { SCORES, type Score } from '../../domain/score.ts';
import { isEmailAddress } from '../../platform/email-address.ts';
import { type DemoSchool, loadDemoSchool, loadOtherDemoSchool } from '../../platform/import/demo-school.ts';

const DIR = join(import.meta.dirname, '../../demo');
let demo: DemoSchool;
beforeAll(async () => {
  demo = await loadDemoSchool(DIR);
});

const allTexts = () =>
  [careDay, careGuidance, careTeamwork, kitchen].flatMap((sets) =>
    Object.values(sets).flatMap((set) => Object.values(set).map(({ justification }) => justification)),
  );

function examOf(assessment: DemoAssessment): ExamDefinition {
  const exam = demo.exams.find(({ code }) => code === assessment.examCode);
  if (!exam) throw new Error(`no exam ${assessment.examCode}`);
  return exam;
}

function assignmentsOf(assessment: DemoAssessment) {
  return assessment.examiners.flatMap(({ email, scopes }) => scopes.map((scope) => ({ examinerId: email, scope })));
}

function contentOf(answers: DemoAnswers) {
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const [ref, answer] of Object.entries(answers)) {
    justifications[ref] = answer.justification;
    [...answer.scores].forEach((letter, index) => {
      if (letter !== '-') scores[`${ref}/${index + 1}`] = letter as Score;
    });
  }
  return { scores, justifications };
}

describe('the demo school', () => {
  it('has sixty students in three groups', () => {
    expect(demo.students).toHaveLength(60);
    expect(new Set(demo.students.map(({ group }) => group)).size).toBe(3);
  });

  it('has the people of every role', () => {
    const count = (role: string) => demo.people.filter(({ roles }) => roles.some((each) => each === role)).length;
    expect([count('teacher'), count('committee'), count('administrator'), count('supervisor')]).toEqual([4, 3, 1, 3]);
  });

  it('has contacts of both kinds in a dozen companies, none of them an account', () => {
    expect(demo.contacts).toHaveLength(19);
    const companies = demo.contacts.filter(({ kind }) => kind === 'practice').map(({ organisation }) => organisation);
    expect(new Set(companies).size).toBe(12);
    expect(new Set(demo.contacts.map(({ kind }) => kind)).size).toBe(2);
    const accounts = demo.people.map(({ email }) => email);
    expect(demo.contacts.filter(({ email }) => accounts.includes(email))).toEqual([]);
  });

  it('has one large and one small exam', () => {
    const sizes = demo.exams.map((exam) => {
      const codes = exam.units.map(({ code }) => code);
      const parts = listComponents(exam, codes);
      return {
        units: codes.length,
        coreTasks: new Set(parts.map(({ coreTask }) => coreTask.code)).size,
        workProcesses: new Set(parts.map(({ workProcess }) => workProcess.code)).size,
        kinds: new Set(parts.map(({ component }) => component.kind)).size,
        criteria: parts.flatMap(({ component }) => component.criteria).length,
      };
    });
    expect(sizes).toEqual([
      { units: 1, coreTasks: 1, workProcesses: 3, kinds: 2, criteria: 14 },
      { units: 3, coreTasks: 3, workProcesses: 8, kinds: 2, criteria: 53 },
    ]);
  });

  it('uses only addresses that lead nowhere', () => {
    const addresses = [...demo.students, ...demo.people, ...demo.contacts, ...demo.school.examOffices].map(
      ({ email }) => email,
    );
    expect(addresses.filter((address) => !isEmailAddress(address) || !address.endsWith('.example'))).toEqual([]);
  });

  it('stands beside another school that has the same student numbers', async () => {
    const other = await loadOtherDemoSchool(DIR);
    const numbers = demo.students.map(({ number }) => number);
    expect(other.school.slug).not.toBe(demo.school.slug);
    expect(other.students.every(({ number }) => numbers.includes(number))).toBe(true);
  });
});

describe('the demo assessments', () => {
  it('hold every status, and keys that are unique', () => {
    expect(new Set(demoAssessments.map(({ status }) => status))).toEqual(new Set(ASSESSMENT_STATUSES));
    expect(new Set(demoAssessments.map(({ key }) => key)).size).toBe(demoAssessments.length);
  });

  it('are unique per student, exam, unit and attempt', () => {
    const keys = demoAssessments.flatMap(({ studentNumber, examCode, unitCodes, attempt }) =>
      unitCodes.map((unit) => `${studentNumber} ${examCode} ${unit} ${attempt}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('have at least 25 different justifications', () => {
    const texts = allTexts().filter((text) => text !== '');
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThanOrEqual(25);
  });

  it.each(demoAssessments.map((assessment) => [assessment.key, assessment] as const))(
    '%s names people who exist',
    (_key, assessment) => {
      const addresses = new Set([...demo.people, ...demo.contacts].map(({ email }) => email));
      const withRole = (email: string, role: string) =>
        demo.people.some((person) => person.email === email && person.roles.some((each) => each === role));
      expect(demo.students.some(({ number }) => number === assessment.studentNumber)).toBe(true);
      expect(withRole(assessment.initiator, 'teacher')).toBe(true);
      expect(assessment.examiners.filter(({ email }) => !addresses.has(email))).toEqual([]);
      const { final, returned } = assessment;
      if (returned) expect(withRole(returned.by, 'committee')).toBe(true);
      if (final) {
        expect(withRole(final.by, 'committee')).toBe(true);
        expect(demo.school.examOffices.some(({ email }) => email === final.examOffice)).toBe(true);
      }
    },
  );

  it.each(demoAssessments.map((assessment) => [assessment.key, assessment] as const))(
    '%s chooses examiners in a way that is allowed',
    (_key, assessment) => {
      const refs = listComponents(examOf(assessment), assessment.unitCodes).map(({ component }) => component.ref);
      const assignments = assignmentsOf(assessment);
      expect(validateAssignments(refs, assignments)).toEqual([]);
      expect(idleExaminers(refs, assignments)).toEqual([]);
      if (assessment.examiners.length > 0) expect(uncoveredComponents(refs, assignments)).toEqual([]);
    },
  );

  it.each(
    demoAssessments.flatMap((assessment) =>
      assessment.examiners
        .filter(({ answers }) => answers)
        .map((examiner) => [assessment.key, examiner.email, assessment, examiner] as const),
    ),
  )('%s: the form of %s is one a person could have filled in', (_key, email, assessment, examiner) => {
    const exam = examOf(assessment);
    const parts = listComponents(exam, assessment.unitCodes).map(({ component }) => component);
    const resolved = resolveAssignments(
      parts.map(({ ref }) => ref),
      assignmentsOf(assessment),
    );
    const own = parts.filter(({ ref }) => resolved[ref]?.includes(email));
    const answers = examiner.answers ?? {};
    const ownRefs = own.map(({ ref }) => ref);
    expect(Object.keys(answers).filter((ref) => !ownRefs.includes(ref))).toEqual([]);
    for (const { ref, criteria } of own) {
      const scores = answers[ref]?.scores;
      if (scores !== undefined) expect({ ref, count: scores.length }).toEqual({ ref, count: criteria.length });
      expect([...(scores ?? '')].filter((letter) => letter !== '-' && !SCORES.includes(letter as Score))).toEqual([]);
    }
    if (examiner.progress !== 'finished') return;
    const definition = defineForm(exam, ownRefs, demo.school.settings.justificationPolicy);
    expect(checkForm(definition, contentOf(answers))).toEqual([]);
  });
});

describe('demoTimeline', () => {
  it('has the steps of each assessment in an order in which they can be played', () => {
    const steps = demoTimeline(demoAssessments);
    for (const assessment of demoAssessments) {
      const own = steps.filter((step) =>
        step.type === 'invite'
          ? step.of.some((each) => each.assessment === assessment)
          : step.type === 'create'
            ? step.together.includes(assessment)
            : step.assessment === assessment,
      );
      expect(own[0]?.type).toBe('create');
      for (const { email } of assessment.examiners) {
        const types = own.flatMap((step) =>
          (step.type === 'invite' && step.email === email) || ('examiner' in step && step.examiner.email === email)
            ? [step.type]
            : [],
        );
        const order = ['invite', 'open', 'saveDraft', 'finish', 'return', 'finish', 'correct', 'withdraw'];
        const positions = types.map((type, index) => order.indexOf(type, index));
        expect(positions.every((position, index) => position >= 0 && position >= (positions[index - 1] ?? 0))).toBe(
          true,
        );
      }
    }
  });

  it('goes from the oldest moment to the newest', () => {
    const days = demoTimeline(demoAssessments).map(({ daysAgo }) => daysAgo);
    expect(days).toEqual([...days].sort((a, b) => b - a));
  });

  it('starts a class in one go', () => {
    const started = demoTimeline(demoAssessments).flatMap((step) =>
      step.type === 'create' ? [step.together.length] : [],
    );
    expect(started.filter((count) => count > 1)).toEqual([11]);
  });

  it('sends one invitation for two students of the same examiner', () => {
    const shared = demoTimeline(demoAssessments).flatMap((step) =>
      step.type === 'invite' && step.of.length > 1 ? [step.of.map(({ assessment }) => assessment.studentNumber)] : [],
    );
    expect(shared).toEqual([
      ['260234', '260304'],
      ['260115', '260122'],
    ]);
  });
});
