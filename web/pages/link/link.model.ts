/** What the page of a link says, by the state of the link. */
import type { LinkInfo } from '../../../prisma/repositories/access.ts';

export type LinkState = LinkInfo['state'];

export interface ClosedLinkModel {
  readonly state: Exclude<LinkState, 'open'>;
  readonly school: string;
  /** Where a new link goes, masked; null when there is none to be had. */
  readonly address: string | null;
  readonly action: string;
  readonly token: string;
  /** Where links to other work are asked for; empty unless that is the way on. */
  readonly lostHref: string;
}

/** A link that no longer opens. A withdrawn invitation has no new link. */
export function closedLinkModel(
  link: LinkInfo,
  state: ClosedLinkModel['state'],
  form: { readonly action: string; readonly token: string; readonly lostHref: string },
): ClosedLinkModel {
  const isWithdrawn = state === 'withdrawn';
  return {
    ...form,
    state,
    school: link.school.name,
    address: isWithdrawn ? null : link.maskedAddress,
    lostHref: isWithdrawn ? form.lostHref : '',
  };
}

/** Our tokens have none; some mail programs and spoken dictation put them in. */
export function hasCapitals(token: string): boolean {
  return /[A-Z]/.test(token);
}

/**
 * Where an opened link leads.
 * @param formIds of the invitation, at least those that are not withdrawn
 * @param disputed the form that somebody says they did not finish; only one of this invitation counts
 */
export function placeAfterOpening(
  formIds: readonly string[],
  disputed: string | null,
  paths: { form(formId: string): string; formDispute(formId: string): string; workList(): string },
): string {
  if (disputed !== null && formIds.includes(disputed)) return paths.formDispute(disputed);
  const [only, ...others] = formIds;
  return only !== undefined && others.length === 0 ? paths.form(only) : paths.workList();
}
