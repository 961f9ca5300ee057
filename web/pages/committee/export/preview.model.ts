/** What the page shows on which a list is looked at before it is fetched. Pure. */
import type { ExportProfile } from '../../../../domain/exporting.ts';
import type { ExportExam, LeftOut, ResultCounts } from '../../../../prisma/repositories/exporting.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { type Asked, askedFields, chooseHref } from './asked.ts';
import { countsModel, crumbsOf } from './choose.model.ts';
import { countText, periodText } from './runs.model.ts';

export interface PreviewFacts {
  readonly exam: ExportExam;
  readonly asked: Asked;
  readonly profile: ExportProfile;
  readonly counts: ResultCounts;
  readonly leftOut: readonly LeftOut[];
  /** As they are written. */
  readonly cells: readonly (readonly string[])[];
  /** The beginning of the file. */
  readonly text: string;
  /** Why the file was not made. */
  readonly problem: string | null;
}

export function previewModel(wording: Wording, facts: PreviewFacts) {
  const { t } = wording.translator;
  const { exam, asked, profile, counts, cells, text } = facts;
  const count = counts.ready - (asked.isNewOnly ? counts.fetched : 0);
  const title = t('exporting.preview.title');
  const chooseAgain = chooseHref(exam.id, asked);
  return {
    title,
    crumbs: crumbsOf(wording, { href: chooseAgain, label: t('exporting.choose.title') }, { label: title }),
    problem: facts.problem ?? '',
    lead: count === 0 ? '' : t('exporting.preview.lead', { count, shown: countText(wording, count) }),
    isEmpty: count === 0,
    emptyText: emptyText(wording, facts),
    facts: factsModel(wording, facts),
    counts: countsModel(wording, counts, profile.name),
    leftOut: leftOutModel(wording, facts),
    headers: profile.format.columns.map(({ header }) => header),
    rows: cells.map((row) => ({ cells: row })),
    // The mark in front is no text; that it is there is told beside.
    text: text.replace(/^\ufeff/, '').replaceAll('\t', '→'),
    textNotes: [
      profile.format.hasBom ? t('exporting.preview.bom') : '',
      profile.format.separator === '\t' ? t('exporting.preview.tab') : '',
    ]
      .filter(Boolean)
      .join(' '),
    isMore: count > 0 && t('exporting.preview.first', { count: cells.length }),
    action: paths.exportFile(),
    hidden: Object.entries(askedFields(exam.id, asked)).map(([name, value]) => ({ name, value })),
    chooseHref: chooseAgain,
    profileHref: paths.exportProfiles(),
  };
}

function factsModel(wording: Wording, { exam, asked, profile }: PreviewFacts) {
  const { t } = wording.translator;
  const version = exam.versions.find(({ id }) => id === asked.versionId)?.version;
  const unit = exam.units.find(({ code }) => code === asked.unitCode);
  const period = periodText(wording, asked.from, asked.to);
  return [
    { label: t('exporting.choose.exam'), value: `${exam.title} (${exam.code})` },
    { label: t('exporting.choose.version'), value: version ?? t('exporting.choose.allVersions') },
    ...(unit ? [{ label: t('exporting.choose.unit'), value: `${unit.code} ${unit.title}` }] : []),
    { label: t('exporting.choose.period'), value: period === '' ? t('exporting.period.any') : period },
    {
      label: t('exporting.choose.which'),
      value: t(asked.isNewOnly ? 'exporting.choose.newOnly' : 'exporting.choose.everything'),
    },
    {
      label: t('exporting.choose.profile'),
      value: profile.name,
      detail: t(`exporting.grainLong.${profile.format.grain}`),
    },
  ];
}

function emptyText({ translator: { t } }: Wording, { asked, counts }: PreviewFacts): string {
  return asked.isNewOnly && counts.fetched > 0
    ? t('exporting.preview.allFetched', { count: counts.fetched })
    : t('exporting.preview.noneFinal');
}

/** Whoever is not in the list though there was a decision: by name, as far as a page can hold. */
function leftOutModel({ translator: { t } }: Wording, { leftOut, counts }: PreviewFacts) {
  const total = counts.reopened + counts.waiting;
  if (total === 0) return null;
  return {
    title: t('exporting.leftOut.title', { count: total }),
    items: leftOut.map(({ assessmentId, studentName, reason }) => ({
      href: paths.dossier(assessmentId),
      name: studentName,
      reason: t(`exporting.leftOut.${reason}`),
    })),
    more: total > leftOut.length ? t('exporting.leftOut.more', { count: total - leftOut.length }) : '',
  };
}
