/** What the document says about one component: scores, whose stand, words, evidence. Pure. */
import type { DocumentAgreement, DocumentComponent, ResultDocumentData } from '../../domain/result-document.ts';
import type { Score } from '../../domain/score.ts';
import { formatBytes } from '../../platform/i18n/index.ts';
import { listFormat, paragraphsOf } from './formats.ts';
import { documentWords, fill } from './words.ts';

/** The more examiners, the narrower their columns. */
function columnWidth(examiners: number): 'wide' | 'middle' | 'narrow' {
  if (examiners <= 2) return 'wide';
  return examiners === 3 ? 'middle' : 'narrow';
}

/** A score as letter, word and colour. */
export function badgeOf(lang: ResultDocumentData['lang'], score: Score) {
  const { scoreO, scoreV, scoreG } = documentWords[lang];
  return { letter: score, word: { O: scoreO, V: scoreV, G: scoreG }[score], css: score.toLowerCase() };
}

/** @returns what makes the model of a component of this document */
export function componentViewOf(data: ResultDocumentData) {
  const words = documentWords[data.lang];
  const badge = (score: Score) => badgeOf(data.lang, score);
  const nameOf = (id: string) => data.examiners.find((examiner) => examiner.id === id)?.name ?? '';

  const standingText = ({ standingExaminerId }: DocumentComponent) =>
    fill(words.standing, { name: nameOf(standingExaminerId) });
  const agreedText = ({ how, by }: DocumentAgreement) => {
    const sentence = { together: words.agreedTogether, lead: words.agreedLead, third: words.agreedThird }[how];
    return fill(sentence, { names: listFormat(data).format(by.map(nameOf)) });
  };
  const justificationView = (heading: string, text: string | undefined) => ({
    heading,
    paragraphs: text === undefined ? [] : paragraphsOf(text),
    none: text === undefined ? words.noJustification : null,
  });

  /** Named, not enclosed: whoever has the file can tell that it is this one. */
  const evidenceView = (id: string, { evidence, examinerIds }: DocumentComponent) => {
    const pieces = evidence?.[id] ?? [];
    if (pieces.length === 0) return [];
    const heading = examinerIds.length > 1 ? fill(words.evidenceBy, { name: nameOf(id) }) : words.evidence;
    const paragraphs = pieces.flatMap(({ name, size, sha256, caption }) => [
      fill(words.evidenceFile, { name, size: formatBytes(size, data.lang) }),
      ...(caption === undefined ? [] : [fill(words.evidenceCaption, { caption })]),
      fill(words.evidenceHash, { sha256 }),
    ]);
    return [{ heading, paragraphs, none: null }];
  };

  return (component: DocumentComponent) => {
    const isShared = component.examinerIds.length > 1;
    const isDisputed = component.criteria.some((criterion) => new Set(Object.values(criterion.scores)).size > 1);
    const { agreed } = component;
    // A third examiner's set stands as it is, in the column of its own.
    const agreedScores = agreed && agreed.how !== 'third' ? agreed.scores : null;
    return {
      heading: component.kind === 'behaviour' ? words.kindBehaviour : words.kindProduct,
      width: columnWidth(component.examinerIds.length + (agreedScores ? 1 : 0)),
      columns: [
        ...component.examinerIds.map((id) => (isShared ? nameOf(id) : words.score)),
        ...(agreedScores ? [words.agreedColumn] : []),
      ],
      rows: component.criteria.map((criterion, index) => ({
        number: index + 1,
        text: criterion.text,
        scores: [
          ...component.examinerIds.map((id) => criterion.scores[id]),
          ...(agreedScores ? [agreedScores[criterion.ref]] : []),
        ].map((score) => ({ badge: score === undefined ? null : badge(score) })),
      })),
      standing: agreed ? agreedText(agreed) : isDisputed ? standingText(component) : null,
      justifications: [
        ...component.examinerIds.map((id) =>
          justificationView(
            isShared ? fill(words.justificationBy, { name: nameOf(id) }) : words.justification,
            component.justifications[id],
          ),
        ),
        ...(agreed && agreed.justification !== ''
          ? [justificationView(words.agreedJustification, agreed.justification)]
          : []),
        ...component.examinerIds.flatMap((id) => evidenceView(id, component)),
      ],
    };
  };
}
