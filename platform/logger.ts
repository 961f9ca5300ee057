import type { Logger as PinoLogger } from 'pino';
import pino from 'pino';
import { currentRequest } from './request-scope.ts';

/** The logger every room is given; pino's own interface. */
export type Logger = PinoLogger;

/** How a logger is made. */
export interface LoggerOptions {
  /** Name of the part that logs, for example `web`. */
  readonly name: string;
  readonly level: LogLevel;
  /** `json` for machines (production), `readable` for people. */
  readonly format: 'json' | 'readable';
  /**
   * Where a finished line goes; standard output when not given. In the readable format problems (warn and above) go to standard
   * error as well when standard output is no terminal: to the log file, and to the person who looks on.
   */
  readonly write?: (line: string, level: number) => void;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const WARN = 40;
const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/**
 * Every expression is bounded, so that a hostile text of any length costs linear time.
 * The order matters: what stands before the @ of a URL is no e-mail address.
 */
const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /((?:\/|%2f)(?:b|inloggen|studentnummer|examenbureau|registreren)(?:\/|%2f))(?!(?:openen|nieuwe-link|voorbeeld|code|opslaan|document)(?![a-z0-9]))[^\s/?#"'<>&]{1,400}/gi,
    '$1[link]',
  ],
  [/\bb1[0-9a-hjkmnp-tv-z]{65}\b/gi, '[link]'],
  [/:\/\/[^\s/@:]{0,200}:[^\s/@]{0,400}@/g, '://[credentials]@'],
  [/[\p{L}\p{N}._%+'=-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,252}[\p{L}\p{N}])?/gu, '[e-mail]'],
];

/**
 * Takes links, credentials and e-mail addresses out of a text, so that a log can never open a form or name a person.
 * @param text any text, of any length
 * @returns the same text with `/b/[link]`, `[link]`, `://[credentials]@` and `[e-mail]` in their place
 */
export function redactText(text: string): string {
  return REDACTIONS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/**
 * Redacts every string in a plain JSON value, keys included.
 * @param value what JSON.parse gives
 */
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redactText(key), redactDeep(inner)]));
}

/**
 * Makes a logger whose every line is redacted after serialising, so no field, error message or stack can slip past.
 * @param options name, level and format
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? (options.format === 'json' ? writeToStdout : writeForPeople);
  const destination = {
    write: (line: string) => {
      const record = redactDeep(JSON.parse(line)) as LogRecord;
      write(options.format === 'json' ? `${JSON.stringify(record)}\n` : formatReadable(record), record.level);
    },
  };
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: requestFields,
      serializers: { err: describeError },
    },
    destination,
  );
}

/** Lines that were written for one request share its id, wherever they were written. */
function requestFields(): { requestId?: string } {
  const scope = currentRequest();
  return scope === undefined ? {} : { requestId: scope.requestId };
}

const MOST_CAUSES = 5;

interface DescribedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: DescribedError;
}

/**
 * What may be known of an error: its kind, code, place, and its message without what it quotes. All other properties stay out:
 * drivers put rows, parameters and answers of servers there.
 */
export function describeError(error: unknown, depth = 0): DescribedError | string {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'no error' : withoutQuotes(String(error));
  const code: unknown = Reflect.get(error, 'code');
  const message = withoutQuotes(error.message);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? { code } : {}),
    message,
    stack: [`${error.name}: ${message}`, ...frames].join('\n'),
    ...(error.cause instanceof Error && depth < MOST_CAUSES
      ? { cause: describeError(error.cause, depth + 1) as DescribedError }
      : {}),
  };
}

/**
 * Takes out what a message quotes: PostgreSQL, JSON.parse and mail servers quote the value they could not use.
 * What stands in single quotes stays: there JavaScript names properties and files.
 */
function withoutQuotes(message: string): string {
  return message.replace(/"[^"]{1,10000}"/g, '"…"').replace(/=\([^)]{1,10000}\)/g, '=(…)');
}

/** Ends the process as Node would, but has what ended it in the log, without what must not be there. */
export function logCrashes(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, 'the process ends by an error that nobody expected');
      process.exit(1);
    });
  }
}

interface LogRecord {
  readonly level: number;
  readonly time: string;
  readonly name?: string;
  readonly msg?: string;
  readonly err?: DescribedError | string;
  readonly [key: string]: unknown;
}

function formatReadable(record: LogRecord): string {
  const { level, time, name, msg, err, ...rest } = record;
  const details = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const stack = err ? `\n  ${readableError(err).replaceAll('\n', '\n  ')}` : '';
  const label = LEVEL_NAMES[level] ?? String(level);
  return `${time.slice(11, 19)} ${label} ${name ?? ''}: ${msg ?? ''}${details.join('')}${stack}\n`;
}

function readableError(error: DescribedError | string): string {
  if (typeof error === 'string') return error;
  const code = error.code === undefined ? '' : ` [${error.code}]`;
  const cause = error.cause === undefined ? '' : `\ncaused by ${readableError(error.cause)}`;
  return `${error.stack}${code}${cause}`;
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

function writeForPeople(line: string, level: number): void {
  process.stdout.write(line);
  if (level >= WARN && process.stdout.isTTY !== true) process.stderr.write(line);
}
