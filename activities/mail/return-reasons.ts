import { type AssessmentForMail, mailItem } from '../../emails/invitation-data.ts';
import type { ComposeTools } from './compose.ts';
import { readText } from './read.ts';
import type { MailRow } from './types.ts';

/**
 * Why a form came back, in words: what holds for all of it, and then what was written at each component.
 * @returns lines; the name of the component stands before its own reason
 */
export async function returnReasons(tools: ComposeTools, row: MailRow, assessment: AssessmentForMail): Promise<string> {
  const { textId, componentTextIds = {} } = row.reference;
  const own = Object.entries(componentTextIds);
  const lines = await Promise.all(
    own.map(async ([ref, id]) => {
      const { parts } = mailItem({ ...assessment, componentRefs: [ref] }, tools.language);
      return [...parts, await readText(tools.database, row.schoolId, id)].join(': ');
    }),
  );
  // Where every component has its own reason, the first of them stands for the whole as well.
  const isOfAll = !own.some(([, id]) => id === textId);
  const general = isOfAll ? await readText(tools.database, row.schoolId, textId) : '';
  return [general, ...lines].filter((line) => line !== '').join('\n');
}
