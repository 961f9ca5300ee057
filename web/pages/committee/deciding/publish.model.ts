/** The list of results that students do not see yet. Pure. */
import type { UnpublishedCursor, UnpublishedRow } from '../../../../prisma/repositories/deciding.ts';
import { paths } from '../../../paths.ts';
import { moment, shortDay, type Wording } from '../../../wording.ts';
import { studentMeta } from '../words.ts';
import { versionFieldOf } from './decision.model.ts';

/** As many as a page of the queue. */
export const ROWS_AT_ONCE = 50;

/** `2026-11-24T09:00:00.000Z_<id>`; a moment and an id are no personal data. */
export function cursorText({ decidedAt, id }: UnpublishedCursor): string {
  return `${decidedAt.toISOString()}_${id}`;
}

/** @returns null for anything that is no cursor */
export function readCursor(
  text: string | undefined,
  isId: (value: unknown) => value is string,
): UnpublishedCursor | null {
  const [at = '', id] = (text ?? '').split('_');
  const decidedAt = new Date(at);
  return isId(id) && !Number.isNaN(decidedAt.getTime()) ? { decidedAt, id } : null;
}

export interface PublishInput {
  readonly nonce: string;
  readonly chosen: readonly string[];
  readonly error: string;
  /** Came from a dossier, and goes back there. */
  readonly isFromDossier: boolean;
}

export function publishModel(
  wording: Wording,
  { rows, hasNext }: { readonly rows: readonly UnpublishedRow[]; readonly hasNext: boolean },
  input: PublishInput,
) {
  const { t } = wording.translator;
  const last = rows.at(-1);
  return {
    crumbs: [{ href: paths.backToQueue(), label: t('committee.title') }, { label: t('deciding.publish.crumb') }],
    action: paths.publishResults(),
    backHref: input.isFromDossier && rows[0] ? paths.dossier(rows[0].id) : paths.backToQueue(),
    isFromDossier: input.isFromDossier,
    hasAll: rows.length > 1,
    nonce: input.nonce,
    columns: [
      { label: t('deciding.publish.columns.choose'), isHidden: true },
      { label: t('deciding.publish.columns.student') },
      { label: t('deciding.publish.columns.exam') },
      { label: t('deciding.publish.columns.result') },
      { label: t('deciding.publish.columns.decided') },
      { label: t('deciding.publish.columns.when') },
    ],
    rows: rows.map((row) => ({
      id: row.id,
      href: paths.dossier(row.id),
      name: row.student.name,
      meta: studentMeta(wording, row.student),
      exam: row.examTitle,
      attempt: t('deciding.publish.attempt', { attempt: row.attempt }),
      score: row.score ?? '',
      gradeTenths: row.gradeTenths,
      decided: shortDay(wording, row.decidedAt),
      when: row.publishAt === null ? t('deciding.publish.byHand') : moment(wording, row.publishAt),
      label: t('deciding.publish.choose', { name: row.student.name }),
      versionField: versionFieldOf(row.id),
      version: String(row.version),
      isChosen: input.chosen.includes(row.id),
    })),
    submitAll: t('deciding.publish.submitAll', { count: rows.length }),
    nextHref: hasNext && last ? paths.publishResults({ na: cursorText(last) }) : '',
    errors: input.error === '' ? [] : [{ field: `kies-${rows[0]?.id ?? ''}`, message: input.error }],
  };
}
