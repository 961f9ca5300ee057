/**
 * The whole web application. The order of the layers reads top to bottom; a test starts the same app.
 *
 * 1. request id and log · 2. headers · 3. assets, liveness, metrics · 4. an answer in time · 5. cookies, bodies · 6. too busy ·
 * 7. context (session, language) · 8. posts from elsewhere refused, CSRF, limit · 9. pages · 10. not found, errors
 */
import path from 'node:path';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Pool } from 'pg';
import type { MailRenderer } from '../emails/index.ts';
import type { DocumentStore } from '../platform/documents.ts';
import { createI18n } from '../platform/i18n/index.ts';
import type { Keyring } from '../platform/keys.ts';
import type { Logger } from '../platform/logger.ts';
import { type Metrics, measureDoor } from '../platform/metrics.ts';
import type { OidcProvider } from '../platform/oidc-config.ts';
import type { VirusScanner } from '../platform/virus-scanner.ts';
import type { CommandDoor } from '../prisma/apply-command.ts';
import { poolState } from '../prisma/pool.ts';
import type { Repositories } from '../prisma/repositories/index.ts';
import { createAssets } from './assets.ts';
import { ownCommandId } from './command-id.ts';
import { contextOf, type PageKit } from './context.ts';
import { readCookies } from './middleware/cookies.ts';
import { createCsrf, requireCsrf } from './middleware/csrf.ts';
import { type FailureKind, handleErrors, handleLastResort } from './middleware/errors.ts';
import { createRateLimits, limitPosts } from './middleware/limits.ts';
import { dropAbandoned, endInTime, isAbandoned, RequestAbandoned, shedLoad } from './middleware/pressure.ts';
import { logRequests } from './middleware/request-log.ts';
import { isForeignPost, noStore, sameOriginPosts, securityHeaders } from './middleware/security.ts';
import { attachContext, putFlash } from './middleware/session.ts';
import { createOidcGate } from './oidc.ts';
import { createMessages } from './page-kit.ts';
import { accountRoutes } from './pages/account/routes.ts';
import { addressBookRoutes } from './pages/address-book/routes.ts';
import { logoRoutes } from './pages/administrator/logo.ts';
import { administratorRoutes } from './pages/administrator/routes.ts';
import { authenticityRoutes } from './pages/authenticity/routes.ts';
import { committeeRoutes } from './pages/committee/routes.ts';
import { documentRoutes } from './pages/documents/routes.ts';
import { workerRoutes } from './pages/examiner/offline/worker.ts';
import { examinerRoutes } from './pages/examiner/routes.ts';
import { readUpload } from './pages/initiator/inviting/upload.ts';
import { initiatorRoutes } from './pages/initiator/routes.ts';
import { linkRoutes } from './pages/link/routes.ts';
import { officeRoutes } from './pages/office/routes.ts';
import { signInRoutes } from './pages/sign-in/routes.ts';
import { studentRoutes } from './pages/student/routes.ts';
import { studentNumberRoutes } from './pages/student-number/routes.ts';
import { assetRoutes, livenessRoutes, metricsRoutes, systemRoutes } from './pages/system/routes.ts';
import { paths, takesFiles } from './paths.ts';
import { createViewEngine } from './render.ts';

export interface AppDependencies {
  readonly repositories: Repositories;
  readonly door: CommandDoor;
  readonly documents: DocumentStore;
  /** Looks at uploaded files; absent: nobody does. */
  readonly scanner?: VirusScanner | undefined;
  /** To show a mail before it is sent. */
  readonly mailRenderer: MailRenderer;
  readonly keyring: Keyring;
  /** Identity providers to sign in with; absent: mailed links and codes only. */
  readonly providers?: readonly OidcProvider[];
  readonly logger: Logger;
  /** For the counters of the rate limits. */
  readonly pool: Pool;
  readonly publicUrl: string;
  readonly trustProxy: false | number | readonly string[];
  readonly isProduction: boolean;
  /** Lets a demo or a load test through; never in production. */
  readonly isLenient?: boolean;
  /** Numbers of this process, for who has the token; absent: nothing is counted and there is no such page. */
  readonly metrics?: { readonly metrics: Metrics; readonly token: string | undefined };
}

/** A form of 60 criteria and 2,000 characters per component is 280 kB when every character is escaped. */
const BODY_LIMIT = '1mb';
const PARAMETER_LIMIT = 2_000;
/** Of a form with files whose page did not get to reading it: all of its texts, and no file to speak of. */
const LATE_BODY_LIMIT = 512 * 1024;

export function createApp(deps: AppDependencies): Express {
  const i18n = createI18n({
    isStrict: !deps.isProduction,
    onMissing: (what) => deps.logger.error({ what }, 'text missing'),
  });
  const assets = createAssets();
  if (deps.isProduction) assets.compressAll();
  const views = createViewEngine({
    viewsDirs: [path.join(import.meta.dirname, 'pages')],
    i18n,
    assets,
    isProduction: deps.isProduction,
  });
  const csrf = createCsrf(deps.keyring);
  const limits = createRateLimits(deps.pool, deps.isLenient ?? false);
  const messages = createMessages(views, deps.logger, i18n, csrf);
  const door = deps.metrics ? measureDoor(deps.door, deps.metrics.metrics) : deps.door;
  const kit: PageKit = {
    repositories: deps.repositories,
    documents: deps.documents,
    scanner: deps.scanner ?? null,
    mailRenderer: deps.mailRenderer,
    keyring: deps.keyring,
    oidc: createOidcGate({ providers: deps.providers ?? [], publicUrl: deps.publicUrl, keyring: deps.keyring }),
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
    async command(handler, command, by) {
      if (isAbandoned()) throw new RequestAbandoned();
      return door.apply(handler, command, {
        schoolId: by.schoolId,
        actor: by.actor,
        commandId: ownCommandId(handler.type, by),
      });
    },
  };

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', deps.trustProxy === false ? false : deps.trustProxy);
  app.set('query parser', 'simple');

  const inTime = endInTime(deps.logger, tooSlow);
  const notTooBusy = shedLoad(deps.logger, () => [deps.repositories.status.pool(), poolState(deps.pool)], tooSlow);
  app.use(logRequests(deps.logger, deps.metrics?.metrics));
  app.use(securityHeaders(deps.publicUrl.startsWith('https:')));
  // The one file that comes from the database.
  app.use(paths.logos(), inTime, notTooBusy);
  app.use(logoRoutes(deps.repositories.logos));
  app.use(assetRoutes(assets));
  app.use(workerRoutes({ assets, views, i18n }));
  app.use(livenessRoutes(kit));
  if (deps.metrics) app.use(metricsRoutes(deps.metrics.metrics, deps.metrics.token));
  app.use(noStore());
  app.use(inTime);
  app.use(readCookies());
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT, parameterLimit: PARAMETER_LIMIT }));
  app.use(express.json({ limit: BODY_LIMIT }));
  app.use(notTooBusy);
  app.use(attachContext(deps.repositories.access, i18n, csrf));
  app.use(dropAbandoned());
  // What another site made somebody post is not handed back: pressing "try again" would do that site's work.
  app.use(sameOriginPosts(deps.publicUrl, messages.forbidden));
  app.use(requireCsrf(csrf, takesFiles, messages.expiredPage));
  app.use(
    limitPosts(
      limits,
      (res) => contextOf(res).sessionId,
      (seconds) => keepWords(429, messages.tooMany(seconds)),
    ),
  );
  app.use(dropAbandoned());

  app.use(signInRoutes(kit));
  app.use(accountRoutes(kit));
  app.use(linkRoutes(kit));
  app.use(studentNumberRoutes(kit));
  app.use(examinerRoutes(kit));
  app.use(initiatorRoutes(kit));
  app.use(addressBookRoutes(kit));
  app.use(committeeRoutes(kit));
  app.use(administratorRoutes(kit));
  app.use(officeRoutes(kit));
  app.use(authenticityRoutes(kit));
  app.use(studentRoutes(kit));
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

  function tooSlow(...[req, res, next]: Parameters<RequestHandler>) {
    return onFailure('unavailable')(undefined, req, res, next);
  }

  async function isDatabaseAway(): Promise<boolean> {
    return deps.repositories.status.lastWorker().then(
      () => false,
      () => true,
    );
  }

  function onFailure(kind: FailureKind): ErrorRequestHandler {
    return async (_error, req, res, next) => {
      // The failure may lie before the session (database away): a page needs no more than a language.
      res.locals.context ??= messages.bareContext(req, res);
      const isOurs = kind === 'unavailable' || kind === 'unknown';
      // It may also lie before the check of where the post came from: what another site made somebody post is not handed back.
      if (isOurs && !isForeignPost(req, new URL(deps.publicUrl).origin)) {
        await readUnread(req, res);
        if (res.headersSent) return;
        if (messages.keepsWords(req)) return messages.lostWords(503)(req, res, next);
      }
      messages.failure(kind)(req, res, next);
    };
  }

  /** A form with files is read late, by its page. Its words are wanted all the same; with large files that would take too long. */
  async function readUnread(req: Request, res: Response): Promise<void> {
    const isUnread = req.readableFlowing === null && Boolean(req.is('multipart/form-data')) && takesFiles(req.path);
    const length = Number(req.get('Content-Length') ?? Number.NaN);
    if (!isUnread || !(length <= LATE_BODY_LIMIT)) return;
    await readUpload(req, res).catch((error: unknown) =>
      deps.logger.debug({ err: error }, 'a form could not be read for its words'),
    );
  }
}
