/** What an address of the queue says. Ids, codes and days only: what somebody searched for is personal data, and is not among it. Pure. */
import { addDays, isLocalDate, type LocalDate, zonedInstant } from '../../../domain/calendar.ts';
import {
  QUEUE_MARKS,
  QUEUE_ORDERS,
  QUEUE_STAGES,
  QUEUE_VIEWS,
  type QueueFilter,
  QueueMark,
  type QueueOrder,
  QueueStage,
  QueueView,
  usualOrder,
} from '../../../prisma/repositories/queue-filter.ts';
import type { QueueCursor } from '../../../prisma/repositories/queue-pages.ts';
import { formatCursor } from '../../cursor.ts';
import { paths } from '../../paths.ts';
import { isId, listOf, singleOf } from '../../posted.ts';

export interface QueueAddress {
  readonly view: QueueView;
  /** Null: as usual for the list. */
  readonly order: QueueOrder | null;
  readonly examId: string | null;
  readonly groupId: string | null;
  readonly studentId: string | null;
  readonly initiatorId: string | null;
  readonly examinerId: string | null;
  /** One of these at least; empty: whatever is the case; `any` alone for all of them. */
  readonly marks: readonly QueueMark[];
  readonly stage: QueueStage | null;
  /** First and last day of the period; null for none. */
  readonly from: LocalDate | null;
  readonly until: LocalDate | null;
}

export const WHOLE_QUEUE: QueueAddress = {
  view: QueueView.Assessed,
  order: null,
  examId: null,
  groupId: null,
  studentId: null,
  initiatorId: null,
  examinerId: null,
  marks: [],
  stage: null,
  from: null,
  until: null,
};

const VIEW_SLUGS: Readonly<Record<QueueView, string>> = {
  assessed: 'beoordeeld',
  inProgress: 'voorlopig',
  invited: 'uitgenodigd',
  returned: 'terug',
  remarked: 'opmerking',
  final: 'definitief',
  cancelled: 'geannuleerd',
  all: 'alle',
};

export const MARK_SLUGS: Readonly<Record<QueueMark, string>> = {
  any: 'alle',
  insufficient: 'onvoldoende',
  differs: 'verschil',
  changed: 'gewijzigd',
  late: 'te-laat',
  override: 'toch-doorgegaan',
};

export const STAGE_SLUGS: Readonly<Record<QueueStage, string>> = {
  secondMember: 'tweede-lid',
  reopened: 'heropend',
  unpublished: 'niet-zichtbaar',
};

export const ORDER_SLUGS: Readonly<Record<QueueOrder, string>> = {
  oldest: 'oudste',
  newest: 'nieuwste',
  name: 'naam',
  exam: 'examen',
};

/** Names of the fields, in addresses and in forms. */
export const QUEUE_FIELDS = {
  view: 'status',
  order: 'volgorde',
  examId: 'examen',
  groupId: 'groep',
  studentId: 'student',
  initiatorId: 'initiator',
  examinerId: 'examinator',
  marks: 'opmerking',
  stage: 'stand',
  from: 'vanaf',
  until: 'tot',
} as const satisfies Record<keyof QueueAddress, string>;

/** The list that a URL names; the default list for anything else. */
export function viewOf(slug: string | undefined): QueueView {
  return QUEUE_VIEWS.find((view) => VIEW_SLUGS[view] === slug) ?? QueueView.Assessed;
}

export function slugOf(view: QueueView): string {
  return VIEW_SLUGS[view];
}

/** Reads a query, a posted form or a stored filter; what is not understood is left out. */
export function readAddress(source: unknown): QueueAddress {
  const text = (field: keyof QueueAddress) => singleOf(source, QUEUE_FIELDS[field]);
  const id = (field: keyof QueueAddress) => {
    const value = text(field);
    return isId(value) ? value : null;
  };
  const day = (field: keyof QueueAddress) => {
    const value = text(field) ?? '';
    return isLocalDate(value) ? value : null;
  };
  const view = viewOf(text('view'));
  const chosen = QUEUE_ORDERS.find((order) => ORDER_SLUGS[order] === text('order')) ?? null;
  return {
    view,
    order: chosen === usualOrder(view) ? null : chosen,
    examId: id('examId'),
    groupId: id('groupId'),
    studentId: id('studentId'),
    initiatorId: id('initiatorId'),
    examinerId: id('examinerId'),
    marks: readMarks(source),
    stage: QUEUE_STAGES.find((stage) => STAGE_SLUGS[stage] === text('stage')) ?? null,
    from: day('from'),
    until: day('until'),
  };
}

/** Kinds of remarks that can be chosen one by one. */
export const MARK_KINDS: readonly QueueMark[] = QUEUE_MARKS.filter((mark) => mark !== QueueMark.Any);
/** Between the kinds in an address; boxes that are ticked come one by one. */
const BETWEEN_MARKS = '.';

/** In one order, so that the same choice is the same address; every kind is any of them. */
function readMarks(source: unknown): readonly QueueMark[] {
  const slugs = listOf(source, QUEUE_FIELDS.marks).flatMap((value) => value.split(BETWEEN_MARKS));
  const kinds = MARK_KINDS.filter((mark) => slugs.includes(MARK_SLUGS[mark]));
  const isAny = slugs.includes(MARK_SLUGS.any) || kinds.length === MARK_KINDS.length;
  return isAny ? [QueueMark.Any] : kinds;
}

/** As texts by the names of the fields; what filters nothing is absent, the list is always there. */
export function fieldsOf(address: QueueAddress): Record<string, string> {
  const { view, order, marks, stage } = address;
  const fields: Partial<Record<keyof QueueAddress, string | null>> = {
    ...address,
    view: VIEW_SLUGS[view],
    order: order && ORDER_SLUGS[order],
    marks: marks.map((mark) => MARK_SLUGS[mark]).join(BETWEEN_MARKS),
    stage: stage && STAGE_SLUGS[stage],
  };
  const names = Object.keys(QUEUE_FIELDS) as (keyof QueueAddress)[];
  return Object.fromEntries(names.flatMap((name) => (fields[name] ? [[QUEUE_FIELDS[name], fields[name]]] : [])));
}

/** Without a query the queue begins as the member wants it; an address of a list always names it. */
export function queueHref(address: QueueAddress, place: { after?: QueueCursor; before?: QueueCursor } = {}): string {
  return paths.queue({
    ...fieldsOf(address),
    na: place.after && formatCursor(place.after),
    voor: place.before && formatCursor(place.before),
  });
}

/** Whether anything but the list and its order was chosen. */
export function isFiltering(address: QueueAddress): boolean {
  const { view: _view, order: _order, marks, ...filters } = address;
  return marks.length > 0 || Object.values(filters).some((value) => value !== null);
}

/** Where what is in this stage is found. */
const STAGE_VIEWS: Readonly<Record<QueueStage, readonly QueueView[]>> = {
  [QueueStage.SecondMember]: [QueueView.Assessed],
  [QueueStage.Reopened]: [QueueView.All, QueueView.Assessed, QueueView.Returned, QueueView.Remarked],
  [QueueStage.Unpublished]: [QueueView.Final],
};

/** The address in a list that can hold what is asked for. */
export function withFittingView(address: QueueAddress): QueueAddress {
  const views = address.stage === null ? null : STAGE_VIEWS[address.stage];
  const [usual] = views ?? [];
  if (usual === undefined || address.view === QueueView.All || views?.includes(address.view)) return address;
  return { ...address, view: usual };
}

export function filterOf(address: QueueAddress, search: string, timeZone: string): QueueFilter {
  const { examId, groupId, studentId, initiatorId, examinerId, marks, stage, from, until } = address;
  const dayBegins = (day: LocalDate) => new Date(zonedInstant(day, '00:00', timeZone));
  return {
    search,
    examId,
    groupId,
    studentId,
    initiatorId,
    examinerId,
    marks,
    stage,
    from: from === null ? null : dayBegins(from),
    until: until === null ? null : dayBegins(addDays(until, 1)),
  };
}
