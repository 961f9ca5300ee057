/** What the page of documents of a period shows. Pure. */
import { formatBytes } from '../../../../platform/i18n/index.ts';
import type { ListedRun } from '../../../../prisma/repositories/exporting.ts';
import type { DocumentCounts } from '../../../../prisma/repositories/exporting-documents.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import type { FieldError } from './asked.ts';
import { crumbsOf } from './choose.model.ts';
import { countText, periodText, runModels } from './runs.model.ts';

export interface ArchiveFacts {
  readonly from: string;
  readonly to: string;
  readonly isNewestOnly: boolean;
  readonly errors: readonly FieldError[];
  /** Null: nothing was counted. */
  readonly counts: DocumentCounts | null;
  readonly runs: readonly ListedRun[];
  readonly limits: { readonly documents: number; readonly bytes: number };
}

export function archiveModel(wording: Wording, facts: ArchiveFacts) {
  const { t } = wording.translator;
  const title = t('exporting.archive.title');
  const versions = facts.isNewestOnly ? 'nieuwste' : 'alle';
  return {
    title,
    crumbs: crumbsOf(wording, { label: title }),
    errors: facts.errors,
    action: paths.documentArchive(),
    resultsHref: paths.exportResults(),
    from: facts.from,
    to: facts.to,
    versions,
    versionOptions: [
      { value: 'nieuwste', label: t('exporting.archive.newest'), hint: t('exporting.archive.newestHint') },
      { value: 'alle', label: t('exporting.archive.all'), hint: t('exporting.archive.allHint') },
    ],
    found: facts.counts === null ? null : foundModel(wording, facts, facts.counts, versions),
    runs: runModels(wording, facts.runs, false),
  };
}

function foundModel(wording: Wording, facts: ArchiveFacts, counts: DocumentCounts, versions: string) {
  const { t, lang } = wording.translator;
  const { count, waiting, bytes } = counts;
  const { limits } = facts;
  const isTooMuch = count > limits.documents || bytes > limits.bytes;
  const most = { documents: countText(wording, limits.documents), size: formatBytes(limits.bytes, lang) };
  return {
    title: periodText(wording, facts.from, facts.to),
    isEmpty: count === 0,
    isTooMuch,
    text: t('exporting.archive.found', { count, shown: countText(wording, count), size: formatBytes(bytes, lang) }),
    tooMuch: t('exporting.archive.tooMuch', {
      found: countText(wording, count),
      foundSize: formatBytes(bytes, lang),
      ...most,
    }),
    waiting: waiting > 0 ? t('exporting.archive.waiting', { count: waiting }) : '',
    canDownload: count > 0 && !isTooMuch,
    action: paths.documentArchiveZip(),
    hidden: [
      { name: 'van', value: facts.from },
      { name: 'tot', value: facts.to },
      { name: 'versies', value: versions },
    ],
  };
}
