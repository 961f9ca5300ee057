/** Files of an invitation, as the form shows them. Pure. */
import { ScanState } from '../../../../platform/attachments.ts';
import { formatBytes } from '../../../../platform/i18n/index.ts';
import type { OwnAttachment } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';

export interface AttachmentModel {
  readonly id: string;
  /** `plan.pdf (2,4 MB)`. */
  readonly label: string;
  /** What keeps it from going along; empty when nothing does. */
  readonly notice: string;
  readonly isWaiting: boolean;
}

export function attachmentModel({ translator }: Wording, { id, name, size, scan }: OwnAttachment): AttachmentModel {
  const isWaiting = scan === ScanState.Quarantined;
  return {
    id,
    label: `${name} (${formatBytes(size, translator.lang)})`,
    notice: isWaiting ? translator.t('inviting.file.waiting') : '',
    isWaiting,
  };
}
