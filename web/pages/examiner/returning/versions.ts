/** What an examiner finished earlier beside what was finished later. */

import type { ExaminerForm, FinishedVersion } from '../../../../prisma/repositories/examiner.ts';
import type { PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { pageOf, wordingOf } from '../access.ts';
import { withForm } from '../with-form.ts';
import { evidenceLines, versionsModel } from './changes.model.ts';

export function createVersionsPage(kit: PageKit) {
  return withForm(kit, async (req, res, { form, repository }) => {
    const versions = await repository.findVersions(form.formId);
    // Nothing to compare with: the form itself is all there is.
    if (versions.length < 2) return res.redirect(303, paths.form(form.formId));
    const model = versionsPageModel(wordingOf(res, form), form, versions, readVersion(req.query.versie));
    kit.sendPage(res, 'examiner-versions', model, pageOf(res, form, model.title, { helpKey: 'formVersions' }));
  });
}

function readVersion(value: unknown): number {
  return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : 0;
}

/**
 * @param versions at least two, oldest first
 * @param asked the later one of the two to compare; any other number: the newest
 */
export function versionsPageModel(
  wording: Wording,
  form: Pick<ExaminerForm, 'formId' | 'studentName'>,
  versions: readonly FinishedVersion[],
  asked: number,
) {
  const { t } = wording.translator;
  const found = versions.findIndex(({ formVersion }) => formVersion === asked);
  const index = found > 0 ? found : versions.length - 1;
  const [before, after] = [versions[index - 1], versions[index]];
  if (!before || !after) throw new RangeError('two versions are needed to compare');
  const shortLabel = ({ formVersion: version }: FinishedVersion) => t('returning.versions.version', { version });
  const changes = versionsModel(wording, after.definition, before.content, after.content);
  const evidence = evidenceLines(wording, after.definition, before.evidence, after.evidence);
  return {
    title: t('returning.versions.title'),
    crumb: form.studentName,
    facts: [before, after].map((version) => ({
      label: shortLabel(version),
      value:
        version.correction === null
          ? t('returning.versions.finished', { moment: moment(wording, version.finishedAt) })
          : t('editing.examiner.version', {
              moment: moment(wording, version.finishedAt),
              reason: version.correction.reason,
            }),
    })),
    lead: t(after.correction === null ? 'returning.versions.lead' : 'editing.examiner.versionsLead'),
    before: shortLabel(before),
    after: shortLabel(after),
    changes,
    evidence,
    count: countText(wording, changes.length, evidence.length),
    others:
      versions.length < 3
        ? []
        : versions.slice(1).map(({ formVersion }, place) => ({
            href: paths.formVersions(form.formId, { versie: formVersion }),
            label: t('returning.versions.between', { from: versions[place]?.formVersion ?? 0, to: formVersion }),
            isCurrent: formVersion === after.formVersion,
          })),
    backHref: paths.form(form.formId),
  };
}

/** Empty where only evidence differs: that is told in lines of its own. */
function countText({ translator: { t } }: Wording, parts: number, evidence: number): string {
  if (parts > 0) return t('returning.versions.changed', { count: parts });
  return evidence > 0 ? '' : t('returning.versions.same');
}
