/** What forms ask, out of the database. Hundreds of forms ask the same, each with a copy of its own there. */
import type { FormDefinition } from '../domain/form.ts';
import { createUnchanging } from './unchanging.ts';

const MOST_KNOWN = 100;
const known = createUnchanging<FormDefinition>(MOST_KNOWN);

/**
 * The same text is the same object, so it is read once; and what is made of it alone, a caller makes once.
 * @param text a stored definition, as JSON
 */
export function readDefinition(text: string): FormDefinition {
  return known.get(text) ?? known.keep(text, JSON.parse(text));
}
