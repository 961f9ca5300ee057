/** Choosing an exam that one prepares for. Pure. */
import type { CatalogueExam } from '../../../prisma/repositories/my-exams.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';

export function addExamModel(
  { translator: { t } }: Wording,
  query: string,
  { rows, total }: { readonly rows: readonly CatalogueExam[]; readonly total: number },
) {
  return {
    title: t('mine.add.title'),
    lead: t('mine.add.lead'),
    crumbs: [{ href: paths.myExams(), label: t('mine.exams.title') }, { label: t('mine.add.title') }],
    action: paths.myExamAdd(),
    searchAction: paths.myExamAdd(),
    backHref: paths.myExams(),
    query,
    clearHref: query === '' ? null : paths.myExamAdd(),
    hasCatalogue: total > 0 || query !== '',
    count:
      rows.length < total ? t('mine.add.more', { shown: rows.length, total }) : t('mine.add.found', { count: total }),
    exams: rows.map(({ examId, title, code, crebo, kind, isOwn }) => ({
      examId,
      title,
      line: [t(`common.examKind.${kind}`), code, t('mine.exams.crebo', { crebo })].join(' · '),
      isOwn,
      label: t('mine.add.chooseNamed', { title }),
    })),
  };
}
