/** What differs between two versions of a form, for its examiner and for the committee. Pure. */
import { type CaptionedEvidence, evidenceChanges } from '../../../../domain/evidence.ts';
import {
  type FormContent,
  type FormDefinition,
  justificationFieldName,
  scoreFieldName,
} from '../../../../domain/form.ts';
import { type ComponentChange, formChanges } from '../../../../domain/form-changes.ts';
import type { Score } from '../../../../domain/score.ts';
import { wordDiff } from '../../../word-diff.ts';
import type { Wording } from '../../../wording.ts';
import { kindName } from '../words.ts';

/** @returns one entry for each component in which something differs, in the order of the form; each side as it was */
export function versionsModel(wording: Wording, definition: FormDefinition, before: FormContent, after: FormContent) {
  const { t } = wording.translator;
  return formChanges(definition, before, after).map(({ component, scores, words }) => ({
    title: t('examiner.form.stepTitle', { code: component.workProcess.code, title: component.workProcess.title }),
    kind: component.kind,
    scores: scores.map(({ number, text, from, to }) => ({
      label: t('returning.versions.criterion', { number }),
      text,
      from: from ?? '',
      to: to ?? '',
    })),
    words: words && { from: words.from, to: words.to, ...marked(words) },
  }));
}

/** Both sides with what was taken away, and what is new, marked by word. */
function marked({ from, to }: { readonly from: string; readonly to: string }) {
  const parts = wordDiff(from, to);
  return {
    before: parts.filter(({ kind }) => kind !== 'added'),
    after: parts.filter(({ kind }) => kind !== 'removed'),
  };
}

export type VersionsModel = ReturnType<typeof versionsModel>;

/** One line for each change. @param before what was finished; null when nothing was yet */
export function changeLines(
  wording: Wording,
  definition: FormDefinition,
  before: FormContent | null,
  after: FormContent,
): string[] {
  if (before === null) return [];
  const { t } = wording.translator;
  return formChanges(definition, before, after).flatMap(({ component, scores, words }) => {
    const place = { process: component.workProcess.code, component: kindName(wording, component.kind) };
    const lines = scores.map(({ number, from, to }) => {
      const where = t('examiner.form.openScore', { ...place, number });
      return t('returning.change.score', { where, from: nameOf(wording, from), to: nameOf(wording, to) });
    });
    const where = `${place.process} · ${place.component}`;
    return words === null ? lines : [...lines, t('returning.change.words', { where })];
  });
}

/**
 * One line for each component whose evidence differs.
 * @param before of the version that was finished, or of none
 */
export function evidenceLines(
  wording: Wording,
  definition: FormDefinition,
  before: readonly CaptionedEvidence[],
  after: Parameters<typeof evidenceChanges>[1],
): string[] {
  const { t, lang } = wording.translator;
  const list = new Intl.ListFormat(lang);
  return evidenceChanges(before, after).flatMap(({ component: ref, ...counts }) => {
    const component = definition.components.find((each) => each.ref === ref);
    if (!component) return [];
    const where = `${component.workProcess.code} · ${kindName(wording, component.kind)}`;
    const kinds = (['added', 'removed', 'reworded'] as const).filter((kind) => counts[kind] > 0);
    const what = list.format(kinds.map((kind) => t(`evidence.change.${kind}`, { count: counts[kind] })));
    return [t('evidence.change.line', { where, what })];
  });
}

function nameOf({ translator: { t } }: Wording, score: Score | null): string {
  return score ?? t('returning.change.none');
}

/** Marks beside the controls of what was changed, by field name. */
export function changeMarks(
  wording: Wording,
  definition: FormDefinition,
  before: FormContent | null,
  after: FormContent,
): ReadonlyMap<string, string> {
  const changes = before === null ? [] : formChanges(definition, before, after);
  return new Map(changes.flatMap((change) => marksOf(wording, change)));
}

function marksOf({ translator: { t } }: Wording, { component, scores, words }: ComponentChange): [string, string][] {
  const marks = scores.map(({ ref, from, to }): [string, string] => {
    const was = from ?? t('returning.change.none');
    const text =
      to === null ? t('returning.returned.wasEmpty', { from: was }) : t('returning.returned.was', { from: was, to });
    return [scoreFieldName(ref), text];
  });
  return words === null ? marks : [...marks, [justificationFieldName(component.ref), t('returning.returned.words')]];
}
