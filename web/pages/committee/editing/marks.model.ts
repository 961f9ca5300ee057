/** What stands out in finished forms, in words. It helps to look and decides nothing. Pure. */
import { FormStatus } from '../../../../domain/assessment.ts';
import { findMarks, type Mark, MarkKind } from '../../../../domain/marks.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import type { Wording } from '../../../wording.ts';
import type { FlagModel } from '../words.ts';

type Facts = Pick<Dossier, 'examiners' | 'deciding'>;

/** Of the forms that count: what was withdrawn or sent back says nothing now. */
export function marksOf({ examiners, deciding }: Facts): Mark[] {
  const forms = examiners.flatMap(({ contactId, state, submission }) =>
    state?.form === FormStatus.Finished && submission !== null
      ? [
          {
            examinerId: contactId,
            definition: submission.definition,
            content: submission.content,
            startedAt: state.startedAt,
            finishedAt: state.finishedAt,
          },
        ]
      : [],
  );
  return findMarks(forms, deciding.minJustificationLength);
}

const ICONS: Readonly<Record<MarkKind, string>> = {
  [MarkKind.SameText]: 'copy',
  [MarkKind.AllGood]: 'trending-up',
  [MarkKind.Hasty]: 'timer',
  [MarkKind.ShortJustification]: 'text',
};

/** One line for each thing that stands out, by examiner; short justifications of one examiner are counted together. */
export function marksModel({ translator: { t } }: Wording, dossier: Facts): FlagModel[] {
  const marks = marksOf(dossier);
  return dossier.examiners.flatMap(({ contactId, name }) => {
    const own = marks.filter(({ examinerId }) => examinerId === contactId);
    const short = own.filter(({ kind }) => kind === MarkKind.ShortJustification);
    const lines = own.flatMap(({ kind }) =>
      kind === MarkKind.ShortJustification ? [] : [{ text: t(`editing.marks.${kind}`, { name }), icon: ICONS[kind] }],
    );
    if (short.length === 0) return lines;
    const min = dossier.deciding.minJustificationLength;
    const text = t('editing.marks.shortJustification', { name, count: short.length, min });
    return [...lines, { text, icon: ICONS.shortJustification }];
  });
}

/** What stands out at one component. */
export function componentMarks({ translator: { t } }: Wording, dossier: Facts, ref: string): FlagModel[] {
  return marksOf(dossier).flatMap((mark) => {
    if (mark.kind !== MarkKind.ShortJustification || mark.component !== ref) return [];
    const name = dossier.examiners.find(({ contactId }) => contactId === mark.examinerId)?.name ?? '';
    return [{ text: t('editing.marks.short', { name, length: mark.length }), icon: ICONS.shortJustification }];
  });
}
