/** The switch "Bewerken" on the dossier: what it offers at each component. Pure. */
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { CommitteeEdits } from '../../../../domain/deciding.ts';
import type { Dossier, DossierExaminer } from '../../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { anchorOf, refusalText } from './edit.model.ts';
import { hasHistory } from './history.model.ts';

/** What the page knows of the member who looks. */
export interface EditMode {
  readonly isOn: boolean;
  /** Why this member may correct nothing here (four eyes); null when they may. */
  readonly refusal: string | null;
}

export const NOT_EDITING: EditMode = { isOn: false, refusal: null };

/** There is something finished, and nothing stands in the way of changing it: of a final result that is reopening it first. */
function isOffered({ state, examiners }: Pick<Dossier, 'state' | 'examiners'>): boolean {
  const isOver = state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled;
  return !isOver && examiners.some((examiner) => examiner.state?.form === FormStatus.Finished);
}

/** The switch with what it means; `isOffered` false: it is not shown. */
export function editModeModel(wording: Wording, dossier: Dossier, { isOn, refusal }: EditMode) {
  const { t } = wording.translator;
  const isThere = isOffered(dossier);
  return {
    isOffered: isThere,
    isOn: isOn && isThere,
    action: paths.dossier(dossier.id),
    // Off when it is on, and the other way round.
    value: isOn ? '' : 'aan',
    historyHref: hasHistory(dossier) ? paths.editHistory(dossier.id) : '',
    text: t(`editing.mode.${dossier.deciding.committeeEdits}`),
    blocked: blockedText(wording, dossier, refusal),
  };
}

function blockedText(wording: Wording, { state, deciding }: Dossier, refusal: string | null): string {
  if (deciding.committeeEdits === CommitteeEdits.Off) return '';
  if (state.status !== AssessmentStatus.Assessed) return refusalText(wording, 'ASSESSMENT_NOT_ASSESSED');
  return refusal === null ? '' : refusalText(wording, refusal);
}

export interface EditAction {
  readonly href: string;
  readonly label: string;
  readonly icon: string;
}

/** What can be done about what one examiner wrote at a component. */
export type EditActions = readonly EditAction[];

/** Examiner by examiner; nothing while the switch is off. */
export function editActions(
  wording: Wording,
  { id, state, deciding }: Dossier,
  scorers: readonly DossierExaminer[],
  ref: string,
  { isOn, refusal }: EditMode,
): EditActions[] {
  if (!isOn || state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled) return [];
  const { t } = wording.translator;
  const mayCorrect =
    deciding.committeeEdits !== CommitteeEdits.Off && state.status === AssessmentStatus.Assessed && refusal === null;
  return scorers
    .filter((examiner) => examiner.state?.form === FormStatus.Finished)
    .map(({ contactId, name }) => [
      ...(mayCorrect
        ? [
            {
              href: `${paths.editForm(id, contactId)}#${anchorOf(ref)}`,
              label: t('editing.mode.correct', { name }),
              icon: 'pencil',
            },
          ]
        : []),
      {
        href: paths.returnForm(id, contactId, { onderdeel: ref }),
        label: t('editing.mode.back', { name }),
        icon: 'undo-2',
      },
    ]);
}
