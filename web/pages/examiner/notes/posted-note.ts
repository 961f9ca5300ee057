/** Reads a note as it was posted. */
import type { Request } from 'express';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import type { FormDefinition } from '../../../../domain/form.ts';
import {
  cleanText,
  findForbiddenCharacter,
  isPresent,
  MAX_NOTE,
  MAX_NOTES,
  textLength,
} from '../../../../domain/text.ts';
import type { NewNote, NotePlace } from '../../../../prisma/repositories/examiner-notes.ts';
import { bodyOf, textOf } from '../posted-form.ts';
import { placesOf } from '../words.ts';

export const NoteErrorCode = {
  Required: 'NOTE_REQUIRED',
  TooLong: 'NOTE_TOO_LONG',
  ForbiddenCharacter: 'TEXT_FORBIDDEN_CHARACTER',
  TooMany: 'TOO_MANY',
} as const;
export type NoteErrorCode = (typeof NoteErrorCode)[keyof typeof NoteErrorCode];

export interface NoteError {
  readonly code: NoteErrorCode;
  readonly params: Readonly<Record<string, number | string>>;
}

export interface PostedNote extends NewNote {
  /** Name of the button. */
  readonly action: string;
  readonly error: NoteError | null;
}

/** Notes wait no longer than this on a device; an older one, or one from the future, was stamped by a clock that is wrong. */
const MAX_AGE_MS = 14 * 86_400_000;

export function readPostedNote(definition: FormDefinition, req: Request): PostedNote {
  const posted = bodyOf(req);
  const body = cleanText(textOf(posted.notitie));
  const number = textOf(posted.nummer);
  return {
    id: isUuid(number) ? number : uuidv7(),
    body,
    age: noteAge(textOf(posted.geschreven), textOf(posted.toestel)),
    turn: turnOf(textOf(posted.beurt)),
    action: textOf(posted.actie),
    error: findError(body),
    ...placeOf(definition, textOf(posted.over)),
  };
}

function turnOf(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

/**
 * Milliseconds between writing and sending. Both were read from the same clock, so it may be two hours wrong without harm.
 * @param writtenAt ISO instant of the device; empty when it does not say
 * @param sentAt the same
 * @returns 0 when the two make no sense
 */
export function noteAge(writtenAt: string, sentAt: string): number {
  const age = Date.parse(sentAt) - Date.parse(writtenAt);
  return age > 0 && age <= MAX_AGE_MS ? age : 0;
}

/** @param ref of a component or criterion of the form; anything else is no place yet */
export function placeOf(definition: FormDefinition, ref: string): NotePlace {
  const place = placesOf(definition).get(ref);
  if (!place) return { componentRef: null, criterionRef: null };
  return { componentRef: place.component.ref, criterionRef: place.number === null ? null : ref };
}

function findError(body: string): NoteError | null {
  if (!isPresent(body)) return { code: NoteErrorCode.Required, params: {} };
  const forbidden = findForbiddenCharacter(body);
  if (forbidden) {
    const { code, position } = forbidden;
    return { code: NoteErrorCode.ForbiddenCharacter, params: { code, position: position + 1 } };
  }
  const length = textLength(body);
  return length > MAX_NOTE ? { code: NoteErrorCode.TooLong, params: { length, max: MAX_NOTE } } : null;
}

export const TOO_MANY: NoteError = { code: NoteErrorCode.TooMany, params: { max: MAX_NOTES } };
