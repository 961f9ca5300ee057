/** The form above the queue, what is chosen in it, and the filters that the member keeps. Pure. */
import {
  QUEUE_ORDERS,
  QUEUE_STAGES,
  QueueMark,
  type QueueStage,
  usualOrder,
} from '../../../prisma/repositories/queue-filter.ts';
import type { FoundPerson, QueueNames } from '../../../prisma/repositories/queue-people.ts';
import type { SavedFilter } from '../../../prisma/repositories/saved-filters.ts';
import { paths } from '../../paths.ts';
import { longDay, type Wording } from '../../wording.ts';
import {
  fieldsOf,
  isFiltering,
  MARK_KINDS,
  MARK_SLUGS,
  ORDER_SLUGS,
  QUEUE_FIELDS,
  type QueueAddress,
  queueHref,
  readAddress,
  STAGE_SLUGS,
  slugOf,
} from './queue-address.ts';

/** Posted beside the ids: what was typed. */
export const SEARCH_FIELD = 'zoek';
export const INITIATOR_FIELD = 'initiator-naam';
export const EXAMINER_FIELD = 'examinator-naam';
export const FILTER_NAME_FIELD = 'naam';

export interface QueueOptions {
  readonly exams: readonly { readonly id: string; readonly code: string; readonly title: string }[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly schoolYear: string }[];
}

/** What is in the fields that people type in, and what is wrong with it. */
export interface TypedFilter {
  readonly search: string;
  readonly initiator: string;
  readonly examiner: string;
  readonly from: string;
  readonly until: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  /** Several people have the name that was typed. */
  readonly candidates: readonly { readonly kind: PersonKind; readonly people: readonly FoundPerson[] }[];
}

export type PersonKind = 'initiator' | 'examiner';

export interface FiltersInput {
  readonly wording: Wording;
  readonly address: QueueAddress;
  readonly typed: TypedFilter;
  readonly options: QueueOptions;
  readonly names: QueueNames;
  readonly saved: readonly SavedFilter[];
  /** Students of whom the words could be; empty when they are many, or none. */
  readonly students: readonly FoundPerson[];
}

/** For committee-queue.hbs. */
export function filtersModel(input: FiltersInput) {
  const { wording, address, typed, options } = input;
  const { t } = wording.translator;
  const errorOf = (field: string) => typed.errors.find((error) => error.field === field)?.message ?? '';
  return {
    action: paths.queueSearch(),
    hidden: hiddenOf(address),
    errors: typed.errors,
    search: typed.search,
    exams: options.exams.map(({ id, code, title }) => ({ value: id, label: `${title} (${code})` })),
    examId: address.examId ?? '',
    groups: options.groups.map(({ id, name, schoolYear }) => ({ value: id, label: `${name} (${schoolYear})` })),
    groupId: address.groupId ?? '',
    orders: QUEUE_ORDERS.map((order) => ({
      value: ORDER_SLUGS[order],
      label: t(`committee.queue.order.${order}`),
      isSelected: order === (address.order ?? usualOrder(address.view)),
    })),
    marks: MARK_KINDS.map((mark) => ({
      value: MARK_SLUGS[mark],
      label: markLabel(wording, mark),
      isChecked: address.marks.includes(mark) || address.marks.includes(QueueMark.Any),
    })),
    stages: QUEUE_STAGES.map((stage) => ({
      value: STAGE_SLUGS[stage],
      label: stageLabel(wording, stage),
      isSelected: stage === address.stage,
    })),
    initiator: typed.initiator,
    initiatorError: errorOf(INITIATOR_FIELD),
    examiner: typed.examiner,
    examinerError: errorOf(EXAMINER_FIELD),
    from: typed.from,
    fromError: errorOf(QUEUE_FIELDS.from),
    until: typed.until,
    untilError: errorOf(QUEUE_FIELDS.until),
    // What is on stands below as chips; open, the fields would push the list off a phone.
    isMoreOpen: typed.errors.length > 0,
    candidates: typed.candidates.map(({ kind, people }) => ({
      title: t(`committee.queue.candidates.${kind}`),
      people: people.map(({ id, name, detail }) => ({
        href: queueHref({ ...address, ...(kind === 'initiator' ? { initiatorId: id } : { examinerId: id }) }),
        name,
        detail,
      })),
    })),
    students: input.students.map(({ id, name, detail }) => ({
      href: queueHref({ ...address, studentId: id }),
      name,
      detail,
    })),
    chips: chipsOf(input),
    isFiltered: typed.search !== '' || isFiltering(address),
    saved: savedModel(input),
  };
}

/** What the form does not show and must not lose. */
function hiddenOf(address: QueueAddress): { name: string; value: string }[] {
  const { studentId, initiatorId, examinerId } = address;
  return [
    { name: QUEUE_FIELDS.view, value: slugOf(address.view) },
    ...(studentId === null ? [] : [{ name: QUEUE_FIELDS.studentId, value: studentId }]),
    ...(initiatorId === null ? [] : [{ name: QUEUE_FIELDS.initiatorId, value: initiatorId }]),
    ...(examinerId === null ? [] : [{ name: QUEUE_FIELDS.examinerId, value: examinerId }]),
  ];
}

/** Each filter that is on, and the address without it. */
function chipsOf({ wording, address, options, names }: FiltersInput) {
  const { t } = wording.translator;
  const unknown = t('committee.queue.chip.unknown');
  const { examId, groupId, studentId, initiatorId, examinerId, marks, stage, from, until } = address;
  const chip = (isOn: boolean, label: string, without: Partial<QueueAddress>) =>
    isOn
      ? [{ label, href: queueHref({ ...address, ...without }), remove: t('committee.queue.chip.remove', { label }) }]
      : [];
  const named = (field: 'student' | 'exam' | 'group' | 'initiator' | 'examiner', name: string | null | undefined) =>
    `${t(`committee.queue.chip.${field}`)}: ${name ?? unknown}`;
  const days = {
    from: from === null ? '' : longDay(wording, noon(from)),
    until: until === null ? '' : longDay(wording, noon(until)),
  };
  const period = from === null ? 'until' : until === null ? 'from' : 'between';
  return [
    ...chip(studentId !== null, named('student', names.student), { studentId: null }),
    ...chip(examId !== null, named('exam', options.exams.find(({ id }) => id === examId)?.title), { examId: null }),
    ...chip(groupId !== null, named('group', options.groups.find(({ id }) => id === groupId)?.name), { groupId: null }),
    ...marks.flatMap((mark) =>
      chip(true, markLabel(wording, mark), { marks: marks.filter((other) => other !== mark) }),
    ),
    ...chip(stage !== null, stage === null ? '' : stageLabel(wording, stage), { stage: null }),
    ...chip(initiatorId !== null, named('initiator', names.initiator), { initiatorId: null }),
    ...chip(examinerId !== null, named('examiner', names.examiner), { examinerId: null }),
    ...chip(from !== null || until !== null, t(`committee.queue.chip.${period}`, days), { from: null, until: null }),
  ];
}

/** A moment of a day that is that day everywhere in Europe. */
function noon(day: string): string {
  return `${day}T12:00:00Z`;
}

function markLabel({ translator }: Wording, mark: QueueMark): string {
  return translator.t(`committee.queue.mark.${mark}`);
}

function stageLabel({ translator }: Wording, stage: QueueStage): string {
  return translator.t(`committee.queue.stage.${stage}`);
}

function savedModel({ address, saved, typed }: FiltersInput) {
  const here = queueHref(address);
  return {
    items: saved.map(({ name, query, isStart }) => {
      const href = queueHref(readAddress(query));
      return { href, label: name, isCurrent: href === here && typed.search === '', icon: isStart ? 'house' : '' };
    }),
    action: paths.queueFilters(),
    manageHref: saved.length > 0 ? paths.queueFilters() : '',
    hidden: Object.entries(fieldsOf(address)).map(([name, value]) => ({ name, value })),
    isWithoutWords: typed.search !== '',
  };
}
