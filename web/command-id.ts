/** Under which id a command is remembered, so that what was posted twice is done once. */
import { randomUUID } from 'node:crypto';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import type { Actor } from '../prisma/unit-of-work.ts';
import { isId } from './posted.ts';

const PAGE_NAMESPACE = '9b0c6f0e-39c5-5b7a-8f55-2d4b8a1a7c10';
const OWN_NAMESPACE = '5d5ab3a0-6c0b-5f0e-9a55-1f2d0c7be4a8';

/** A new id for a form that will be posted: twice the same form is one command. */
export function newFormId(): string {
  return uuidv7();
}

/**
 * The id of a command of a page: the same for the same page with the same content, so that a double click is one, while a page that
 * was gone back to and changed is another.
 *
 * @param pageId a hidden field of the page; anything but a UUID was tampered with, and counts as a page of its own each time
 * @param content JSON of what is asked
 */
export function commandIdFor(pageId: string, content: unknown): string {
  return uuidv5(`${isId(pageId) ? pageId : randomUUID()}|${JSON.stringify(content)}`, PAGE_NAMESPACE);
}

/**
 * What such an id is remembered as. It counts only for one kind of command of one person at one school: a page that went from hand to
 * hand is another command for whoever sends it next, who is not told what the former one got.
 *
 * @param type of the handler
 * @param by who sends it; `commandId` is a UUID; absent: an id of its own each time
 */
export function ownCommandId(
  type: string,
  { schoolId, actor, commandId }: { readonly schoolId: string; readonly actor: Actor; readonly commandId?: string },
): string {
  if (commandId === undefined) return randomUUID();
  return uuidv5([type, schoolId, actor.kind, actor.id ?? '', commandId].join('|'), OWN_NAMESPACE);
}
