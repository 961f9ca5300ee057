/** What the record itself says, asked over a connection of its own in plain SQL. */
import { withClient } from '../../../platform/services/postgres-roles.ts';
import { check } from '../checks.ts';
import type { Check } from '../contract.ts';
import { equal } from './checks.ts';
import { countDoubles, type Sink } from './sink.ts';

export type Ask = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Runs something with a connection that the application knows nothing of. */
export function withEvidence<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  return withClient(url, (client) =>
    work(async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const { rows } = await client.query<Row>(sql, [...values]);
      return rows;
    }),
  );
}

export async function countOf(ask: Ask, sql: string, values: readonly unknown[] = []): Promise<number> {
  const [row] = await ask<{ count: string }>(sql, values);
  return Number(row?.count ?? 0);
}

/** Every stream has all its events, in one unbroken chain, and its state is that of the newest. */
export async function checkChains(ask: Ask): Promise<Check> {
  const broken = await countOf(
    ask,
    `SELECT count(*) FROM stream
     WHERE version <> (SELECT count(*) FROM event WHERE stream_id = stream.id)
        OR head_hash <> (SELECT hash FROM event WHERE stream_id = stream.id ORDER BY seq DESC LIMIT 1)`,
  );
  const unlinked = await countOf(
    ask,
    `SELECT count(*) FROM event JOIN event former ON former.stream_id = event.stream_id AND former.seq = event.seq - 1
     WHERE event.prev_hash <> former.hash`,
  );
  const total = await countOf(ask, 'SELECT count(*) FROM event');
  return check(
    'every event stands in an unbroken chain',
    broken + unlinked === 0,
    `${total} events, ${broken + unlinked} broken`,
  );
}

export interface FormEvidence {
  /** Forms said to be finished without a submission that holds their words. */
  readonly lost: number;
  /** Submissions beyond one for each form. */
  readonly doubled: number;
  readonly checks: readonly Check[];
}

/**
 * @param finished ids of forms whose finishing was acknowledged
 * @param saved words that were acknowledged as saved, by form
 */
export async function checkForms(
  ask: Ask,
  finished: ReadonlySet<string>,
  saved: ReadonlyMap<string, string>,
): Promise<FormEvidence> {
  const submissions = await ask<{ formId: string; content: { justifications: Record<string, string> } }>(
    'SELECT form_id AS "formId", content FROM form_submission',
  );
  const whole = new Set(
    submissions
      .filter(({ formId, content }) =>
        Object.values(content.justifications).every((text) => text === saved.get(formId)),
      )
      .map(({ formId }) => formId),
  );
  const lost = [...finished].filter((id) => !whole.has(id)).length;
  const doubled = submissions.length - new Set(submissions.map(({ formId }) => formId)).size;
  let unsaved = 0;
  for (const [formId, words] of saved) {
    const kept = await countOf(
      ask,
      'SELECT count(*) FROM form_revision WHERE form_id = $1 AND position($2 in content::text) > 0',
      [formId, words],
    );
    if (kept === 0) unsaved += 1;
  }
  return {
    lost: lost + unsaved,
    doubled,
    checks: [
      equal('every acknowledged finish is stored with its words', finished.size - lost, finished.size),
      equal('every acknowledged save is stored', saved.size - unsaved, saved.size),
      equal('no form was finished twice', doubled, 0),
      await checkChains(ask),
    ],
  };
}

/** Mails that were queued against what the server of the receivers has. */
export async function checkMails(ask: Ask, sink: Sink): Promise<FormEvidence> {
  // A mail that had become pointless before it could be sent (an invitation to a finished form) is not sent.
  const rows = await ask<{ id: string; isRepeat: boolean }>(
    `SELECT id, is_repeat AS "isRepeat" FROM mail WHERE last_error IS DISTINCT FROM 'OBSOLETE'`,
  );
  const arrived = new Map<string, number>();
  for (const { messageId } of sink.mails) {
    const id = /^<([^@]+)@/.exec(messageId)?.[1] ?? '';
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
  }
  const lost = rows.filter(({ id }) => !arrived.has(id)).length;
  const unmarked = rows.filter(({ id, isRepeat }) => (arrived.get(id) ?? 0) > 1 && !isRepeat).length;
  return {
    lost,
    doubled: unmarked,
    checks: [
      equal('every queued mail arrived', rows.length - lost, rows.length),
      check(
        'no mail arrived twice without being marked',
        unmarked === 0,
        `${countDoubles(sink.mails)} repeated, ${unmarked} unmarked`,
      ),
    ],
  };
}
