/**
 * Finding the page of the queue that somebody asks for, and how many there are in each list.
 *
 * Contract
 * 1. Pages follow each other by (statusSince, id), never by a count of rows: what happens between two pages makes no row
 *    come twice or fall out, unless the row itself moved.
 * 2. Whatever the filters, one reading looks at a bounded number of rows, so that a school's archive may grow for ever.
 *    Filters that leave few rows are answered from those rows. Of all others the rows are passed in the order of an index,
 *    at most `scanned` of {@link QUEUE_LIMITS}; when that does not fill a page, the page says how far it looked, and the next begins there.
 *    Of a search an index finds words with three letters or digits in a row; shorter ones are looked for only in rows that something
 *    else left, or that are passed.
 * 3. Counts that would take longer are lower bounds, and are named in `more`.
 */
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';
import {
  allOf,
  isIndexable,
  isSorted,
  numbersIn,
  QUEUE_VIEWS,
  type QueueFilter,
  type QueueOrder,
  QueueView,
  type ReadyFilter,
  searchWords,
  usualOrder,
  viewSql,
} from './queue-filter.ts';
import { type QueueCursor, readingOf } from './queue-order.ts';
import { createQueueSources, leavesFew, type QueueLimits } from './queue-sources.ts';

export interface QueueRequest extends QueueFilter {
  readonly view: QueueView;
  /** Absent or null: as usual for the view. */
  readonly order?: QueueOrder | null;
  /** Rows after this one. */
  readonly after: QueueCursor | null;
  /** Rows before this one; not together with `after`. */
  readonly before: QueueCursor | null;
  readonly limit: number;
}

/** Around which row, in which list. */
export interface NeighbourRequest extends QueueFilter {
  readonly id: string;
  readonly view: QueueView;
  readonly order?: QueueOrder | null;
  /** Where the row was when it was last in the list; null when it never was. */
  readonly place: QueueCursor | null;
}

export interface Neighbours {
  readonly previous: string | null;
  readonly next: string | null;
}

export interface FoundPage {
  readonly ids: readonly string[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** How far was looked, when that was not to the end and the page is not full; else null. */
  readonly cutAt: QueueCursor | null;
  readonly counts: Readonly<Record<QueueView, number>>;
  /** Views that have more rows than were counted. */
  readonly more: readonly QueueView[];
  /** The list is too long for the order that was asked for, and stands in its usual one. */
  readonly isUnsorted: boolean;
}

export type { QueueCursor, QueueLimits };

export const QUEUE_LIMITS: QueueLimits = { counted: 1_000, few: 4_000, scanned: 10_000 };

interface FewRow extends Readonly<Record<QueueView, number>> {
  readonly ids: string[];
  readonly found: number;
  readonly hasBefore: boolean;
}

interface Place {
  readonly id: string;
  readonly since: Date;
}

/** @param limits how much one reading looks at; tests take other ones */
export function createQueuePages({ database, schoolId }: SchoolScope, limits: QueueLimits = QUEUE_LIMITS) {
  const { listOf, fewOf, branchesOf } = createQueueSources(schoolId, limits);

  async function makeReady(filter: QueueFilter): Promise<ReadyFilter> {
    const words = searchWords(filter.search);
    const numbers = numbersIn(words);
    const [numbered, versions] = await Promise.all([
      numbers.length === 0
        ? null
        : database.student.findFirst({
            where: { schoolId, number: { in: numbers } },
            select: { id: true, number: true },
          }),
      filter.examId === null
        ? null
        : database.examVersion.findMany({ where: { schoolId, examId: filter.examId }, select: { id: true } }),
    ]);
    const others = words.filter((word) => word !== numbered?.number);
    return {
      ...filter,
      words: others.filter(isIndexable),
      shortWords: others.filter((word) => !isIndexable(word)),
      numberedId: numbered?.id ?? null,
      versionIds: versions?.map(({ id }) => id) ?? null,
    };
  }

  /** @returns null when there are too many for this way */
  async function readFew(filter: ReadyFilter, request: QueueRequest): Promise<FoundPage | null> {
    const { view, limit, before } = request;
    const isBack = before !== null;
    const reading = readingOf(request, isBack ? before : request.after, isBack, schoolId);
    const isNarrow = leavesFew(filter);
    const { source, rest, most } = isNarrow ? fewOf(filter) : listOf(filter, view);
    const counted = QUEUE_VIEWS.map(
      (each) => Prisma.sql`count(*) FILTER (WHERE ${viewSql(each)})::int AS ${nameOf(each)}`,
    );
    const [row] = await database.$queryRaw<FewRow[]>`
      WITH looked AS MATERIALIZED (${source}),
      few AS MATERIALIZED (SELECT a.* ${reading.keys} FROM looked a ${reading.joins} WHERE ${rest}),
      counted AS (SELECT (SELECT count(*)::int FROM looked) AS found, ${Prisma.join(counted)} FROM few a)
      SELECT counted.*, EXISTS (SELECT 1 FROM few a WHERE ${viewSql(view)} AND ${reading.near}) AS "hasBefore",
        ARRAY(SELECT a.id FROM few a WHERE ${viewSql(view)} ${reading.from}
          ORDER BY ${reading.order} LIMIT ${limit + 1})::text[] AS ids
      FROM counted`;
    if (!row || row.found > most) return null;
    // Fewer than a page before this one: show the first page whole.
    if (isBack && row.ids.length <= limit) return readFew(filter, { ...request, before: null, after: null });
    const ids = row.ids.slice(0, limit);
    const counts = Object.fromEntries(QUEUE_VIEWS.map((each) => [each, row[each]])) as Record<QueueView, number>;
    return {
      ids: isBack ? ids.reverse() : ids,
      hasPrevious: isBack || row.hasBefore,
      hasNext: isBack ? row.hasBefore : row.ids.length > limit,
      cutAt: null,
      isUnsorted: false,
      ...(isNarrow ? { counts, more: [] } : await countLong(filter)),
    };
  }

  /** Places in reading order from a cursor on, at most `limit`, and how far was looked when that was not to the end. */
  async function scan(
    filter: ReadyFilter,
    request: QueueRequest,
    { cursor, isBack, limit }: { cursor: QueueCursor | null; isBack: boolean; limit: number },
  ): Promise<{ places: Place[]; cutAt: QueueCursor | null }> {
    const { parts, rest } = branchesOf(filter, request.view);
    if (parts.length === 0) return { places: [], cutAt: null };
    const { order, from, isAscending } = readingOf(request, cursor, isBack, schoolId);
    const most = Math.ceil(limits.scanned / parts.length);
    const ordered = (part: Prisma.Sql, end: Prisma.Sql) =>
      Prisma.sql`SELECT a.* FROM assessment a WHERE ${part} ${from} ORDER BY ${order} ${end}`;
    const branches = parts.map((part) =>
      rest === null
        ? Prisma.sql`(SELECT a.id, a.status_since FROM (${ordered(part, Prisma.sql`LIMIT ${limit}`)}) a)`
        : Prisma.sql`(SELECT a.id, a.status_since FROM (${ordered(part, Prisma.sql`LIMIT ${most}`)}) a
            WHERE ${rest} ORDER BY ${order} LIMIT ${limit})`,
    );
    const places = await database.$queryRaw<Place[]>`
      SELECT a.id, a.status_since AS since FROM (${Prisma.join(branches, ' UNION ALL ')}) a ORDER BY ${order} LIMIT ${limit}`;
    if (rest === null || places.length === limit) return { places, cutAt: null };
    const ends = parts.map(
      (part) =>
        Prisma.sql`(SELECT a.id, a.status_since FROM (${ordered(part, Prisma.sql`OFFSET ${most - 1} LIMIT 1`)}) a)`,
    );
    const [end] = await database.$queryRaw<Place[]>`
      SELECT a.id, a.status_since AS since FROM (${Prisma.join(ends, ' UNION ALL ')}) a ORDER BY ${order} LIMIT 1`;
    if (!end) return { places, cutAt: null };
    // Beyond it one part was looked at and another was not.
    return { places: places.filter((place) => !isBeyond(place, end, isAscending)), cutAt: end };
  }

  async function readLong(
    filter: ReadyFilter,
    request: QueueRequest,
  ): Promise<Pick<FoundPage, 'ids' | 'hasPrevious' | 'hasNext' | 'cutAt'>> {
    const { limit, before, after } = request;
    const idsOf = (places: readonly Place[]) => places.map(({ id }) => id);
    if (before) {
      const { places } = await scan(filter, request, { cursor: before, isBack: true, limit: limit + 1 });
      // Fewer than a page before this one: show the first page whole.
      if (places.length <= limit) return readLong(filter, { ...request, before: null, after: null });
      const page = places.slice(0, limit).reverse();
      const last = page.at(-1) ?? null;
      const next = await scan(filter, request, { cursor: last, isBack: false, limit: 1 });
      return { ids: idsOf(page), hasPrevious: true, hasNext: isSomething(next), cutAt: null };
    }
    const { places, cutAt } = await scan(filter, request, { cursor: after, isBack: false, limit: limit + 1 });
    const first = places[0] ?? after;
    const hasPrevious =
      after !== null && isSomething(await scan(filter, request, { cursor: first, isBack: true, limit: 1 }));
    const hasNext = places.length > limit || cutAt !== null;
    return { ids: idsOf(places.slice(0, limit)), hasPrevious, hasNext, cutAt };
  }

  /** Counts no further than anybody reads: every page of the queue shows the counts. */
  async function countLong(filter: ReadyFilter): Promise<Pick<FoundPage, 'counts' | 'more'>> {
    const views = QUEUE_VIEWS.filter((view) => view !== QueueView.All);
    const branches = views.flatMap((view) => {
      const { parts, rest } = branchesOf(filter, view);
      const matched = rest === null ? Prisma.sql`count(*)::int` : Prisma.sql`count(*) FILTER (WHERE ${rest})::int`;
      return parts.map(
        (part) => Prisma.sql`(SELECT ${view}::text AS view, ${matched} AS matched, count(*)::int AS seen
          FROM (SELECT a.* FROM assessment a WHERE ${part} LIMIT ${limits.counted + 1}) a)`,
      );
    });
    const rows =
      branches.length === 0
        ? []
        : await database.$queryRaw<
            { view: QueueView; matched: number; seen: number }[]
          >`${Prisma.join(branches, ' UNION ALL ')}`;
    const more = new Set(rows.filter(({ seen }) => seen > limits.counted).map(({ view }) => view));
    const counts = Object.fromEntries(QUEUE_VIEWS.map((view) => [view, 0])) as Record<QueueView, number>;
    for (const { view, matched } of rows) {
      counts[view] += matched;
      if (view !== QueueView.Remarked) counts.all += matched;
    }
    for (const view of QUEUE_VIEWS) {
      const isPartOfMore = view === QueueView.All && [...more].some((each) => each !== QueueView.Remarked);
      if (counts[view] > limits.counted || isPartOfMore) more.add(view);
      counts[view] = Math.min(counts[view], limits.counted);
    }
    return { counts, more: QUEUE_VIEWS.filter((view) => more.has(view)) };
  }

  /** Where a row is in time, and whether the list has it; null when the school has no such row. */
  async function findPlace(filter: ReadyFilter, { view, id }: NeighbourRequest) {
    const { parts, rest } = branchesOf(filter, view);
    const isIn = parts.length === 0 ? Prisma.sql`false` : Prisma.sql`((${Prisma.join([...parts], ') OR (')}))`;
    const [row] = await database.$queryRaw<{ since: Date; isListed: boolean }[]>`
      SELECT a.status_since AS since, ${isIn} AND ${rest ?? allOf([])} AS "isListed"
      FROM assessment a WHERE a.id = ${id}::uuid AND a.school_id = ${schoolId}::uuid`;
    return row ?? null;
  }

  /** @returns null when there are too many for this way */
  async function fewAround(filter: ReadyFilter, request: NeighbourRequest, cursor: QueueCursor) {
    const { view } = request;
    const [on, back] = [readingOf(request, cursor, false, schoolId), readingOf(request, cursor, true, schoolId)];
    const { source, rest, most } = leavesFew(filter) ? fewOf(filter) : listOf(filter, view);
    const [row] = await database.$queryRaw<(Neighbours & { found: number })[]>`
      WITH looked AS MATERIALIZED (${source}),
      few AS MATERIALIZED (SELECT a.* ${on.keys} FROM looked a ${on.joins} WHERE ${rest})
      SELECT (SELECT count(*)::int FROM looked) AS found,
        (SELECT a.id FROM few a WHERE ${viewSql(view)} ${back.from} ORDER BY ${back.order} LIMIT 1) AS previous,
        (SELECT a.id FROM few a WHERE ${viewSql(view)} ${on.from} ORDER BY ${on.order} LIMIT 1) AS next`;
    return !row || row.found > most ? null : { previous: row.previous, next: row.next };
  }

  async function longAround(filter: ReadyFilter, request: QueueRequest, cursor: QueueCursor): Promise<Neighbours> {
    const [back, on] = await Promise.all(
      [true, false].map((isBack) => scan(filter, request, { cursor, isBack, limit: 1 })),
    );
    return { previous: back?.places[0]?.id ?? null, next: on?.places[0]?.id ?? null };
  }

  return {
    /**
     * The rows before and after one in the order of a list.
     * @returns no neighbours for a row that neither is in the list nor was when somebody last looked; `place` for the next time
     */
    async findNeighbours(request: NeighbourRequest): Promise<Neighbours & { readonly place: QueueCursor | null }> {
      const filter = await makeReady(request);
      const found = await findPlace(filter, request);
      const place = found?.isListed ? { since: found.since, id: request.id } : request.place;
      if (found === null || place === null) return { previous: null, next: null, place: null };
      const isUnsorted = isSorted(request.order ?? usualOrder(request.view));
      const few = leavesFew(filter) || isUnsorted ? await fewAround(filter, request, place) : null;
      const asked = {
        ...request,
        order: isUnsorted ? null : (request.order ?? null),
        after: null,
        before: null,
        limit: 1,
      };
      return { ...(few ?? (await longAround(filter, asked, place))), place };
    },

    /** Ids of one page, and the counts of all views. */
    async readPlaces(request: QueueRequest): Promise<FoundPage> {
      const filter = await makeReady(request);
      const isUnsorted = isSorted(request.order ?? usualOrder(request.view));
      const few = leavesFew(filter) || isUnsorted ? await readFew(filter, request) : null;
      if (few) return few;
      const asked = isUnsorted ? { ...request, order: null } : request;
      const [page, counted] = await Promise.all([readLong(filter, asked), countLong(filter)]);
      return { ...page, ...counted, isUnsorted };
    },
  };
}

function isSomething({ places, cutAt }: { places: readonly Place[]; cutAt: QueueCursor | null }): boolean {
  return places.length > 0 || cutAt !== null;
}

function nameOf(view: QueueView): Prisma.Sql {
  return Prisma.raw(`"${view}"`);
}

function isBeyond(place: Place, end: Place, isAscending: boolean): boolean {
  const [at, then] = [place.since.getTime(), end.since.getTime()];
  if (at === then) return isAscending ? place.id > end.id : place.id < end.id;
  return isAscending ? at > then : at < then;
}
