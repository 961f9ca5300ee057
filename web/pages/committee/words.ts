/** Small sentences that several committee pages share. */
import type { ComponentKind } from '../../../domain/exam.ts';
import { workProcessOf } from '../../../domain/exam-structure.ts';
import type { Score } from '../../../domain/score.ts';
import { formatGrade } from '../../../platform/i18n/index.ts';
import type { StudentName } from '../../../prisma/repositories/committee-dossier.ts';
import type { Wording } from '../../wording.ts';

/** A line that asks for attention. */
export interface FlagModel {
  readonly text: string;
  readonly icon: string;
}

/** `B1-K1-W1, gedragsobservatie`. */
export function componentLabel({ translator }: Wording, ref: string): string {
  const kind: ComponentKind = ref.endsWith('/product') ? 'product' : 'behaviour';
  const word = translator.t(`common.componentKind.${kind}`).toLowerCase();
  return translator.t('committee.component', { code: workProcessOf(ref), kind: word });
}

/** `2301 · groep VZ3A`, with what is known of it. */
export function studentMeta({ translator }: Wording, student: StudentName): string {
  const number = student.number ?? translator.t('committee.queue.noNumber');
  const group = student.groups.join(', ');
  return group === ''
    ? translator.t('committee.queue.studentAlone', { number })
    : translator.t('committee.queue.student', { number, group });
}

/** `Goed, cijfer 8,2`. */
export function resultWords({ translator }: Wording, score: Score, gradeTenths: number): string {
  return translator.t('committee.finalise.facts.resultValue', {
    score: translator.t(`common.scoreTitle.${score}`),
    grade: formatGrade(gradeTenths, translator.lang),
  });
}

/** `A, B en C`. */
export function listNames(
  { translator }: Wording,
  names: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return new Intl.ListFormat(translator.lang, { type }).format(names);
}

export interface FlagFacts {
  readonly status: string;
  readonly isDisputed: boolean;
  readonly isReturnAsked: boolean;
  readonly disagreementCount: number;
  readonly insufficientCount: number;
  readonly insufficientAt: readonly { readonly ref: string; readonly count: number }[];
  readonly returnCount: number;
  readonly isLate: boolean;
}

/** What asks for attention, most urgent first. Marks help to look; they decide nothing. */
export function flagsOf(wording: Wording, facts: FlagFacts): FlagModel[] {
  const { t } = wording.translator;
  const flags: FlagModel[] = [];
  if (facts.isDisputed) flags.push({ text: t('committee.flag.disputed'), icon: 'shield-alert' });
  if (facts.isReturnAsked) flags.push({ text: t('committee.flag.returnAsked'), icon: 'undo-2' });
  if (facts.disagreementCount > 0) {
    flags.push({ text: t('committee.flag.disagreement', { count: facts.disagreementCount }), icon: 'flag' });
  }
  if (facts.insufficientCount > 0) flags.push({ text: insufficientText(wording, facts), icon: 'flag' });
  if (facts.returnCount > 0) {
    const isBusy = facts.status === 'returned';
    flags.push({ text: t(isBusy ? 'committee.flag.returnedBusy' : 'committee.flag.returned'), icon: 'flag' });
  }
  if (facts.isLate) flags.push({ text: t('committee.flag.late'), icon: 'clock-alert' });
  return flags;
}

function insufficientText(wording: Wording, { insufficientCount, insufficientAt }: FlagFacts): string {
  const { t } = wording.translator;
  const [only] = insufficientAt;
  return only !== undefined && insufficientAt.length === 1
    ? t('committee.flag.insufficient', { count: insufficientCount, where: componentLabel(wording, only.ref) })
    : t('committee.flag.insufficientMany', { count: insufficientCount, parts: insufficientAt.length });
}
