/** Dates, moments, numbers and lists as the document writes them, in its language and in the time zone of the school. */
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { asParagraph } from './direction.ts';
import { documentWords, fill } from './words.ts';

const LOCALE = { nl: 'nl-NL', en: 'en-GB' } as const;

export function formatter(data: ResultDocumentData, options: Intl.DateTimeFormatOptions): (iso: string) => string {
  const format = new Intl.DateTimeFormat(LOCALE[data.lang], { timeZone: data.timeZone, ...options });
  return (iso) => format.format(new Date(iso));
}

/** `zondag 22 november 2026 om 14:02`. */
export function momentFormat(data: ResultDocumentData) {
  return formatter(data, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

export function shortFormat(data: ResultDocumentData) {
  return formatter(data, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

/** A date without time, `YYYY-MM-DD`, written out. */
export function writeDate(data: ResultDocumentData, date: string): string {
  const format = new Intl.DateTimeFormat(LOCALE[data.lang], {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.format(new Date(`${date}T00:00:00Z`));
}

type ZoneStyle = 'short' | 'long';

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs far more than using it, so each is made once. */
function zoneFormat(lang: ResultDocumentData['lang'], timeZone: string, style: ZoneStyle): Intl.DateTimeFormat {
  const key = `${lang}|${timeZone}|${style}`;
  const format = zoneFormats.get(key) ?? new Intl.DateTimeFormat(LOCALE[lang], { timeZone, timeZoneName: style });
  zoneFormats.set(key, format);
  return format;
}

/** `CET` or `Midden-Europese standaardtijd`: what the clock was called at that instant. */
export function zoneName(data: ResultDocumentData, iso: string, style: ZoneStyle): string {
  const format = zoneFormat(data.lang, data.timeZone, style);
  return format.formatToParts(new Date(iso)).find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** What the short zone names in the tables stand for; summer and winter may both occur. */
export function zoneLegend(data: ResultDocumentData): string {
  const { auditZone, zoneIs } = documentWords[data.lang];
  const instants = [...data.audit, data.decision].map((line) => line.at);
  const finished = data.examiners.map((examiner) => examiner.finishedAt);
  const names = [...instants, ...finished].map((iso) =>
    fill(zoneIs, { short: zoneName(data, iso, 'short'), long: zoneName(data, iso, 'long') }),
  );
  return fill(auditZone, { zone: data.timeZone, names: [...new Set(names)].join(', ') });
}

export function listFormat(data: ResultDocumentData): Intl.ListFormat {
  return new Intl.ListFormat(LOCALE[data.lang], { type: 'conjunction' });
}

export function writeGrade(data: ResultDocumentData, tenths: number): string {
  return new Intl.NumberFormat(LOCALE[data.lang], { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    tenths / 10,
  );
}

/** Each line that says something is a paragraph. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map(asParagraph);
}
