/** Broken rules about examiners, in plain sentences: the same rule about the same people once, with all its students. Pure. */
import type { Conflict, ConflictFacts } from '../../../../domain/conflicts.ts';
import type { CheckedChoice } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';

export interface ConflictLine {
  readonly rule: Conflict['rule'];
  readonly isBlocking: boolean;
  /** The rule with who breaks it. */
  readonly text: string;
  /** For whom. */
  readonly students: string;
  readonly count: number;
  /** What this means for inviting. */
  readonly consequence: string;
}

/** All of them, what blocks first. */
export function conflictLines(wording: Wording, { facts, conflicts }: CheckedChoice): ConflictLine[] {
  const { t, lang } = wording.translator;
  const factsOf = new Map(facts.map((each) => [each.assessmentId, each]));
  const groups = Map.groupBy(conflicts, (conflict) => groupKey(conflict, factsOf.get(conflict.assessmentId)));
  const lines = [...groups.values()].flatMap((group): ConflictLine[] => {
    const [first] = group;
    if (!first) return [];
    const names = group.map(({ assessmentId }) => factsOf.get(assessmentId)?.student.name ?? '');
    const isBlocking = first.level === 'block';
    return [
      {
        rule: first.rule,
        isBlocking,
        text: conflictText(wording, first, factsOf.get(first.assessmentId)),
        students: t('choosing.conflict.students', {
          count: group.length,
          names: new Intl.ListFormat(lang, { type: 'conjunction' }).format(names),
        }),
        count: group.length,
        consequence: t(isBlocking ? 'choosing.conflict.blocks' : 'choosing.conflict.warns'),
      },
    ];
  });
  return lines.sort((a, b) => Number(b.isBlocking) - Number(a.isBlocking));
}

/** One broken rule as a sentence without the student: "Bo Praktijk is de eigen coach van de student." */
export function conflictText(wording: Wording, conflict: Conflict, facts: ConflictFacts | undefined): string {
  const { t, lang } = wording.translator;
  const names = (facts?.examiners ?? [])
    .filter(({ contactId }) => conflict.examinerIds.includes(contactId))
    .map(({ name }) => name);
  return t(`choosing.conflict.${conflict.rule}`, {
    count: names.length,
    name: new Intl.ListFormat(lang, { type: 'conjunction' }).format(names),
    company: facts?.student.trainingCompany ?? '',
  });
}

function groupKey(conflict: Conflict, facts: ConflictFacts | undefined): string {
  const company = conflict.rule === 'noneIndependent' ? facts?.student.trainingCompany : '';
  return JSON.stringify([conflict.rule, conflict.level, conflict.examinerIds, company]);
}
