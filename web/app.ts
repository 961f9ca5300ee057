/**
 * The whole web application. The order of the layers reads top to bottom; a test starts the same app.
 *
 * 1. request id and log · 2. headers · 3. assets and liveness · 4. cookies, bodies · 5. context (session, language) ·
 * 6. posts from elsewhere refused, CSRF, limit · 7. pages · 8. not found, errors
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { MailRenderer } from '../emails/index.ts';
import type { DocumentStore } from '../platform/documents.ts';
import { createI18n } from '../platform/i18n/index.ts';
import type { Keyring } from '../platform/keys.ts';
import type { Logger } from '../platform/logger.ts';
import type { CommandDoor } from '../prisma/apply-command.ts';
import type { Repositories } from '../prisma/repositories/index.ts';
import { createAssets } from './assets.ts';
import { contextOf, type PageKit } from './context.ts';
import { readCookies } from './middleware/cookies.ts';
import { createCsrf, requireCsrf } from './middleware/csrf.ts';
import { type FailureKind, handleErrors, handleLastResort, logRequests } from './middleware/errors.ts';
import { createRateLimits, limitPosts } from './middleware/limits.ts';
import { noStore, sameOriginPosts, securityHeaders } from './middleware/security.ts';
import { attachContext, putFlash } from './middleware/session.ts';
import { createMessages } from './page-kit.ts';
import { committeeRoutes } from './pages/committee/routes.ts';
import { documentRoutes } from './pages/documents/routes.ts';
import { examinerRoutes } from './pages/examiner/routes.ts';
import { initiatorRoutes } from './pages/initiator/routes.ts';
import { linkRoutes } from './pages/link/routes.ts';
import { signInRoutes } from './pages/sign-in/routes.ts';
import { assetRoutes, livenessRoutes, systemRoutes } from './pages/system/routes.ts';
import { isInvitePath, paths } from './paths.ts';
import { createViewEngine } from './render.ts';

export interface AppDependencies {
  readonly repositories: Repositories;
  readonly door: CommandDoor;
  readonly documents: DocumentStore;
  /** To show a mail before it is sent. */
  readonly mailRenderer: MailRenderer;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** For the counters of the rate limits. */
  readonly pool: Pool;
  readonly publicUrl: string;
  readonly trustProxy: false | number | readonly string[];
  readonly isProduction: boolean;
  /** Lets a demo or a load test through; never in production. */
  readonly isLenient?: boolean;
}

/** A form of 60 criteria and 2,000 characters per component is 280 kB when every character is escaped. */
const BODY_LIMIT = '1mb';
const PARAMETER_LIMIT = 2_000;

/** Pages that read an upload, and check its CSRF token when they have. */
const takesUploads = (path: string): boolean => path === paths.attachments() || isInvitePath(path);

export function createApp(deps: AppDependencies): Express {
  const i18n = createI18n({
    isStrict: !deps.isProduction,
    onMissing: (what) => deps.logger.error({ what }, 'text missing'),
  });
  const assets = createAssets();
  const views = createViewEngine({
    viewsDirs: [path.join(import.meta.dirname, 'pages')],
    i18n,
    assets,
    isProduction: deps.isProduction,
  });
  const csrf = createCsrf(deps.keyring);
  const limits = createRateLimits(deps.pool, deps.isLenient ?? false);
  const messages = createMessages(views, deps.logger, i18n, csrf);
  const kit: PageKit = {
    repositories: deps.repositories,
    documents: deps.documents,
    mailRenderer: deps.mailRenderer,
    keyring: deps.keyring,
    publicUrl: deps.publicUrl,
    limits,
    i18n,
    views,
    logger: deps.logger,
    csrf,
    sendPage: messages.sendPage,
    sendMessage: messages.sendMessage,
    forbidden: keepWords(403, messages.forbidden),
    notFound: keepWords(404, messages.notFound),
    lostWords: messages.lostWords,
    setFlash: putFlash,
    command: (handler, command, by) =>
      deps.door.apply(handler, command, {
        schoolId: by.schoolId,
        actor: by.actor,
        commandId: by.commandId ?? randomUUID(),
      }),
  };

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', deps.trustProxy === false ? false : deps.trustProxy);
  app.set('query parser', 'simple');

  app.use(logRequests(deps.logger));
  app.use(securityHeaders(deps.publicUrl.startsWith('https:')));
  app.use(assetRoutes(assets));
  app.use(livenessRoutes(kit));
  app.use(noStore());
  app.use(readCookies());
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT, parameterLimit: PARAMETER_LIMIT }));
  app.use(express.json({ limit: BODY_LIMIT }));
  app.use(attachContext(deps.repositories.access, i18n, csrf));
  // What another site made somebody post is not handed back: pressing "try again" would do that site's work.
  app.use(sameOriginPosts(deps.publicUrl, messages.forbidden));
  app.use(requireCsrf(csrf, takesUploads, messages.expiredPage));
  app.use(
    limitPosts(
      limits,
      (res) => contextOf(res).sessionId,
      (seconds) => keepWords(429, messages.tooMany(seconds)),
    ),
  );

  app.use(signInRoutes(kit));
  app.use(linkRoutes(kit));
  app.use(examinerRoutes(kit));
  app.use(initiatorRoutes(kit));
  app.use(committeeRoutes(kit));
  app.use(documentRoutes(kit));
  app.use(systemRoutes(kit, deps.isProduction));

  app.use(messages.notFound);
  app.use(handleErrors(deps.logger, isDatabaseAway, onFailure));
  app.use(handleLastResort(deps.logger));
  return app;

  /** A refused or failed POST of a form gives back what was typed, so that nothing is lost. */
  function keepWords(status: number, otherwise: RequestHandler): RequestHandler {
    return (req, res, next) =>
      messages.keepsWords(req) ? messages.lostWords(status)(req, res, next) : otherwise(req, res, next);
  }

  async function isDatabaseAway(): Promise<boolean> {
    return deps.repositories.status.lastWorker().then(
      () => false,
      () => true,
    );
  }

  function onFailure(kind: FailureKind): ErrorRequestHandler {
    return (_error, req, res, next) => {
      // The failure may lie before the session (database away): a page needs no more than a language.
      res.locals.context ??= messages.bareContext(req, res);
      if (kind === 'unavailable' || kind === 'unknown') {
        if (messages.keepsWords(req)) return messages.lostWords(503)(req, res, next);
      }
      messages.failure(kind)(req, res, next);
    };
  }
}
