/** How a page gets its frame, and the pages that only say one thing. */
import type { Request, RequestHandler, Response } from 'express';
import { Role } from '../domain/school.ts';
import type { I18n } from '../platform/i18n/index.ts';
import type { Logger } from '../platform/logger.ts';
import {
  contextOf,
  isStudentOnly,
  type MessagePage,
  type PageOptions,
  type RequestContext,
  type SchoolIdentity,
} from './context.ts';
import { CSRF_FIELD, type Csrf } from './middleware/csrf.ts';
import type { FailureKind } from './middleware/errors.ts';
import { paths } from './paths.ts';
import type { NavItem, PageLocals, SchoolMark, ViewEngine } from './render.ts';
import { sendHtml } from './send-html.ts';
import { roleName } from './wording.ts';

export interface Messages {
  sendPage(res: Response, template: string, model: object, options: PageOptions): void;
  sendMessage(res: Response, message: MessagePage): void;
  readonly forbidden: RequestHandler;
  readonly notFound: RequestHandler;
  readonly expiredPage: RequestHandler;
  /** 429, with the minutes to wait. */
  tooMany(seconds: number): RequestHandler;
  failure(kind: FailureKind): RequestHandler;
  /** Whether this POST carries words that somebody typed. */
  keepsWords(req: Request): boolean;
  /** A page made of the posted body alone, with which it can be posted again. */
  lostWords(status: number): RequestHandler;
  /** Enough context for a page when the session could not be read. */
  bareContext(req: Request, res: Response): RequestContext;
}

/** Field names of texts that are worth keeping; everything else is carried along unseen. */
const WORDY = /^(justification-|notitie$|bijschrift(-|$)|waarom-|remark$|reason$|reden$)/;

export function createMessages(views: ViewEngine, logger: Logger, i18n: I18n, csrf: Csrf): Messages {
  function sendPage(res: Response, template: string, model: object, options: PageOptions): void {
    const locals = localsFor(res, options);
    sendHtml(res.status(options.status ?? 200), views.render(template, model, locals));
  }

  function localsFor(res: Response, options: PageOptions): PageLocals {
    const context = contextOf(res);
    const school = options.school ?? context.school;
    return {
      lang: context.lang,
      title: options.title,
      hasErrors: options.hasErrors ?? false,
      width: options.width ?? 'narrow',
      ...(school
        ? {
            school: { ...schoolMark(school), primaryColor: school.primaryColor },
            timeZone: school.timeZone,
          }
        : {}),
      ...(options.place === undefined ? {} : { place: options.place }),
      ...(context.member
        ? {
            user: {
              name: context.member.name,
              isStudent: isStudentOnly(context.member),
              roles: context.member.roles.map((role) => roleName(context.translator, role)),
            },
          }
        : {}),
      nav: navFor(context, res.req.path),
      csrfToken: context.csrfToken(),
      ...(context.flash ? { flash: context.flash } : {}),
      ...(options.saveState ? { saveState: options.saveState } : {}),
      paths: {
        home: paths.home(),
        language: paths.language(),
        signOut: paths.signOut(),
        account: paths.account(),
        current: returnPath(res),
      },
      ...(options.helpKey === undefined ? {} : { helpHref: paths.help(options.helpKey) }),
      authenticityHref: paths.authenticity(),
      privacyHref: paths.privacy(),
      accessibilityHref: paths.accessibility(),
      ...(options.scripts ? { scripts: options.scripts } : {}),
    };
  }

  function sendMessage(res: Response, message: MessagePage): void {
    const { title, text, kind = message.status >= 400 ? 'error' : 'info', action, school, status } = message;
    sendPage(
      res,
      'message',
      { title, text, kind, action: action ?? null },
      { title, status, ...(school ? { school } : {}) },
    );
  }

  function simple(status: number, key: 'notFound' | 'forbidden'): RequestHandler {
    return (_req, res) => {
      const { translator, member } = contextOf(res);
      const words = key === 'forbidden' && isStudentOnly(member) ? 'mine.forbidden' : (`common.errors.${key}` as const);
      sendMessage(res, {
        status,
        title: translator.t(`${words}Title`),
        text: translator.t(`${words}Text`),
        action: { href: paths.home(), text: translator.t('common.layout.home') },
      });
    };
  }

  function expiredPage(req: Request, res: Response): void {
    lostWords(403)(req, res, () => undefined);
  }

  function tooMany(seconds: number): RequestHandler {
    return (_req, res) => sendTooMany({ sendMessage }, res, seconds);
  }

  function failure(kind: FailureKind): RequestHandler {
    return (_req, res) => {
      const { translator, requestId } = contextOf(res);
      const status = { tooLarge: 413, badRequest: 400, unavailable: 503, unknown: 500 }[kind];
      if (status === 503) res.set('Retry-After', '10');
      const isOurs = kind === 'unavailable' || kind === 'unknown';
      sendMessage(res, {
        status,
        title: translator.t(
          isOurs
            ? 'common.errors.serverTitle'
            : kind === 'tooLarge'
              ? 'common.errors.tooLargeTitle'
              : 'common.errors.badRequestTitle',
        ),
        text: isOurs
          ? translator.t('common.errors.serverText', { reference: requestId.slice(0, 8) })
          : translator.t(kind === 'tooLarge' ? 'common.errors.tooLargeText' : 'common.errors.badRequestText'),
        action: { href: paths.home(), text: translator.t('common.layout.home') },
      });
    };
  }

  function lostWords(status: number): RequestHandler {
    return (req, res) => {
      const { translator } = contextOf(res);
      const fields = postedFields(req);
      const words = fields.filter((field) => WORDY.test(field.name) && field.value.trim() !== '');
      // What is gone for this person stays gone: sending again would lead here for ever.
      const isGone = status === 404;
      const key = status === 503 ? 'unavailable' : isGone ? 'gone' : 'expired';
      if (status === 503) res.set('Retry-After', '10');
      sendPage(
        res,
        'lost-words',
        {
          title: translator.t(`common.errors.${key}Title`),
          text: translator.t(`common.errors.${key}Text`),
          action: req.originalUrl,
          fields: fields.filter((field) => field.name !== CSRF_FIELD),
          words,
          hasWords: words.length > 0,
          canRetry: !isGone,
          isExaminers: !isGone && req.path.startsWith('/beoordeling/'),
        },
        { title: translator.t(`common.errors.${key}Title`), status, hasErrors: true },
      );
    };
  }

  function bareContext(req: Request, res: Response): RequestContext {
    const lang = req.acceptsLanguages('nl', 'en') === 'en' ? 'en' : 'nl';
    logger.debug({ requestId: res.locals.requestId }, 'page without a session');
    return {
      requestId: String(res.locals.requestId ?? ''),
      lang,
      translator: i18n.forLanguage(lang),
      csrfToken: () => csrf.tokenFor(req, res),
      sessionId: null,
      account: null,
      member: null,
      grants: [],
      withdrawnGrants: [],
      foreignGrants: [],
      school: null,
      flash: null,
    };
  }

  return {
    sendPage,
    sendMessage,
    forbidden: simple(403, 'forbidden'),
    notFound: simple(404, 'notFound'),
    expiredPage,
    tooMany,
    failure,
    keepsWords: (req) => req.method === 'POST' && postedFields(req).some((field) => WORDY.test(field.name)),
    lostWords,
    bareContext,
  };
}

/** The mark of a school at the top of its pages. */
export function schoolMark({ id, name, logo }: Pick<SchoolIdentity, 'id' | 'name' | 'logo'>): SchoolMark {
  const mark = { name, initial: name.slice(0, 1).toUpperCase() };
  if (!logo) return mark;
  const { sha256, width, height, hasName } = logo;
  return { ...mark, logo: { href: paths.logo(id, sha256), width, height, alt: hasName ? name : '', hasName } };
}

/** 429: the page that says how long to wait. @param seconds as a limit gave them */
export function sendTooMany(kit: Pick<Messages, 'sendMessage'>, res: Response, seconds: number): void {
  const { translator } = contextOf(res);
  res.set('Retry-After', String(seconds));
  kit.sendMessage(res, {
    status: 429,
    title: translator.t('common.errors.tooManyTitle'),
    text: translator.t('signin.tooMany', { count: Math.ceil(seconds / 60) }),
    kind: 'warning',
  });
}

/** Every posted field, a repeated one as many times as it came. */
function postedFields(req: Request): { name: string; value: string }[] {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || req.is('json')) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => typeof each === 'string')
      .map((each: string) => ({ name, value: each })),
  );
}

function navFor(context: RequestContext, current: string): NavItem[] {
  const roles = context.member?.roles ?? [];
  const items: { href: string; key: string }[] = [];
  if (roles.includes(Role.Teacher)) {
    items.push(
      { href: paths.attention(), key: 'following.attention.title' },
      { href: paths.exams(), key: 'common.nav.exams' },
      { href: paths.assessments(), key: 'common.nav.assessments' },
      { href: paths.addressBook(), key: 'common.nav.addressBook' },
    );
  }
  if (roles.includes(Role.Committee)) items.push({ href: paths.queue(), key: 'common.nav.queue' });
  if (roles.includes(Role.Administrator)) items.push({ href: paths.condition(), key: 'common.nav.admin' });
  if (roles.includes(Role.Student)) {
    items.push({ href: paths.myExams(), key: 'mine.nav.exams' }, { href: paths.myDetails(), key: 'mine.nav.details' });
  }
  if (context.grants.length > 0) items.push({ href: paths.workList(), key: 'common.nav.worklist' });
  return items.map((item) => ({ ...item, isCurrent: roomsOf(item.href).some((room) => isInRoom(current, room)) }));
}

/** Addresses that belong to an item of the menu: what was started together, or sent together, is about assessments. */
function roomsOf(href: string): readonly string[] {
  return href === paths.assessments() ? [href, '/series', '/verzendingen'] : [href];
}

function isInRoom(current: string, room: string): boolean {
  return current === room || current.startsWith(`${room}/`);
}

/**
 * Where to come back to after a change of language: this page, unless it is the answer to a POST. The page of a link comes
 * back to itself: its address is where the browser was already, and it goes only to us.
 */
function returnPath(res: Response): string {
  const { req } = res;
  return req.method === 'GET' ? req.originalUrl : paths.home();
}
