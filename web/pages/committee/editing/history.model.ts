/** What was edited in the forms of an assessment: who, when, what it said, what it says, why. Pure. */
import type { Dossier, DossierExaminer } from '../../../../prisma/repositories/committee-dossier.ts';
import type { FormVersion } from '../../../../prisma/repositories/form-versions.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { versionsModel } from '../../examiner/returning/changes.model.ts';
import { dossierLead } from '../dossier.model.ts';
import { returnWords } from '../return-words.ts';

/** Whether there is anything to show. */
export function hasHistory({ examiners }: Pick<Dossier, 'examiners'>): boolean {
  return examiners.some(({ versions }) => versions.length > 1);
}

/** Newest first, of all examiners together. */
export function historyModel(wording: Wording, dossier: Dossier) {
  const { t } = wording.translator;
  const made = dossier.examiners
    .flatMap((examiner) =>
      examiner.versions.flatMap((version) =>
        version.before === null ? [] : [{ examiner, version, before: version.before }],
      ),
    )
    .sort((a, b) => b.version.at.getTime() - a.version.at.getTime());
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('editing.history.title') },
    ],
    crumb: dossierLead(wording, dossier),
    backHref: paths.dossier(dossier.id),
    entries: made.map(({ examiner, version, before }) => {
      const { formVersion, editor, content, definition } = version;
      return {
        id: `versie-${version.submissionId}`,
        title: t('editing.history.entry', { name: examiner.name, version: formVersion }),
        isByCommittee: editor !== null,
        kind: t(editor === null ? 'editing.history.again' : 'editing.history.onlyCommittee'),
        facts: [
          {
            label: t('editing.history.who'),
            value: editor?.name ?? examiner.name,
            detail: t(editor === null ? 'editing.history.byExaminer' : 'editing.history.byCommittee'),
          },
          { label: t('editing.history.when'), value: moment(wording, version.at) },
          {
            label: t('editing.history.why'),
            value: whyOf(wording, dossier, examiner, version) || t('editing.history.noReason'),
          },
        ],
        before: t('editing.history.before', { version: formVersion - 1 }),
        after: t('editing.history.after', { version: formVersion }),
        changes: versionsModel(wording, definition, before, content),
      };
    }),
  };
}

/** Of a correction its reason; of another finish the reason with which the form was sent back. */
function whyOf(
  wording: Wording,
  { events, texts }: Pick<Dossier, 'events' | 'texts'>,
  { contactId }: Pick<DossierExaminer, 'contactId'>,
  { editor, reason, at }: FormVersion,
): string {
  if (editor !== null) return reason;
  const returned = events.findLast(
    ({ content, at: when }) => content.type === 'FormReturned' && content.examinerId === contactId && when <= at,
  )?.content;
  return returned?.type === 'FormReturned' ? returnWords(wording, returned, texts) : '';
}
