/** From the queue to the other rooms of the committee, and what did not reach the exam office. Pure. */
import { MOST_PROBLEMS } from '../../../../prisma/repositories/sent-documents.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { sentHref } from './sent.model.ts';

/**
 * @param problems documents that did not arrive; see `countProblems`
 * @param unpublished final results that students do not see yet
 */
export function roomsModel({ translator }: Wording, problems: number, unpublished: number) {
  const { t } = translator;
  return {
    notice: noticeOf(translator, problems),
    noticeHref: sentHref({ view: 'problem', from: '', until: '' }),
    links: [
      ...(unpublished > 0
        ? [{ href: paths.publishResults(), icon: 'eye', label: t('deciding.publish.link', { count: unpublished }) }]
        : []),
      { href: paths.sentDocuments(), icon: 'mail-check', label: t('office.sent.title') },
      { href: paths.exportResults(), icon: 'file-spreadsheet', label: t('exporting.link.results') },
      { href: paths.documentArchive(), icon: 'folder-archive', label: t('exporting.link.documents') },
    ],
  };
}

function noticeOf({ t }: Wording['translator'], problems: number): string {
  if (problems === 0) return '';
  return problems > MOST_PROBLEMS
    ? t('office.sent.noticeMany', { number: MOST_PROBLEMS })
    : t('office.sent.notice', { count: problems });
}
