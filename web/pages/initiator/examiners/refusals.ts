/** Why a choice was not kept, in words and at the place where it can be mended. Pure. */
import type { ContactRow } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';
import type { Selection } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { quickControl } from './students-table.model.ts';

const SENTENCES = {
  EXAMINER_ALREADY_INVITED: 'invited',
  EXAMINER_ARCHIVED: 'archived',
  EXAMINER_UNKNOWN: 'unknown',
  ASSESSMENT_FINAL: 'closed',
  ASSESSMENT_CANCELLED: 'closed',
} as const;

export function refusalError(
  { translator }: Wording,
  { code, params }: { readonly code: string; readonly params: Readonly<Record<string, unknown>> },
  { assessments }: Selection,
  people: ReadonlyMap<string, ContactRow>,
): FieldError {
  const index = assessments.findIndex(({ id }) => id === params.assessmentId);
  const key = Object.entries(SENTENCES).find(([known]) => known === code)?.[1] ?? 'other';
  return {
    field: assessments.length > 1 && index >= 0 ? quickControl(index) : 'zoek',
    message: translator.t(`choosing.error.${key}`, {
      student: assessments[index]?.student.name ?? '',
      name: people.get(String(params.examinerId))?.name ?? translator.t('initiator.event.unknownPerson'),
    }),
  };
}
