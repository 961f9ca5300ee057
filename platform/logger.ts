import type { Logger as PinoLogger } from 'pino';
import pino from 'pino';

/** The logger every room is given; pino's own interface. */
export type Logger = PinoLogger;

/** How a logger is made. */
export interface LoggerOptions {
  /** Name of the part that logs, for example `web`. */
  readonly name: string;
  readonly level: LogLevel;
  /** `json` for machines (production), `readable` for people. */
  readonly format: 'json' | 'readable';
  /** Where a finished line goes; standard output when not given, with problems (warn and above) of the readable format on standard error. */
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
    /((?:\/|%2f)(?:b|inloggen)(?:\/|%2f))(?!(?:openen|nieuwe-link|voorbeeld|code)(?![a-z0-9]))[^\s/?#"'<>&]{1,400}/gi,
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
    },
    destination,
  );
}

interface LogRecord {
  readonly level: number;
  readonly time: string;
  readonly name?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [key: string]: unknown;
}

function formatReadable(record: LogRecord): string {
  const { level, time, name, msg, err, ...rest } = record;
  const details = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const stack = err ? `\n  ${(err.stack ?? err.message ?? '').replaceAll('\n', '\n  ')}` : '';
  const label = LEVEL_NAMES[level] ?? String(level);
  return `${time.slice(11, 19)} ${label} ${name ?? ''}: ${msg ?? ''}${details.join('')}${stack}\n`;
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

function writeForPeople(line: string, level: number): void {
  (level >= WARN ? process.stderr : process.stdout).write(line);
}
