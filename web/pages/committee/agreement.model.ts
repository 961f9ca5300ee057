/** What examiners agreed on, or look for, as the committee sees it. Pure. */
import { type AgreedComponent, AgreementPolicy, DifferenceKind } from '../../../domain/agreement.ts';
import {
  type ComponentDifference,
  componentsWithoutWord,
  findDifferences,
  wordsNeeded,
} from '../../../domain/agreement-queries.ts';
import type { Dossier, DossierEventContent } from '../../../prisma/repositories/committee-dossier.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';
import { componentLabel, type FlagModel, listNames } from './words.ts';

type Facts = Pick<Dossier, 'state' | 'examiners' | 'texts'>;

const KIND_ICONS: Readonly<Record<DifferenceKind, string>> = {
  [DifferenceKind.Pass]: 'triangle-alert',
  [DifferenceKind.TwoSteps]: 'chevrons-up-down',
  [DifferenceKind.Result]: 'graduation-cap',
};

export function differencesOf({ state, exam, scheme }: Pick<Dossier, 'state' | 'exam' | 'scheme'>) {
  return findDifferences(state, exam, scheme);
}

/** Why differences matter, by word and icon; nothing for those that do not. */
export function kindFlags({ translator: { t } }: Wording, kinds: readonly DifferenceKind[]): FlagModel[] {
  return kinds.map((kind) => ({ text: t(`agreement.kind.${kind}`), icon: KIND_ICONS[kind] }));
}

/** Why the examiners' scores at one criterion differ in a way that matters. */
export function criterionKinds(difference: ComponentDifference | undefined, ref: string): readonly DifferenceKind[] {
  return difference?.criteria.find((criterion) => criterion.ref === ref)?.kinds ?? [];
}

/** What was agreed on about a component so far; undefined for nothing. */
export function agreedOf({ state }: Pick<Dossier, 'state'>, ref: string): AgreedComponent | undefined {
  return state.agreed?.[ref] ?? state.agreement?.agreed[ref];
}

function namesOf(wording: Wording, { examiners }: Pick<Dossier, 'examiners'>, ids: readonly string[]): string {
  const names = ids.flatMap((id) => examiners.find(({ contactId }) => contactId === id)?.name ?? []);
  return listNames(wording, names);
}

export interface OutcomeModel {
  /** `Afgesproken door Bo en Sam`. */
  readonly title: string;
  readonly justification: string;
}

/** How a component came to one set of scores; null when it did not. */
export function outcomeModel(wording: Wording, dossier: Facts, ref: string): OutcomeModel | null {
  const agreed = agreedOf(dossier, ref);
  if (agreed === undefined) return null;
  const names = namesOf(wording, dossier, agreed.by);
  return {
    title: wording.translator.t(`agreement.committee.agreed.${agreed.how}`, { names }),
    justification: dossier.texts.get(agreed.justification?.textId ?? '') ?? '',
  };
}

/** What is proposed and not confirmed by all; null for nothing. */
export function openProposal(wording: Wording, dossier: Facts, ref: string) {
  const { agreement } = dossier.state;
  const proposal = agreement?.proposals[ref];
  if (agreement === undefined || proposal === undefined || agreement.agreed[ref] !== undefined) return null;
  return {
    title: wording.translator.t('agreement.committee.proposal', { name: namesOf(wording, dossier, [proposal.by]) }),
    justification: dossier.texts.get(proposal.justification?.textId ?? '') ?? '',
    scores: proposal.scores,
  };
}

/** The search that is going on; null when there is none. */
export function searchModel(wording: Wording, dossier: Facts & Pick<Dossier, 'id'>) {
  const { agreement } = dossier.state;
  const { t } = wording.translator;
  if (agreement === undefined) return null;
  const needsThird = componentsWithoutWord(agreement).length > 0;
  return {
    title: t(needsThird ? 'agreement.committee.titleThird' : 'agreement.committee.title'),
    since: t('agreement.committee.since', { at: moment(wording, agreement.since) }),
    policy: t(`agreement.committee.policy.${agreement.policy}`),
    waitsFor: waitsForText(wording, dossier),
    components: Object.keys(agreement.components).map((ref) => ({
      label: componentLabel(wording, ref),
      anchor: ref.replaceAll('/', '-'),
      text: progressText(wording, dossier, ref),
    })),
    takeOverHref: paths.takeOverAgreement(dossier.id),
  };
}

function waitsForText(wording: Wording, dossier: Facts): string {
  const { t } = wording.translator;
  const needed = wordsNeeded(dossier.state);
  if (needed.length > 0) return t('agreement.committee.waitsFor', { names: namesOf(wording, dossier, needed) });
  return t('agreement.committee.waitsForThird');
}

/** `voorstel van Bo, di 24 nov; akkoord: Bo`. */
function progressText(wording: Wording, dossier: Facts, ref: string): string {
  const { t } = wording.translator;
  const { agreement } = dossier.state;
  if (agreement === undefined) return '';
  if (agreement.agreed[ref] !== undefined) return t('agreement.committee.settled');
  if (agreement.components[ref]?.length === 0) return t('agreement.committee.policy.third');
  const proposal = agreement.proposals[ref];
  if (proposal === undefined) return t('agreement.committee.nothingYet');
  return [
    t('agreement.committee.proposed', {
      name: namesOf(wording, dossier, [proposal.by]),
      at: moment(wording, proposal.at),
    }),
    t('agreement.committee.confirmedBy', { names: namesOf(wording, dossier, proposal.confirmedBy) }),
  ].join(' · ');
}

/**
 * What happened in the search for one judgement, as a sentence; null for an event of something else.
 * @param name who it is about, or did it
 */
export function agreementSentence(wording: Wording, content: DossierEventContent, name: string): string | null {
  const { t } = wording.translator;
  switch (content.type) {
    case 'AgreementSought':
      return t(
        content.policy === AgreementPolicy.Third ? 'agreement.event.ThirdSought' : 'agreement.event.AgreementSought',
      );
    case 'AgreementProposed':
    case 'AgreementConfirmed':
      return t(`agreement.event.${content.type}`, { name, component: componentLabel(wording, content.component) });
    case 'ComponentAgreed':
      return t(content.how === 'lead' ? 'agreement.event.ComponentDecided' : 'agreement.event.ComponentAgreed', {
        component: componentLabel(wording, content.component),
      });
    case 'AgreementAbandoned':
      return t(
        content.examinerId === null ? 'agreement.event.AbandonedByCommittee' : 'agreement.event.AbandonedByExaminer',
        { name },
      );
    case 'LeadNamed':
      return t('agreement.event.LeadNamed', { name });
    default:
      return null;
  }
}

/** Why nothing can be decided while examiners look for one judgement; null when they do not. */
export function blockedByAgreement(wording: Wording, dossier: Facts): string | null {
  const { agreement } = dossier.state;
  if (agreement === undefined) return null;
  const { t } = wording.translator;
  const needed = wordsNeeded(dossier.state);
  return needed.length > 0
    ? t('agreement.committee.blocked', { names: namesOf(wording, dossier, needed) })
    : t('agreement.committee.blockedThird');
}

/** What was settled without the committee, for the page of the decision. */
export function agreedFacts(wording: Wording, dossier: Facts) {
  return Object.keys(dossier.state.agreed ?? {}).map((ref) => ({
    label: componentLabel(wording, ref),
    value: outcomeModel(wording, dossier, ref)?.title ?? '',
    detail: '',
  }));
}
