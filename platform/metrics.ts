/**
 * Numbers for an operator's Prometheus.
 *
 * Contract
 * 1. Labels have few values, all of them known when the program is written: no ids, addresses, paths or texts.
 * 2. What must be asked (queues) is asked when somebody reads, at most once in some seconds. When it cannot be had, its numbers
 *    are left out, `proeve_source_up` says so, and the rest is served.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface ObservedRequest {
  readonly method: string;
  /** Pattern of the page, never the path. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export const CommandResult = { Ok: 'ok', Refused: 'refused', Repeat: 'repeat', Error: 'error' } as const;
export type CommandResult = (typeof CommandResult)[keyof typeof CommandResult];

/** One number with its labels, as {@link Metrics.addSource} wants them. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers that are asked for when somebody reads them. */
export interface MetricSource<Name extends string = string> {
  /** One word, for `proeve_source_up`. */
  readonly name: string;
  /** What there is to be known: name without `proeve_`, and what it means. */
  readonly gauges: Readonly<Record<Name, { readonly help: string; readonly labels?: readonly string[] }>>;
  /** How long an answer may be used again; 0 asks every time. */
  readonly keepMs: number;
  read(): Promise<Readonly<Record<Name, readonly Sample[]>>> | Readonly<Record<Name, readonly Sample[]>>;
}

export interface Metrics {
  observeRequest(request: ObservedRequest): void;
  observeCommand(type: string, result: CommandResult, seconds: number): void;
  /** Numbers that are asked for when somebody reads. */
  addSource<Name extends string>(source: MetricSource<Name>): void;
  /** What `/metrics` answers. */
  read(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  /** `web` or `worker`: a label of every number. */
  readonly process: string;
  /** Memory, CPU and event loop of this process; off where many are made in one process. */
  readonly hasProcessMetrics?: boolean;
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMAND_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics({ process: name, hasProcessMetrics = false }: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: name });
  if (hasProcessMetrics) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'proeve_http_request_duration_seconds',
    help: 'Requests by page (its pattern) and class of answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  const commands = new Histogram({
    name: 'proeve_command_duration_seconds',
    help: 'Commands by type and outcome: ok, refused by a rule, repeat of a known command, error.',
    labelNames: ['type', 'outcome'],
    buckets: COMMAND_SECONDS,
    registers: [registry],
  });
  const up = new Gauge({
    name: 'proeve_source_up',
    help: 'Whether the numbers of this source could be had.',
    labelNames: ['source'],
    registers: [registry],
  });
  const readSources: (() => Promise<void>)[] = [];

  return {
    observeRequest({ method, route, status, seconds }) {
      const known = METHODS.includes(method) ? method : 'other';
      requests.observe({ method: known, route, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    observeCommand(type, outcome, seconds) {
      commands.observe({ type, outcome }, seconds);
    },
    addSource(source) {
      readSources.push(followSource(registry, source, (isUp) => up.set({ source: source.name }, isUp ? 1 : 0)));
    },
    async read() {
      await Promise.all(readSources.map((readSource) => readSource()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

/** Makes the gauges of a source. @returns what brings them up to date */
function followSource<Name extends string>(
  registry: Registry,
  source: MetricSource<Name>,
  note: (isUp: boolean) => void,
): () => Promise<void> {
  const names = Object.keys(source.gauges) as Name[];
  const gauges = names.map((name) => {
    const { help, labels = [] } = source.gauges[name];
    const gauge = new Gauge({ name: `proeve_${name}`, help, labelNames: [...labels], registers: [registry] });
    // `reset` would leave a gauge without labels at 0.
    const clear = () => (labels.length === 0 ? gauge.remove() : gauge.reset());
    clear();
    return { name, gauge, clear };
  });
  let freshUntil = 0;
  let underWay: Promise<void> | undefined;

  async function update(): Promise<void> {
    // A gauge without a value is left out: better no number than an old one.
    try {
      const samples = await source.read();
      for (const { name, gauge, clear } of gauges) {
        clear();
        for (const { labels = {}, value } of samples[name]) gauge.set(labels, value);
      }
      note(true);
    } catch {
      for (const { clear } of gauges) clear();
      note(false);
    }
    freshUntil = performance.now() + source.keepMs;
  }

  return async () => {
    if (performance.now() < freshUntil) return;
    underWay ??= update().finally(() => {
      underWay = undefined;
    });
    await underWay;
  };
}

/** Counts and times whatever goes through a door of commands. */
export interface MeasurableDoor {
  apply(handler: { readonly type: string }, command: unknown, context: unknown): Promise<MeasuredOutcome>;
}

type MeasuredOutcome = { readonly ok: true; readonly isRepeat: boolean } | { readonly ok: false };

/**
 * Wraps the door of all commands, so that every command is counted and timed.
 * @param door of prisma/apply-command.ts
 */
export function measureDoor<Door extends { apply(...args: never[]): Promise<MeasuredOutcome> }>(
  door: Door,
  metrics: Pick<Metrics, 'observeCommand'>,
): Door {
  const apply = door.apply.bind(door) as unknown as MeasurableDoor['apply'];
  const measured: MeasurableDoor['apply'] = async (handler, command, context) => {
    const startedAt = performance.now();
    const done = (result: CommandResult) =>
      metrics.observeCommand(handler.type, result, (performance.now() - startedAt) / 1000);
    try {
      const outcome = await apply(handler, command, context);
      done(outcome.ok ? (outcome.isRepeat ? CommandResult.Repeat : CommandResult.Ok) : CommandResult.Refused);
      return outcome;
    } catch (error) {
      done(CommandResult.Error);
      throw error;
    }
  };
  return { ...door, apply: measured } as unknown as Door;
}

/** What a reader of `/metrics` gets, whichever server answers. */
export interface MetricsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Without a token in the settings there is no such page. @param authorization header as it came */
export async function answerMetrics(
  metrics: Pick<Metrics, 'read'>,
  token: string | undefined,
  authorization: string | undefined,
): Promise<MetricsAnswer> {
  const access = checkMetricsToken(token, authorization);
  if (access === 'hidden') return textAnswer(404, 'Not found\n');
  if (access === 'refused') {
    const { headers, ...rest } = textAnswer(401, 'Unauthorized\n');
    return { ...rest, headers: { ...headers, 'WWW-Authenticate': METRICS_CHALLENGE } };
  }
  const { contentType, body } = await metrics.read();
  return { status: 200, headers: headersOf(contentType), body };
}

/** An answer of one line. */
export function textAnswer(status: number, body: string): MetricsAnswer {
  return { status, headers: headersOf('text/plain; charset=utf-8'), body };
}

function headersOf(contentType: string): Record<string, string> {
  return { 'Content-Type': contentType, 'Cache-Control': 'no-store' };
}

export type MetricsAccess = 'hidden' | 'refused' | 'granted';

/**
 * Whether a reader may have the numbers.
 * @param token of the settings; without one there is nothing to be had
 * @param authorization header as it came
 */
export function checkMetricsToken(token: string | undefined, authorization: string | undefined): MetricsAccess {
  if (token === undefined) return 'hidden';
  const given = /^Bearer +([\x21-\x7e]{1,200}) *$/i.exec(authorization ?? '')?.[1];
  // Digests have one length, so that the comparison tells nothing about the token.
  return given !== undefined && timingSafeEqual(digest(given), digest(token)) ? 'granted' : 'refused';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** RFC 9110 §11.6.1, for an answer with status 401. */
const METRICS_CHALLENGE = 'Bearer realm="metrics"';
