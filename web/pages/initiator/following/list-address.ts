/** What the address of the list says, and the filter that comes of it. Search words are not in it: they are names of people. Pure. */
import { ASSESSMENT_STATUSES, type AssessmentStatus } from '../../../../domain/assessment.ts';
import { isLocalDate, type LocalDate, zonedInstant } from '../../../../domain/calendar.ts';
import { DUE_TIME } from '../../../../domain/reminders.ts';
import type { ListFilter, ListPlace } from '../../../../prisma/repositories/initiator.ts';
import { ATTENTION_KINDS, type AttentionKind } from '../../../../prisma/repositories/initiator-attention.ts';
import { LIST_SORTS, type ListSort } from '../../../../prisma/repositories/initiator-list.ts';
import { paths } from '../../../paths.ts';
import { isId, singleOf } from '../../../posted.ts';

export interface ListAddress {
  readonly status: AssessmentStatus | null;
  readonly attention: AttentionKind | null;
  readonly examVersionId: string | null;
  readonly groupId: string | null;
  readonly seriesId: string | null;
  /** As typed when it is no day. */
  readonly dueFrom: LocalDate;
  readonly dueUntil: LocalDate;
  readonly sort: ListSort;
}

export const WHOLE_LIST: ListAddress = {
  status: null,
  attention: null,
  examVersionId: null,
  groupId: null,
  seriesId: null,
  dueFrom: '',
  dueUntil: '',
  sort: 'newest',
};

const STATUS_SLUGS: Readonly<Record<AssessmentStatus, string>> = {
  draft: 'concept',
  invited: 'uitgenodigd',
  inProgress: 'voorlopig',
  assessed: 'beoordeeld',
  returned: 'terug',
  final: 'definitief',
  cancelled: 'geannuleerd',
};

export const ATTENTION_SLUGS: Readonly<Record<AttentionKind, string>> = {
  bounced: 'mail-niet-aangekomen',
  asked: 'verzoek',
  failed: 'verzendfout',
  late: 'te-laat',
  unchosen: 'niet-uitgenodigd',
  third: 'derde-examinator',
  silent: 'stil',
};

export const SORT_SLUGS: Readonly<Record<ListSort, string>> = {
  newest: 'nieuwste',
  due: 'inleverdatum',
  since: 'langst',
  name: 'naam',
  exam: 'examen',
};

export function statusOf(slug: string): AssessmentStatus | null {
  return ASSESSMENT_STATUSES.find((status) => STATUS_SLUGS[status] === slug) ?? null;
}

/** The fields of a query or of a posted form; what is not understood is left out. */
export function readAddress(source: unknown): ListAddress {
  const text = (name: string) => singleOf(source, name) ?? '';
  const id = (name: string) => (isId(text(name)) ? text(name) : null);
  return {
    status: statusOf(text('status')),
    attention: ATTENTION_KINDS.find((kind) => ATTENTION_SLUGS[kind] === text('let-op')) ?? null,
    examVersionId: id('examen'),
    groupId: id('groep'),
    seriesId: id('reeks'),
    dueFrom: text('vanaf').trim().slice(0, 20),
    dueUntil: text('tot').trim().slice(0, 20),
    sort: LIST_SORTS.find((sort) => SORT_SLUGS[sort] === text('volgorde')) ?? 'newest',
  };
}

function queryOf(address: ListAddress): Record<string, string | undefined> {
  return {
    status: address.status === null ? undefined : STATUS_SLUGS[address.status],
    'let-op': address.attention === null ? undefined : ATTENTION_SLUGS[address.attention],
    examen: address.examVersionId ?? undefined,
    groep: address.groupId ?? undefined,
    reeks: address.seriesId ?? undefined,
    vanaf: address.dueFrom,
    tot: address.dueUntil,
    volgorde: address.sort === 'newest' ? undefined : SORT_SLUGS[address.sort],
  };
}

export function listHref(address: ListAddress, place: ListPlace = {}): string {
  return paths.assessments({ ...queryOf(address), na: place.after, voor: place.before });
}

export function csvHref(address: ListAddress): string {
  return paths.assessmentsCsv(queryOf(address));
}

/** Where open pages of this list are told of changes: the same query. */
export function liveHref(address: ListAddress, place: ListPlace): string {
  return `${paths.assessmentsLive()}${new URL(listHref(address, place), 'http://list').search}`;
}

/** The fields that the address has, for a form that changes others. */
export function hiddenFields(address: ListAddress, names: readonly string[]): { name: string; value: string }[] {
  const query = queryOf(address);
  return names.flatMap((name) => (query[name] ? [{ name, value: query[name] }] : []));
}

export type DateProblem = { readonly field: 'vanaf' | 'tot'; readonly code: 'errorDate' | 'errorPeriod' };

/** What is wrong with the days; such a day does not filter. */
export function dateProblem({ dueFrom, dueUntil }: ListAddress): DateProblem | null {
  if (dueFrom !== '' && !isLocalDate(dueFrom)) return { field: 'vanaf', code: 'errorDate' };
  if (dueUntil !== '' && !isLocalDate(dueUntil)) return { field: 'tot', code: 'errorDate' };
  return dueFrom !== '' && dueUntil !== '' && dueFrom > dueUntil ? { field: 'tot', code: 'errorPeriod' } : null;
}

export interface FilterFacts {
  readonly membershipId: string;
  readonly query: string;
  readonly timeZone: string;
  readonly quietBefore: Date;
}

export function filterOf(
  address: ListAddress,
  { membershipId, query, timeZone, quietBefore }: FilterFacts,
): ListFilter {
  const { status, attention, examVersionId, groupId, seriesId, dueFrom, dueUntil, sort } = address;
  return {
    membershipId,
    query,
    sort,
    ...(status === null ? {} : { status }),
    ...(attention === null ? {} : { attention: { kind: attention, quietBefore } }),
    ...(examVersionId === null ? {} : { examVersionId }),
    ...(groupId === null ? {} : { groupId }),
    ...(seriesId === null ? {} : { seriesId }),
    ...(isLocalDate(dueFrom) ? { dueFrom: new Date(zonedInstant(dueFrom, '00:00', timeZone)) } : {}),
    // The last minute of the day is inside it.
    ...(isLocalDate(dueUntil)
      ? { dueUntil: new Date(Date.parse(zonedInstant(dueUntil, DUE_TIME, timeZone)) + 59_999) }
      : {}),
  };
}
