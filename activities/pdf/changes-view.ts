/** What the document says about what was changed after examiners had finished. Pure. */
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { listFormat, paragraphsOf, shortFormat } from './formats.ts';
import { documentWords, fill } from './words.ts';

/** `B1-K1-W1, gedragsobservatie` for each component ref. */
function componentNames(data: ResultDocumentData): ReadonlyMap<string, string> {
  const { kindBehaviour, kindProduct } = documentWords[data.lang];
  return new Map(
    data.coreTasks.flatMap(({ workProcesses }) =>
      workProcesses.flatMap(({ code, components }) =>
        components.map(({ ref, kind }): [string, string] => [
          ref,
          `${code} (${(kind === 'behaviour' ? kindBehaviour : kindProduct).toLowerCase()})`,
        ]),
      ),
    ),
  );
}

/** `criterium 2 van B1-K1-W1 (gedragsobservatie)` for each criterion ref. */
function criterionNames(data: ResultDocumentData): ReadonlyMap<string, string> {
  const { criterionOf } = documentWords[data.lang];
  const nameOf = componentNames(data);
  const components = data.coreTasks.flatMap(({ workProcesses }) => workProcesses.flatMap((each) => each.components));
  return new Map(
    components.flatMap(({ ref, criteria }) =>
      criteria.map((criterion, index): [string, string] => [
        criterion.ref,
        fill(criterionOf, { number: index + 1, component: nameOf.get(ref) ?? ref }),
      ]),
    ),
  );
}

/** What was corrected, and which decisions were opened again, oldest first. */
export function changesView(data: ResultDocumentData) {
  const words = documentWords[data.lang];
  const short = shortFormat(data);
  const list = listFormat(data);
  const named = (refs: readonly string[], names: ReadonlyMap<string, string>) =>
    list.format(refs.map((ref) => names.get(ref) ?? ref));
  const reasonText = (reason: string) => (reason === '' ? [] : paragraphsOf(fill(words.reasonIs, { reason })));
  const corrections = (data.corrections ?? []).map((each) => ({
    at: each.at,
    heading: fill(words.corrected, { at: short(each.at), member: each.byName, examiner: each.examinerName }),
    paragraphs: [
      each.rescored.length === 0
        ? fill(words.correctedWords, { components: named(each.components, componentNames(data)) })
        : fill(words.correctedScores, { criteria: named(each.rescored, criterionNames(data)) }),
      ...reasonText(each.reason),
    ],
  }));
  const reopenings = (data.reopenings ?? []).flatMap(({ at, byName, version, reason, ended }) => [
    {
      at,
      heading: fill(words.reopened, { at: short(at), member: byName, version }),
      paragraphs: reasonText(reason),
    },
    ...(ended
      ? [
          {
            at: ended.at,
            heading: fill(words.reopeningEnded, { at: short(ended.at), member: ended.byName }),
            paragraphs: reasonText(ended.reason),
          },
        ]
      : []),
  ]);
  return [...corrections, ...reopenings].sort((a, b) => a.at.localeCompare(b.at));
}
