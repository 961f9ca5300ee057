/** Reads what a form posted. Only the components on the screen are in it; the others stay as they were. */
import type { Request } from 'express';
import {
  type FormComponent,
  type FormContent,
  type FormDefinition,
  type FormError,
  FormErrorCode,
  justificationFieldName,
  parseFormContent,
  scoreFieldName,
} from '../../../domain/form.ts';
import type { Score } from '../../../domain/score.ts';
import type { DraftPatch } from '../../../prisma/commands/draft-merge.ts';

export interface PostedForm {
  /** Revision that the page was made from; 0 when it does not say. */
  readonly basedOn: number;
  /** The page that posted, as it was given when it was made; empty when it does not say. */
  readonly writer: string;
  /** What the clock of the device said when the newest of this was typed. */
  readonly deviceAt: Date | undefined;
  /** What it said when this was sent, which may be hours later. */
  readonly deviceSentAt: Date | undefined;
  /** Name of the button. */
  readonly action: string;
  readonly isAll: boolean;
  readonly step: string;
  /** As typed, cleaned; only of the posted components. */
  readonly content: FormContent;
  /** What cannot be accepted as it is, in the order of the form. */
  readonly errors: readonly FormError[];
  /** What can be stored: all but what no database takes or what is no score. */
  readonly patch: DraftPatch;
}

export function readPostedForm(definition: FormDefinition, req: Request): PostedForm {
  const body = bodyOf(req);
  const posted = { ...definition, components: definition.components.filter((component) => isPosted(component, body)) };
  const { content, errors } = parseFormContent(posted, body);
  return {
    basedOn: readRevision(body.revisie),
    writer: readWriter(body.schrijver),
    deviceAt: readDeviceTime(body.toestel),
    deviceSentAt: readDeviceTime(body.verzonden),
    action: textOf(body.actie),
    isAll: textOf(body.weergave) === 'alles',
    step: textOf(body.stap),
    content,
    errors,
    patch: patchOf(posted, content, errors),
  };
}

export function bodyOf(req: Request): Readonly<Record<string, unknown>> {
  const body: unknown = req.body;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** A text field; empty when it is absent or came twice. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A revision number; 0 for anything else, which makes the save compare with the empty form and lose nothing. */
export function readRevision(value: unknown): number {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
}

function readWriter(value: unknown): string {
  return typeof value === 'string' && /^[a-z0-9]{1,16}$/.test(value) ? value : '';
}

function readDeviceTime(value: unknown): Date | undefined {
  const time = typeof value === 'string' && value.length <= 30 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}

function isPosted({ ref, criteria }: FormComponent, body: Readonly<Record<string, unknown>>): boolean {
  const names = [justificationFieldName(ref), ...criteria.map((criterion) => scoreFieldName(criterion.ref))];
  return names.some((name) => Object.hasOwn(body, name));
}

/** Fields with an error that keeps them from being stored are left out, so what was stored there before stays. */
function patchOf(definition: FormDefinition, content: FormContent, errors: readonly FormError[]): DraftPatch {
  const refused = new Set(
    errors.filter(({ code }) => code !== FormErrorCode.JustificationTooLong).map(({ ref }) => ref),
  );
  const scores: Record<string, Score | null> = {};
  const justifications: Record<string, string> = {};
  for (const component of definition.components) {
    if (!refused.has(component.ref)) justifications[component.ref] = content.justifications[component.ref] ?? '';
    for (const { ref } of component.criteria) if (!refused.has(ref)) scores[ref] = content.scores[ref] ?? null;
  }
  return { scores, justifications };
}

/** The stored draft with what was typed on top, also what could not be stored. */
export function withTyped(stored: FormContent, posted: PostedForm): FormContent {
  return {
    scores: { ...stored.scores, ...posted.content.scores },
    justifications: { ...stored.justifications, ...posted.content.justifications },
  };
}
