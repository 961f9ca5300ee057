/** Evidence in the dossier. Pure. */
import { ScanState } from '../../../platform/attachments.ts';
import type { DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { type EvidenceItem, evidenceItem } from '../examiner/evidence/evidence.model.ts';

/** Photos and PDFs that one examiner put with a component. */
export interface EvidenceOfExaminer {
  readonly label: string;
  readonly items: readonly EvidenceItem[];
}

/** Of the examiners who finished evidence with this component, in their order. */
export function evidenceOf(
  wording: Wording,
  assessmentId: string,
  ref: string,
  examiners: readonly DossierExaminer[],
): EvidenceOfExaminer[] {
  const { t } = wording.translator;
  return examiners.flatMap(({ name, submission }) => {
    const items = (submission?.evidence ?? [])
      .filter(({ componentRef }) => componentRef === ref)
      .map((piece) => {
        const item = evidenceItem(wording, piece, paths.dossierEvidence(assessmentId, piece.id));
        if (item.note === '') return item;
        const isInfected = piece.scan === ScanState.Infected;
        return { ...item, note: t(isInfected ? 'evidence.committeeInfected' : 'evidence.committeeQuarantined') };
      });
    return items.length === 0 ? [] : [{ label: t('evidence.of', { name }), items }];
  });
}
