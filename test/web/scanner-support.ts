/** What a mail scanner does to a link: it follows everything, presses every button, and sends every form as it finds it. */
import type { TestApp, TestClient } from '../support/app.ts';

export interface Scan {
  /** Every answer, as `METHOD path status`. */
  readonly seen: readonly string[];
}

interface FoundForm {
  readonly action: string;
  readonly isMultipart: boolean;
  readonly fields: readonly (readonly [string, string])[];
  /** Name and value of each button that has a name; one empty pair for a form without. */
  readonly buttons: readonly (readonly [string, string])[];
}

/**
 * Goes through everything that can be reached from a page, forms included.
 * @param most requests, after which it gives up as a scanner does
 */
export async function scan(client: TestClient, start: string, most = 150): Promise<Scan> {
  const seen: string[] = [];
  const done = new Set<string>();
  const queue = [start];
  const visit = (path: string | null) => {
    if (path?.startsWith('/') && !path.startsWith('/assets/')) queue.push(path.split('#')[0] ?? path);
  };
  const read = (text: string, here: string) => {
    for (const [, href = ''] of text.matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)) visit(decode(href));
    return formsIn(text, here);
  };
  while (queue.length > 0 && seen.length < most) {
    const path = queue.shift() ?? '';
    if (done.has(path)) continue;
    done.add(path);
    const page = await client.get(path);
    seen.push(`GET ${path} ${page.status}`);
    visit(page.location);
    for (const form of read(page.text, path)) {
      for (const button of form.buttons) {
        const key = JSON.stringify([form.action, form.fields.filter(([name]) => !IS_FRESH.test(name)), button]);
        if (done.has(key) || seen.length >= most) continue;
        done.add(key);
        const answer = await client.post(form.action, bodyOf(form, button));
        seen.push(`POST ${form.action} ${answer.status}`);
        visit(answer.location);
        read(answer.text, form.action);
      }
    }
  }
  return { seen };
}

/** Fields that are another each time a page is made. */
const IS_FRESH = /^(_csrf|opdracht|schrijver|returnTo)$/;

function bodyOf({ fields, isMultipart }: FoundForm, [name, value]: readonly [string, string]) {
  const all = [...fields.filter(([field]) => field !== '_csrf'), ...(name === '' ? [] : [[name, value] as const])];
  if (!isMultipart) return Object.fromEntries(all);
  const form = new FormData();
  for (const [field, text] of all) form.set(field, text);
  return form;
}

function formsIn(text: string, here: string): FoundForm[] {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', body = '']) => {
    if (attribute(head, 'method') !== 'post') return [];
    const buttons = [...body.matchAll(/<button\b([^>]*)>/g)]
      .filter(([, tag = '']) => attribute(tag, 'type') !== 'button')
      .map(([, tag = '']) => [attribute(tag, 'name'), attribute(tag, 'value')] as const);
    return [
      {
        action: decode(attribute(head, 'action')) || here,
        isMultipart: attribute(head, 'enctype') === 'multipart/form-data',
        fields: fieldsIn(body),
        buttons: buttons.length > 0 ? buttons : [['', '']],
      },
    ];
  });
}

function fieldsIn(body: string): [string, string][] {
  const inputs = [...body.matchAll(/<input\b([^>]*)>/g)].flatMap(([, tag = '']): [string, string][] => {
    const type = attribute(tag, 'type');
    const isChoice = type === 'checkbox' || type === 'radio';
    if (type === 'file' || (isChoice && !/\schecked\b/.test(tag))) return [];
    return [[attribute(tag, 'name'), decode(attribute(tag, 'value'))]];
  });
  const areas = [...body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)].map(
    ([, tag = '', text = '']): [string, string] => [attribute(tag, 'name'), decode(text)],
  );
  return [...inputs, ...areas].filter(([name]) => name !== '');
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
}

/** All that a scanner must leave as it was. */
export async function standing(app: TestApp, of: { readonly assessmentId: string; readonly formId: string }) {
  const { database } = app;
  const [pair, assessment, form, revisions, submissions] = await Promise.all([
    database.assessmentExaminer.findFirstOrThrow({
      where: { formId: of.formId },
      select: { formStatus: true, ask: true, finishedAt: true },
    }),
    database.assessment.findUniqueOrThrow({
      where: { id: of.assessmentId },
      select: { status: true, isDisputed: true },
    }),
    database.form.findUniqueOrThrow({ where: { id: of.formId }, select: { revision: true, doneCount: true } }),
    database.formRevision.findMany({ where: { formId: of.formId }, orderBy: { revision: 'asc' } }),
    database.formSubmission.count({ where: { formId: of.formId } }),
  ]);
  return { ...pair, ...assessment, ...form, submissions, contents: revisions.map(({ content }) => content) };
}
