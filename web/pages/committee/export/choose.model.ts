/** What the pages show on which a list is chosen. Pure. */
import type { ExportProfile } from '../../../../domain/exporting.ts';
import type { ExportExam, ListedRun, ResultCounts } from '../../../../prisma/repositories/exporting.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import type { Asked, FieldError } from './asked.ts';
import { countText, runModels } from './runs.model.ts';

interface ExamOption {
  readonly id: string;
  readonly code: string;
  readonly title: string;
}

const optionOf = ({ id, code, title }: ExamOption) => ({ value: id, label: `${title} (${code})` });

/** Where these pages lie. */
export function crumbsOf({ translator: { t } }: Wording, ...more: readonly { label: string; href?: string }[]) {
  return [{ href: paths.backToQueue(), label: t('committee.title') }, ...more];
}

/** Nothing chosen yet. */
export function pickModel(
  wording: Wording,
  { exams, runs }: { readonly exams: readonly ExamOption[]; readonly runs: readonly ListedRun[] },
) {
  const { t } = wording.translator;
  const title = t('exporting.choose.title');
  return {
    title,
    crumbs: crumbsOf(wording, { label: title }),
    action: paths.exportResults(),
    profilesHref: paths.exportProfiles(),
    archiveHref: paths.documentArchive(),
    exams: exams.map(optionOf),
    runs: runModels(wording, runs, true),
  };
}

export interface ChooseFacts {
  readonly exam: ExportExam;
  readonly asked: Asked;
  readonly errors: readonly FieldError[];
  readonly exams: readonly ExamOption[];
  readonly profiles: { readonly shipped: readonly ExportProfile[]; readonly own: readonly ExportProfile[] };
  readonly runs: readonly ListedRun[];
  /** Null when what was asked cannot be counted. */
  readonly counts: ResultCounts | null;
  readonly profile: ExportProfile | null;
}

export function chooseModel(wording: Wording, facts: ChooseFacts) {
  const { t } = wording.translator;
  const { exam, asked, errors, profiles, counts, profile } = facts;
  return {
    ...pickModel(wording, facts),
    examId: exam.id,
    errors,
    action: paths.exportPreview(),
    pickAction: paths.exportResults(),
    examName: `${exam.title} (${exam.code})`,
    versions: exam.versions.map(({ id, version }) => ({ value: id, label: version })),
    hasVersions: exam.versions.length > 1,
    versionId: asked.versionId ?? '',
    units: exam.units.map(({ code, title }) => ({ value: code, label: `${code} ${title}` })),
    hasUnits: exam.units.length > 1,
    unitCode: asked.unitCode ?? '',
    from: asked.from,
    to: asked.to,
    which: asked.isNewOnly ? 'nieuw' : 'alles',
    whichOptions: [
      { value: 'nieuw', label: t('exporting.choose.newOnly'), hint: t('exporting.choose.newOnlyHint') },
      { value: 'alles', label: t('exporting.choose.everything') },
    ],
    profileGroups: [
      ...(profiles.own.length > 0
        ? [{ label: t('exporting.profiles.own'), options: profiles.own.map((each) => profileOption(each, asked)) }]
        : []),
      { label: t('exporting.profiles.shipped'), options: profiles.shipped.map((each) => profileOption(each, asked)) },
    ],
    counts: counts === null || profile === null ? null : countsModel(wording, counts, profile.name),
  };
}

function profileOption({ id, name }: ExportProfile, { profileId }: Asked) {
  return { value: id, label: name, isSelected: id === profileId };
}

/** How many there are, and what happened to them before. */
export function countsModel(wording: Wording, counts: ResultCounts, profileName: string) {
  const { t } = wording.translator;
  const line = (label: string, count: number) => ({ label, value: countText(wording, count) });
  return [
    line(t('exporting.counts.ready'), counts.ready),
    line(t('exporting.counts.fetched', { profile: profileName }), counts.fetched),
    line(t('exporting.counts.new', { profile: profileName }), counts.ready - counts.fetched),
    ...(counts.changed > 0 ? [line(t('exporting.counts.changed'), counts.changed)] : []),
    ...(counts.reopened > 0 ? [line(t('exporting.counts.reopened'), counts.reopened)] : []),
    ...(counts.waiting > 0 ? [line(t('exporting.counts.waiting'), counts.waiting)] : []),
  ];
}
