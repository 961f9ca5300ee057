/**
 * How much waits in the record, for `/metrics`. Every number comes from an index that holds what waits and nothing else, so that
 * it costs as much as there is to do, not as much as there ever was. Asked over the monitor's own connection, which gives up after
 * a second.
 */
import type { Pool } from 'pg';
import type { MetricSource, Sample } from '../platform/metrics.ts';
import { type Database, poolsOfDatabase } from './client.ts';
import { poolState } from './pool.ts';

type QueueGauge =
  | 'relay_streams_waiting'
  | 'relay_oldest_seconds'
  | 'workflows_open'
  | 'batches_open'
  | 'batch_rows_waiting'
  | 'batch_oldest_due_seconds'
  | 'mails_waiting'
  | 'mail_oldest_due_seconds'
  | 'documents_waiting'
  | 'documents_oldest_seconds'
  | 'anchors_failing'
  | 'anchor_oldest_seconds';

interface Row {
  readonly queue: 'relay' | 'workflows' | 'mails' | 'mailsDue' | 'batches' | 'documents' | 'anchors' | 'anchorsFailing';
  /** State within the queue; empty when it has none. */
  readonly state: string;
  readonly count: number;
  readonly age: number;
}

const KEEP_MS = 5_000;

/** States that are told even when nothing is in them: a number that disappears looks like a failure. */
const MAIL_STATES = ['queued', 'claimed', 'unknown'];
const BATCH_STATES = ['scheduled', 'sending'];
const DOCUMENT_STATES = ['making', 'mailing'];

const QUEUES = `
  SELECT 'relay' AS queue, '' AS state, count(*)::int AS count,
    COALESCE(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)::float8 AS age
  FROM stream WHERE relayed_seq < version
  UNION ALL
  SELECT 'workflows', '', count(*)::int, 0 FROM workflow_view WHERE NOT is_closed
  UNION ALL
  SELECT 'mails', state, count(*)::int, 0 FROM mail WHERE state IN ('queued', 'claimed', 'unknown') GROUP BY state
  UNION ALL
  SELECT 'mailsDue', '', count(*)::int,
    COALESCE(extract(epoch FROM clock_timestamp() - min(next_try_at)), 0)::float8
  FROM mail WHERE state IN ('queued', 'unknown') AND next_try_at <= clock_timestamp()
  UNION ALL
  SELECT 'batches', status, count(*)::int,
    COALESCE(extract(epoch FROM clock_timestamp() - min(send_at) FILTER (WHERE send_at <= clock_timestamp())), 0)::float8
  FROM batch WHERE status IN ('scheduled', 'sending') GROUP BY status
  UNION ALL
  SELECT 'batches', 'rows', COALESCE(sum(row_count - done_count - failed_count), 0)::int, 0
  FROM batch WHERE status IN ('scheduled', 'sending') AND send_at <= clock_timestamp()
  UNION ALL
  SELECT 'documents', 'making', count(*)::int,
    COALESCE(extract(epoch FROM clock_timestamp() - min(assessment.status_since)), 0)::float8
  FROM document JOIN assessment ON assessment.id = document.assessment_id WHERE document.stored_at IS NULL
  UNION ALL
  SELECT 'documents', 'mailing', count(*)::int,
    COALESCE(extract(epoch FROM clock_timestamp() - min(stored_at)), 0)::float8
  FROM document WHERE stored_at IS NOT NULL AND mailed_at IS NULL
  UNION ALL
  SELECT 'anchorsFailing', '', count(*)::int, 0 FROM anchor_trouble
  UNION ALL
  SELECT 'anchors', '', count(*)::int, COALESCE(extract(epoch FROM clock_timestamp() - min(newest.made_at)), 0)::float8
  FROM school CROSS JOIN LATERAL (
    SELECT made_at FROM anchor WHERE anchor.school_id = school.id ORDER BY day DESC LIMIT 1) AS newest`;

/** The queues of the whole installation: the same on every process, so take the largest, not the sum. */
export function queueSource(database: Database): MetricSource<QueueGauge> {
  const { monitor } = poolsOfDatabase(database);
  return {
    name: 'queues',
    keepMs: KEEP_MS,
    gauges: {
      relay_streams_waiting: { help: 'Streams with news that Temporal has not been told.' },
      relay_oldest_seconds: { help: 'Age of the oldest such news.' },
      workflows_open: { help: 'Streams whose workflow has not ended.' },
      batches_open: { help: 'Batches of invitations that are not done, by state.', labels: ['state'] },
      batch_rows_waiting: { help: 'Invitations of batches whose moment has come, and which are not sent yet.' },
      batch_oldest_due_seconds: { help: 'How long the batch that should be done first has been due.' },
      mails_waiting: { help: 'Mails that are not settled, by state.', labels: ['state'] },
      mail_oldest_due_seconds: { help: 'How long the mail that should have gone first has been due.' },
      documents_waiting: { help: 'Result documents to be made or to be mailed.', labels: ['state'] },
      documents_oldest_seconds: { help: 'Age of the oldest of them.', labels: ['state'] },
      anchors_failing: { help: 'Schools whose record could not be anchored, or not be written to its folder.' },
      anchor_oldest_seconds: { help: 'Of the newest anchor of each school the age of the oldest; a day is usual.' },
    },
    async read() {
      const { rows } = await monitor.query<Row>(QUEUES);
      const pick = (queue: Row['queue'], value: 'count' | 'age', state = '') => ({
        ...(state === '' ? {} : { labels: { state } }),
        value: rows.find((row) => row.queue === queue && row.state === state)?.[value] ?? 0,
      });
      return {
        relay_streams_waiting: [pick('relay', 'count')],
        relay_oldest_seconds: [pick('relay', 'age')],
        workflows_open: [pick('workflows', 'count')],
        batches_open: BATCH_STATES.map((state) => pick('batches', 'count', state)),
        batch_rows_waiting: [{ value: pick('batches', 'count', 'rows').value }],
        batch_oldest_due_seconds: [
          { value: Math.max(...BATCH_STATES.map((state) => pick('batches', 'age', state).value)) },
        ],
        mails_waiting: MAIL_STATES.map((state) => pick('mails', 'count', state)),
        mail_oldest_due_seconds: [pick('mailsDue', 'age')],
        documents_waiting: DOCUMENT_STATES.map((state) => pick('documents', 'count', state)),
        documents_oldest_seconds: DOCUMENT_STATES.map((state) => pick('documents', 'age', state)),
        anchors_failing: [pick('anchorsFailing', 'count')],
        anchor_oldest_seconds: [pick('anchors', 'age')],
      };
    },
  };
}

/**
 * The pools of this process.
 * @param others by name, beside the one of the database
 */
export function poolSource(
  database: Database,
  others: Readonly<Record<string, Pool>> = {},
): MetricSource<'pool_connections' | 'pool_oldest_wait_seconds'> {
  const { main, monitor } = poolsOfDatabase(database);
  const pools = Object.entries({ main, monitor, ...others });
  return {
    name: 'pools',
    keepMs: 0,
    gauges: {
      pool_connections: {
        help: 'Connections to the database by pool: open, idle, and callers waiting for one.',
        labels: ['pool', 'state'],
      },
      pool_oldest_wait_seconds: { help: 'How long the first caller has waited for a connection.', labels: ['pool'] },
    },
    read() {
      const states = pools.map(([name, pool]) => ({ name, ...poolState(pool) }));
      return {
        pool_connections: states.flatMap(({ name, size, idle, waiting, max }): Sample[] =>
          Object.entries({ open: size, idle, waiting, most: max }).map(([state, value]) => ({
            labels: { pool: name, state },
            value,
          })),
        ),
        pool_oldest_wait_seconds: states.map(({ name, oldestWaitMs }) => ({
          labels: { pool: name },
          value: oldestWaitMs / 1000,
        })),
      };
    },
  };
}
