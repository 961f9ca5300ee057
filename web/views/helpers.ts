import type Handlebars from 'handlebars';
import { textLength } from '../../domain/text.ts';
import {
  formatBytes,
  formatDate,
  formatDay,
  formatGrade,
  formatNumber,
  formatShortDay,
  formatTime,
} from '../../platform/i18n/index.ts';
import { iconSvg } from '../assets/icons.ts';
import { schoolThemePath } from '../assets/school-theme.ts';
import type { Assets } from '../assets.ts';
import type { RenderFrame } from '../render.ts';
import { deliveryLook, kindLook, statusLook } from './looks.ts';

type HandlebarsInstance = ReturnType<typeof Handlebars.create>;

interface HelperOptions {
  readonly hash: Readonly<Record<string, unknown>>;
  readonly data: RenderFrame;
  readonly fn?: (context: unknown) => string;
}

interface HelperDeps {
  readonly handlebars: HandlebarsInstance;
  readonly assets: Assets;
}

/** Handlebars gives every helper its arguments and, last, the options. */
type Helper = (this: unknown, ...args: unknown[]) => unknown;

/**
 * The helpers of every template. What they return is escaped by Handlebars, except from `icon`, `attrs` and `wrap`,
 * which build HTML from trusted files or escape each value themselves.
 */
export function createHelpers({ handlebars, assets }: HelperDeps): Record<string, Helper> {
  return {
    ...textHelpers(),
    ...logicHelpers(),
    ...formatHelpers(),
    ...htmlHelpers(handlebars, assets),
    statusLook: (status) => statusLook(String(status)),
    deliveryLook: (state) => deliveryLook(String(state)),
    kindLook: (kind) => kindLook(String(kind)),
    /** `(errorFor errors "email")`: the message of the field in a list `{ field, message }[]`, or undefined. */
    errorFor: (errors, field) => findError(errors, field),
  };
}

/** The last argument of a helper call. */
function optionsOf(args: readonly unknown[]): HelperOptions {
  return args.at(-1) as HelperOptions;
}

/** The arguments without the options. */
function valuesOf(args: readonly unknown[]): unknown[] {
  return args.slice(0, -1);
}

/** Of exams, as the ministry and the schools write them. */
const CONTENT_LANG = 'nl';

function textHelpers(): Record<string, Helper> {
  return {
    /** `{{t "common.status.draft"}}`, `{{t "common.table.selected" count=3}}`. Throws on an unknown key. */
    t(key, ...rest) {
      const { data, hash } = optionsOf([key, ...rest]);
      const name = String(key);
      const params = Object.fromEntries(
        Object.entries(hash).map(([param, value]) => [param, typeof value === 'number' ? value : textOf(param, value)]),
      );
      // The key is data here; t itself refuses one that does not exist.
      return data.translator.t(name as Parameters<typeof data.translator.t>[0], params);
    },
    concat: (...args) => valuesOf(args).map(String).join(''),
    /** Joins what is not empty by a space: for `aria-describedby` and lists of classes. */
    ids: (...args) => valuesOf(args).filter(Boolean).map(String).join(' '),
    lower: (text) => String(text).toLowerCase(),
    /** `<span {{attrs lang=(contentLang)}}>` around the words of an exam, which are Dutch on an English page too. */
    contentLang: (...args) => (optionsOf(args).data.page.lang === CONTENT_LANG ? undefined : CONTENT_LANG),
    /** Characters of a text as the server counts them: trimmed, in NFC. */
    length: (text) => (typeof text === 'string' ? textLength(text) : 0),
  };
}

function textOf(param: string, value: unknown): string {
  if (value === undefined || value === null) {
    throw new Error(`The value "${param}" for a text is missing`);
  }
  return String(value);
}

function logicHelpers(): Record<string, Helper> {
  return {
    eq: (a, b) => a === b,
    not: (value) => isEmpty(value),
    /** For numbers, where 0 counts: `if` alone would hide it. */
    hasValue: (value) => !isEmpty(value),
    /** The last value when all hold, else the first that does not. */
    and: (...args) => valuesOf(args).reduce((so, value) => (isEmpty(so) ? so : value), true),
    /** The first value that holds, else the last one. */
    or: (...args) => valuesOf(args).reduce((so, value) => (isEmpty(so) ? value : so), false),
    gt: (a, b) => Number(a) > Number(b),
    add: (a, b) => Number(a) + Number(b),
    array: (...args) => valuesOf(args),
    /** `(object label="x" href=y)`: a small object to hand to a partial. */
    object: (...args) => ({ ...optionsOf(args).hash }),
  };
}

/** Empty as Handlebars' own `if` sees it, but 0 counts as a value. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

function formatHelpers(): Record<string, Helper> {
  const moment = (format: typeof formatDate): Helper =>
    function formatMoment(...args) {
      const { page } = optionsOf(args).data;
      const [value] = args;
      if (typeof value !== 'string' && !(value instanceof Date)) {
        throw new TypeError('Expected an ISO date-time or a Date');
      }
      return format(value, { lang: page.lang, ...(page.timeZone === undefined ? {} : { timeZone: page.timeZone }) });
    };
  const number = (format: typeof formatGrade): Helper =>
    function formatValue(...args) {
      return format(Number(args[0]), optionsOf(args).data.page.lang);
    };
  return {
    date: moment(formatDate),
    day: moment(formatDay),
    shortDay: moment(formatShortDay),
    time: moment(formatTime),
    grade: number(formatGrade),
    number: number(formatNumber),
    bytes: number(formatBytes),
    /** Machine-readable moment for `<time datetime>`. */
    iso: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  };
}

function htmlHelpers(handlebars: HandlebarsInstance, assets: Assets): Record<string, Helper> {
  const safe = (html: string) => new handlebars.SafeString(html);
  return {
    /** `{{icon "eye"}}`: inline SVG, hidden from assistive technology. */
    icon: (name) => safe(iconSvg(String(name))),
    /** `{{asset "app.css"}}`: the fingerprinted address. */
    asset: (name) => assets.url(String(name)),
    schoolTheme: (color) => schoolThemePath(String(color)),
    /** `<input {{attrs checked=isOn aria-describedby=ids}}>`: leaves out what is false or empty, quotes and escapes the rest. */
    attrs(...args) {
      const { hash } = optionsOf(args);
      // Handlebars hands over the hash back to front; the page keeps the order of the template.
      const inOrder = Object.entries(hash).reverse();
      const written = inOrder.flatMap(([name, value]) => attribute(name, value, handlebars.escapeExpression));
      return safe(written.join(' '));
    },
    /**
     * `{{#wrap "card" title="…"}}…{{/wrap}}`: a partial around a piece of the page. The partial puts `{{body}}` where the
     * piece belongs; the piece itself still sees the page's own fields.
     */
    wrap(name, ...rest) {
      const { fn, hash, data } = optionsOf([name, ...rest]);
      const partial = handlebars.partials[String(name)];
      if (typeof partial !== 'function' || !fn) {
        throw new Error(`No partial "${String(name)}" to wrap with`);
      }
      return safe(partial({ ...hash, body: safe(fn(this)) }, { data }));
    },
  };
}

const ATTRIBUTE_NAME = /^[a-z][a-z0-9-]*$/;
// Handlers and styles would be blocked by the CSP anyway; srcdoc is a page of its own.
const FORBIDDEN_ATTRIBUTE = /^(on.*|style|srcdoc)$/;
const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction']);
const SAFE_URL = /^(\/(?![/\\])|#|\?|https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/]|mailto:|tel:)/;

function attribute(name: string, value: unknown, escapeHtml: (text: string) => string): string[] {
  if (!ATTRIBUTE_NAME.test(name) || FORBIDDEN_ATTRIBUTE.test(name)) {
    throw new Error(`The attribute "${name}" is not allowed`);
  }
  if (value === true) {
    return [name];
  }
  if (value === false || value === undefined || value === null || value === '') {
    return [];
  }
  if (URL_ATTRIBUTES.has(name) && !SAFE_URL.test(String(value))) {
    throw new Error(`The address in "${name}" does not start like one of ours`);
  }
  return [`${name}="${escapeHtml(String(value))}"`];
}

function findError(errors: unknown, field: unknown): string | undefined {
  if (!Array.isArray(errors)) {
    return undefined;
  }
  const found = errors.find((error: { readonly field?: unknown; readonly message?: unknown }) => error.field === field);
  return found ? String(found.message) : undefined;
}
