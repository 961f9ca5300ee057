/** The queue, and filtering it. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { isLocalDate } from '../../../domain/calendar.ts';
import { searchable } from '../../../domain/school.ts';
import { cleanSearch } from '../../../domain/text.ts';
import type { CommitteeRepository } from '../../../prisma/repositories/committee.ts';
import type { FoundPerson } from '../../../prisma/repositories/queue-people.ts';
import { contextOf, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { parseCursor } from '../../cursor.ts';
import type { Wording } from '../../wording.ts';
import { roomsModel } from './office/rooms.model.ts';
import { QUEUE_PAGE_SIZE, queueModel } from './queue.model.ts';
import {
  filterOf,
  QUEUE_FIELDS,
  type QueueAddress,
  queueHref,
  readAddress,
  WHOLE_QUEUE,
  withFittingView,
} from './queue-address.ts';
import {
  EXAMINER_FIELD,
  INITIATOR_FIELD,
  type PersonKind,
  SEARCH_FIELD,
  type TypedFilter,
} from './queue-filters.model.ts';
import { hrefOfPlace, rememberPage } from './queue-place.ts';
import { readSearchWords, writeSearchWords } from './search-words.ts';
import { fieldOf, queryOf } from './support.ts';

/** In a query: where the member was. */
const BACK = 'terug';
const MOST_TYPED = 200;
/** More people than this are not offered to choose from. */
const MOST_OFFERED = 8;

/** `show` answers GET, `search` the form of filters; that one leads to an address with ids, or shows again what is wrong. */
export function createQueuePages(kit: PageKit) {
  async function show(req: Request, res: Response): Promise<void> {
    const { committee } = repositoriesOf(kit, res);
    const member = memberOf(res);
    if (queryOf(req, BACK) !== undefined) return goOn(res, hrefOfPlace(req, member.schoolId));
    if (Object.keys(req.query).length === 0) {
      const start = await committee.findStart(member.membershipId);
      if (start !== null) return goOn(res, queueHref(readAddress(start)));
    }
    const address = readAddress(req.query);
    const names = await committee.nameFilters(address);
    await send(req, res, address, {
      search: readSearchWords(kit.keyring, req, res),
      initiator: names.initiator ?? '',
      examiner: names.examiner ?? '',
      from: address.from ?? '',
      until: address.until ?? '',
      errors: [],
      candidates: [],
    });
  }

  /** What is to be told is told where this leads. */
  function goOn(res: Response, href: string): void {
    const { flash } = contextOf(res);
    if (flash !== null) kit.setFlash(res, flash);
    res.redirect(303, href);
  }

  async function send(req: Request, res: Response, address: QueueAddress, typed: TypedFilter): Promise<void> {
    const { committee } = repositoriesOf(kit, res);
    const { membershipId, schoolId } = memberOf(res);
    const wording = wordingOf(res);
    const after = parseCursor(queryOf(req, 'na'));
    const before = after === null ? parseCursor(queryOf(req, 'voor')) : null;
    const filter = filterOf(address, typed.search, wording.timeZone);
    const { view, order } = address;
    const { sent, deciding } = repositoriesOf(kit, res);
    const [page, options, names, saved, students, problems, unpublished] = await Promise.all([
      committee.readQueue({ ...filter, view, order, after, before, limit: QUEUE_PAGE_SIZE }),
      committee.readFilterOptions(),
      committee.nameFilters(address),
      committee.listFilters(membershipId),
      address.studentId === null ? committee.findStudentsBy(typed.search, MOST_OFFERED + 1) : [],
      sent.countProblems(),
      deciding.countUnpublished(),
    ]);
    // All that came after this place is gone, for instance finalised by somebody else: begin again.
    if (page.rows.length === 0 && page.cutAt === null && after !== null) return res.redirect(303, queueHref(address));
    const hasErrors = typed.errors.length > 0;
    if (!hasErrors)
      rememberPage(res, schoolId, queueHref(address, { ...(after && { after }), ...(before && { before }) }));
    const rooms = roomsModel(wording, problems, unpublished);
    const model = queueModel({
      wording,
      address,
      typed,
      options,
      names,
      saved,
      students: students.length > MOST_OFFERED ? [] : students,
      page,
      isFirstPage: !page.hasPrevious,
      nonce: randomUUID(),
    });
    kit.sendPage(
      res,
      'committee-queue',
      { ...model, rooms },
      {
        title: model.title,
        width: 'wide',
        scripts: ['queue.js'],
        helpKey: 'queue',
        hasErrors,
        ...(hasErrors ? { status: 422 } : {}),
      },
    );
  }

  async function search(req: Request, res: Response): Promise<void> {
    const asked = readAddress(req.body);
    if (fieldOf(req, 'wis') !== '') {
      writeSearchWords(kit.keyring, res, '');
      return res.redirect(303, queueHref({ ...WHOLE_QUEUE, view: asked.view }));
    }
    const { committee } = repositoriesOf(kit, res);
    const wording = wordingOf(res);
    const words = typedIn(req, SEARCH_FIELD);
    const student = await findOneStudent(committee, words);
    const [initiator, examiner] = await Promise.all([
      settlePerson(committee, wording, 'initiator', typedIn(req, INITIATOR_FIELD), asked.initiatorId),
      settlePerson(committee, wording, 'examiner', typedIn(req, EXAMINER_FIELD), asked.examinerId),
    ]);
    const errors = [...initiator.errors, ...examiner.errors, ...dayErrors(req, wording, asked)];
    const found = { ...asked, initiatorId: initiator.id, examinerId: examiner.id };
    if (errors.length === 0) {
      writeSearchWords(kit.keyring, res, student ? '' : words);
      // Who looks for somebody else no longer looks for the student of before.
      const studentId = student?.id ?? (words === '' ? asked.studentId : null);
      return res.redirect(303, queueHref(withFittingView({ ...found, studentId })));
    }
    await send(req, res, found, {
      search: words,
      initiator: typedIn(req, INITIATOR_FIELD),
      examiner: typedIn(req, EXAMINER_FIELD),
      from: fieldOf(req, QUEUE_FIELDS.from).slice(0, MOST_TYPED),
      until: fieldOf(req, QUEUE_FIELDS.until).slice(0, MOST_TYPED),
      errors,
      candidates: [initiator, examiner].flatMap(({ candidates }) => (candidates === null ? [] : [candidates])),
    });
  }

  return { show, search };
}

function typedIn(req: Request, name: string): string {
  return cleanSearch(fieldOf(req, name), MOST_TYPED);
}

/** The student whose number or whole names these words are, when there is one and no other; a part of a name only searches. */
async function findOneStudent(committee: CommitteeRepository, words: string): Promise<FoundPerson | null> {
  const [found, ...others] = words === '' ? [] : await committee.findStudentsBy(words, 2);
  if (!found || others.length > 0) return null;
  const known = new Set(searchable(found.name, found.detail).split(' '));
  return searchable(words)
    .split(' ')
    .every((word) => known.has(word))
    ? found
    : null;
}

interface SettledPerson {
  readonly id: string | null;
  readonly errors: TypedFilter['errors'];
  readonly candidates: TypedFilter['candidates'][number] | null;
}

/** Whom a typed name means: who it was already, the one who has it, or nobody with the people to choose from. */
async function settlePerson(
  committee: CommitteeRepository,
  { translator }: Wording,
  kind: PersonKind,
  typed: string,
  current: string | null,
): Promise<SettledPerson> {
  if (typed === '') return { id: null, errors: [], candidates: null };
  const isInitiator = kind === 'initiator';
  if (current !== null) {
    const ids = {
      studentId: null,
      initiatorId: isInitiator ? current : null,
      examinerId: isInitiator ? null : current,
    };
    const name = (await committee.nameFilters(ids))[kind];
    if (name !== null && searchable(name) === searchable(typed)) return { id: current, errors: [], candidates: null };
  }
  const found = await (isInitiator ? committee.findInitiatorsBy : committee.findExaminersBy)(typed, MOST_OFFERED + 1);
  const exact = found.filter(({ name }) => searchable(name) === searchable(typed));
  const [one, ...others] = exact.length > 0 ? exact : found;
  if (one && others.length === 0) return { id: one.id, errors: [], candidates: null };
  const code = found.length === 0 ? 'nobody' : found.length > MOST_OFFERED ? 'tooMany' : 'several';
  const message = translator.t(`committee.queue.error.${code}.${kind}`, { words: typed });
  return {
    id: null,
    errors: [{ field: isInitiator ? INITIATOR_FIELD : EXAMINER_FIELD, message }],
    candidates: code === 'several' ? { kind, people: found } : null,
  };
}

function dayErrors(req: Request, { translator }: Wording, { from, until }: QueueAddress): TypedFilter['errors'] {
  const message = translator.t('committee.queue.error.day');
  const wrong = [QUEUE_FIELDS.from, QUEUE_FIELDS.until].filter((field) => {
    const day = fieldOf(req, field);
    return day !== '' && !isLocalDate(day);
  });
  if (wrong.length > 0) return wrong.map((field) => ({ field, message }));
  if (from === null || until === null || from <= until) return [];
  return [{ field: QUEUE_FIELDS.until, message: translator.t('committee.queue.error.period') }];
}
