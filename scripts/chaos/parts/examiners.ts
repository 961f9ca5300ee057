/** Examiners who fill in their forms over HTTP, and press again when something went wrong. */
import { setTimeout as delay } from 'node:timers/promises';
import { justificationFieldName, scoreFieldName } from '../../../domain/form.ts';
import { paths } from '../../../web/paths.ts';
import type { ChaosContext } from '../contract.ts';
import { type Answer, createVisitor, hiddenField, type Visitor } from './http.ts';
import { type ChaosSchool, filledForm, type OpenForm } from './school.ts';

const RETRY_MS = 400;
const THINK_MS = 250;

export interface Attempt {
  readonly kind: 'read' | 'save' | 'finish';
  readonly formId: string;
  readonly answer: Answer;
  /** Whether a refused post came back with the words in it; null where no words were posted or all went well. */
  readonly keptWords: boolean | null;
  readonly at: number;
}

export interface Examiners {
  /** Everything that was asked and answered, in order. */
  readonly attempts: readonly Attempt[];
  /** Words of a form that the server said it saved, by form. */
  readonly saved: ReadonlyMap<string, string>;
  /** Forms that the server said are finished. */
  readonly finished: ReadonlySet<string>;
  /** Resolves when everybody is done, or gave up because the run ended. */
  readonly done: Promise<void>;
}

export interface ExaminerOptions {
  readonly origins: readonly string[];
  /** People at the same time. */
  readonly atOnce: number;
  readonly thinkMs?: number;
}

/** Lets examiners work through these forms; their links are open already. */
export async function startExaminers(
  context: ChaosContext,
  school: ChaosSchool,
  forms: readonly OpenForm[],
  options: ExaminerOptions,
): Promise<Examiners> {
  const attempts: Attempt[] = [];
  const saved = new Map<string, string>();
  const finished = new Set<string>();
  const cookies = new Map<string, string>();
  for (const form of forms) cookies.set(form.formId, await school.createExaminerSession([form]));
  const waiting = [...forms];

  async function work(): Promise<void> {
    for (let form = waiting.shift(); form && !context.signal.aborted; form = waiting.shift()) await examine(form);
  }

  async function examine(form: OpenForm): Promise<void> {
    const origin = options.origins[attempts.length % options.origins.length] ?? '';
    const visitor = createVisitor(origin, cookies.get(form.formId) ?? '');
    const words = wordsOf(form);
    const page = await read(visitor, form, paths.form(form.formId, { weergave: 'alles' }));
    const posted = { ...formFields(school, words), revisie: hiddenField(page.text, 'revisie'), actie: 'controleren' };
    const writer = hiddenField(page.text, 'schrijver');
    await press(visitor, form, 'save', paths.form(form.formId), { ...posted, weergave: 'alles', schrijver: writer });
    saved.set(form.formId, words);
    await think();
    await finish(visitor, form);
    finished.add(form.formId);
  }

  /** A page whose buttons are stale is read again, as a person would. */
  async function finish(visitor: Visitor, form: OpenForm): Promise<void> {
    const path = paths.formCheck(form.formId);
    const check = await read(visitor, form, path);
    // Finished by a post whose answer got lost.
    if (check.status === 303 && check.location === paths.formDone(form.formId)) return;
    const names = ['revisie', 'opdracht', 'bewijs'];
    const fields = Object.fromEntries(names.map((name) => [name, hiddenField(check.text, name)]));
    const answer = await press(visitor, form, 'finish', path, fields);
    if (answer.location !== paths.formDone(form.formId) && !context.signal.aborted) await finish(visitor, form);
  }

  /** Presses until the server answers with something else than "not now". */
  async function press(
    visitor: Visitor,
    form: OpenForm,
    kind: 'save' | 'finish',
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    for (;;) {
      const answer = await visitor.post(path, fields);
      const isGood = answer.status === 303 || answer.status === 422;
      const keptWords = kind === 'save' && !isGood ? answer.text.includes(wordsOf(form)) : null;
      attempts.push({ kind, formId: form.formId, answer, keptWords, at: performance.now() });
      if (isGood) return answer;
      if (context.signal.aborted) throw new Error('the run ended');
      await delay(RETRY_MS);
    }
  }

  async function read(visitor: Visitor, form: OpenForm, path: string): Promise<Answer> {
    for (;;) {
      const answer = await visitor.get(path);
      attempts.push({ kind: 'read', formId: form.formId, answer, keptWords: null, at: performance.now() });
      if (answer.status === 200 || answer.status === 303) return answer;
      if (context.signal.aborted) throw new Error('the run ended');
      await delay(RETRY_MS);
    }
  }

  function think(): Promise<void> {
    return delay(Math.round((options.thinkMs ?? THINK_MS) * (0.5 + context.random())));
  }

  const done = Promise.all(Array.from({ length: options.atOnce }, work)).then(() => undefined);
  // Whoever awaits `done` later still gets the error; until then it must not end the process.
  done.catch(() => undefined);
  return { attempts, saved, finished, done };
}

/** Words that occur nowhere else, so that they can be looked for. */
export function wordsOf(form: OpenForm): string {
  return `Gezien bij de mise-en-place, werkplek ${form.formId.slice(-12)}.`;
}

/** All fields of the form as the page posts them. */
export function formFields(school: ChaosSchool, words: string): Record<string, string> {
  const { scores, justifications } = filledForm(school.form, words);
  return Object.fromEntries([
    ...Object.entries(scores).map(([ref, score]) => [scoreFieldName(ref), score]),
    ...Object.entries(justifications).map(([ref, text]) => [justificationFieldName(ref), text]),
  ]);
}
