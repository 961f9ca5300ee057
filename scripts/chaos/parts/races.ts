/** Two who do the same at the same moment, on two web processes. Exactly one effect each, and nobody's words lost. */

import { justificationFieldName } from '../../../domain/form.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { paths } from '../../../web/paths.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { equal } from './checks.ts';
import { type Ask, checkChains, countOf, withEvidence } from './evidence.ts';
import { formFields, wordsOf } from './examiners.ts';
import { type Answer, createVisitor, hiddenField, type Visitor } from './http.ts';
import { preparePrograms } from './installation.ts';
import { type ChaosSchool, type OpenForm, seedChaosSchool } from './school.ts';

/** Pairs that race at the same time. */
const LANES = 4;

interface Stage {
  readonly school: ChaosSchool;
  /** Two web processes on one database. */
  readonly origins: readonly [string, string];
  readonly ask: Ask;
}

/** Opens a database with a school and two web processes before it. */
async function onStage(context: ChaosContext, play: (stage: Stage) => Promise<FaultReport>): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const programs = await preparePrograms(context, { databaseUrl: testDatabase.url });
  const database = openDatabase({ url: testDatabase.url, poolSize: 4 });
  try {
    const school = await seedChaosSchool(database, programs.keyring.current);
    const [first, second] = await Promise.all([programs.startWeb(), programs.startWeb()]);
    return await withEvidence(testDatabase.url, (ask) => play({ school, origins: [first.url, second.url], ask }));
  } finally {
    await programs.stop();
    await database.$disconnect();
    await testDatabase.drop();
  }
}

/** One after the other in some lanes, so that the machine is busy but not swamped. */
async function inLanes<T>(context: ChaosContext, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      context.signal.throwIfAborted();
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** The same person in two tabs, the second one on the other web process. */
async function openTabs({ origins, school }: Stage, form: OpenForm): Promise<readonly [Visitor, Visitor]> {
  const cookie = await school.createExaminerSession([form]);
  return [createVisitor(origins[0], cookie), createVisitor(origins[1], cookie)];
}

async function fillIn(stage: Stage, tab: Visitor, form: OpenForm): Promise<void> {
  const page = await tab.get(paths.form(form.formId, { weergave: 'alles' }));
  const fields = { ...formFields(stage.school, wordsOf(form)), revisie: hiddenField(page.text, 'revisie') };
  const saved = await tab.post(paths.form(form.formId), { ...fields, weergave: 'alles', actie: 'controleren' });
  if (saved.status !== 303) throw new Error(`saving answered ${saved.status}`);
}

const finishTwice: Scenario = {
  id: 'finish-twice',
  title: 'Two tabs finish the same form at once',
  isInShort: true,
  run: (context) =>
    onStage(context, async (stage) => {
      const count = context.isShort ? 12 : 100;
      const forms = await stage.school.invite(count);
      const answers: Answer[] = [];
      await inLanes(context, forms, async (form) => {
        const tabs = await openTabs(stage, form);
        await fillIn(stage, tabs[0], form);
        const pages = await Promise.all(tabs.map((tab) => tab.get(paths.formCheck(form.formId))));
        const posts = tabs.map((tab, index) => {
          const page = pages[index]?.text ?? '';
          const names = ['revisie', 'opdracht', 'bewijs'];
          const fields = Object.fromEntries(names.map((name) => [name, hiddenField(page, name)]));
          return tab.post(paths.formCheck(form.formId), fields);
        });
        answers.push(...(await Promise.all(posts)));
      });
      const submissions = await countOf(stage.ask, 'SELECT count(*) FROM form_submission');
      const events = await countOf(stage.ask, "SELECT count(*) FROM event WHERE type = 'FormFinished'");
      const mails = await countOf(stage.ask, "SELECT count(*) FROM mail WHERE template = 'confirmation'");
      const isShown = ({ status, location }: Answer) => status === 303 && location.endsWith('/klaar');
      return {
        done: `${count} forms were finished by two tabs at the same moment, on two web processes.`,
        lost: Math.max(0, count - submissions),
        doubled: Math.max(0, submissions - count) + Math.max(0, mails - count),
        recoveredMs: null,
        checks: [
          equal('submissions', submissions, count),
          equal('events of finishing', events, count),
          equal('confirmations', mails, count),
          equal('tabs that show the finished form', answers.filter(isShown).length, 2 * count),
          await checkChains(stage.ask),
        ],
      };
    }),
};

const finaliseTwice: Scenario = {
  id: 'finalise-twice',
  title: 'Two members of the committee decide at once',
  isInShort: false,
  run: (context) =>
    onStage(context, async (stage) => {
      const { school, origins } = stage;
      const count = context.isShort ? 12 : 100;
      const forms = await school.invite(count);
      for (const form of forms) await school.finish(form);
      const [first = '', second = ''] = school.committee;
      const members = [
        createVisitor(origins[0], await school.createMemberSession(first)),
        createVisitor(origins[1], await school.createMemberSession(second)),
      ];
      const answers: Answer[] = [];
      await inLanes(context, forms, async ({ assessmentId }) => {
        const path = paths.finalise(assessmentId);
        const pages = await Promise.all(members.map((member) => member.get(path)));
        const posts = members.map((member, index) => {
          const page = pages[index]?.text ?? '';
          const fields = { versie: hiddenField(page, 'versie'), besluit: hiddenField(page, 'besluit') };
          return member.post(path, { ...fields, examenbureau: school.officeAddressId });
        });
        answers.push(...(await Promise.all(posts)));
      });
      const decisions = await countOf(stage.ask, "SELECT count(*) FROM event WHERE type = 'AssessmentFinalised'");
      const documents = await countOf(stage.ask, 'SELECT count(*) FROM document');
      const assessments = await countOf(stage.ask, 'SELECT count(DISTINCT assessment_id) FROM document');
      const told = answers.filter(({ status }) => status === 303 || status === 422).length;
      return {
        done: `${count} results were made final by two members at the same moment, on two web processes.`,
        lost: count - assessments,
        doubled: documents - assessments,
        recoveredMs: null,
        checks: [
          equal('decisions', decisions, count),
          equal('documents to be made', documents, count),
          equal('members who were told what became of it', told, 2 * count),
          await checkChains(stage.ask),
        ],
      };
    }),
};

const saveTwice: Scenario = {
  id: 'drafts-at-once',
  title: 'Two tabs save the same form at once',
  isInShort: true,
  run: (context) =>
    onStage(context, async (stage) => {
      const count = context.isShort ? 10 : 50;
      const forms = await stage.school.invite(count);
      const refs = stage.school.form.components.map(({ ref }) => ref);
      const [both = '', left = '', right = ''] = refs;
      const statuses: number[] = [];
      await inLanes(context, forms, async (form) => {
        const tabs = await openTabs(stage, form);
        const posts = tabs.map(async (tab, index) => {
          const page = await tab.get(paths.form(form.formId, { weergave: 'alles' }));
          const words = wordsInTab(form, index);
          const fields = {
            revisie: hiddenField(page.text, 'revisie'),
            schrijver: hiddenField(page.text, 'schrijver'),
            // The same field in both tabs, and one of its own.
            [justificationFieldName(both)]: words,
            [justificationFieldName(index === 0 ? left : right)]: words,
          };
          return () => tab.post(paths.formAutosave(form.formId), fields);
        });
        const ready = await Promise.all(posts);
        const answers = await Promise.all(ready.map((post) => post()));
        statuses.push(...answers.map(({ status }) => status));
      });
      const kept = await countKept(stage.ask, forms, { both, left, right });
      const isSaved = statuses.filter((status) => status === 200).length;
      return {
        done: `${count} forms were saved by two tabs at the same moment: different words in the same field, and a field of its own each.`,
        lost: 2 * count - kept.words,
        doubled: 0,
        recoveredMs: null,
        checks: [
          equal('saves that were acknowledged', isSaved, 2 * count),
          equal('words of the same field that are kept', kept.words, 2 * count),
          equal('drafts with both of the other fields', kept.merged, count),
          equal('forms that ask which words count', kept.asked, count),
          check('revisions are numbered without gaps', kept.gaps === 0, `${kept.gaps} gaps`),
        ],
      };
    }),
};

function wordsInTab(form: OpenForm, index: number): string {
  return `${wordsOf(form)} Tabblad ${index + 1}.`;
}

interface Fields {
  readonly both: string;
  readonly left: string;
  readonly right: string;
}

async function countKept(ask: Ask, forms: readonly OpenForm[], fields: Fields) {
  const kept = { words: 0, merged: 0, asked: 0, gaps: 0 };
  for (const form of forms) {
    const revisions = await ask<{ revision: number; basedOn: number; texts: Record<string, string> }>(
      `SELECT revision, based_on AS "basedOn", content->'justifications' AS texts
       FROM form_revision WHERE form_id = $1 ORDER BY revision`,
      [form.formId],
    );
    const words = [wordsInTab(form, 0), wordsInTab(form, 1)];
    kept.words += words.filter((each) => revisions.some(({ texts }) => texts[fields.both] === each)).length;
    const draft = revisions.at(-1)?.texts ?? {};
    if (draft[fields.left] === words[0] && draft[fields.right] === words[1]) kept.merged += 1;
    if (revisions.some(({ revision, basedOn }) => basedOn < revision - 1)) kept.asked += 1;
    if (revisions.some(({ revision }, index) => revision !== index + 1)) kept.gaps += 1;
  }
  return kept;
}

export const raceScenarios: readonly Scenario[] = [finishTwice, finaliseTwice, saveTwice];
