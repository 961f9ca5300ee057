/** What every request handler knows. Handlers never see the database itself: only doors scoped to a school. */
import type { Request, RequestHandler, Response } from 'express';
import { DEFAULT_TIME_ZONE } from '../domain/calendar.ts';
import { Role, type SchoolLogo } from '../domain/school.ts';
import type { MailRenderer } from '../emails/index.ts';
import type { DocumentStore } from '../platform/documents.ts';
import type { I18n, Language, Translator } from '../platform/i18n/index.ts';
import type { Keyring } from '../platform/keys.ts';
import type { Logger } from '../platform/logger.ts';
import type { VirusScanner } from '../platform/virus-scanner.ts';
import type { CommandHandler, CommandOutcome } from '../prisma/apply-command.ts';
import type { Repositories, SchoolRepositories } from '../prisma/repositories/index.ts';
import type { Actor } from '../prisma/unit-of-work.ts';
import type { Csrf } from './middleware/csrf.ts';
import type { RateLimits } from './middleware/limits.ts';
import type { OidcGate } from './oidc.ts';
import type { Flash, NavItem, PageLocals, ViewEngine } from './render.ts';
import type { Wording } from './wording.ts';

/** A person who is signed in. */
export interface SignedIn {
  readonly id: string;
  /** Identity provider that let them in; null: a mailed link or code. */
  readonly provider: string | null;
  /** Slugs of the schools that the provider vouched for; null: all. */
  readonly schools: readonly string[] | null;
}

/** The signed-in person in the school they work in now. */
export interface Member {
  readonly accountId: string;
  readonly membershipId: string;
  readonly schoolId: string;
  readonly name: string;
  readonly email: string;
  /** Those that count now: all, or the one that was chosen. */
  readonly roles: readonly Role[];
  /** There is more than one place (a school, a role) to work in. */
  readonly hasPlaces: boolean;
}

/** Who is nothing but a student here, and is spoken to as "je". */
export function isStudentOnly(member: Pick<Member, 'roles'> | null): boolean {
  return member !== null && member.roles.length > 0 && member.roles.every((role) => role === Role.Student);
}

export interface SchoolIdentity {
  readonly id: string;
  readonly name: string;
  readonly primaryColor: string;
  readonly timeZone: string;
  /** Absent: none. */
  readonly logo?: SchoolLogo;
}

/** One link that this browser opened: what an examiner may do. */
export interface Grant {
  readonly linkId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly schoolId: string;
  readonly grantedAt: Date;
  /** When the life of the link ends. */
  readonly expiresAt: Date;
}

export interface RequestContext {
  readonly requestId: string;
  readonly lang: Language;
  readonly translator: Translator;
  readonly csrfToken: () => string;
  readonly sessionId: string | null;
  /** Who is signed in, also before a place was chosen. */
  readonly account: SignedIn | null;
  readonly member: Member | null;
  readonly grants: readonly Grant[];
  /** Of withdrawn links: no access, only the reason why not. */
  readonly withdrawnGrants: readonly Grant[];
  /** Of links of somebody else, while a member of their school is signed in: no access either. */
  readonly foreignGrants: readonly Grant[];
  readonly school: SchoolIdentity | null;
  readonly flash: Flash | null;
}

export interface PageOptions {
  readonly title: string;
  readonly hasErrors?: boolean;
  readonly width?: PageLocals['width'];
  readonly place?: string;
  readonly school?: SchoolIdentity;
  readonly scripts?: readonly string[];
  readonly saveState?: PageLocals['saveState'];
  readonly helpKey?: string;
  readonly status?: number;
}

/** What pages are made with. Built once by `createApp`. */
export interface PageKit {
  readonly repositories: Repositories;
  readonly documents: DocumentStore;
  /** Looks at uploaded files; null when the operator has none. */
  readonly scanner: VirusScanner | null;
  /** To show a mail before it is sent. */
  readonly mailRenderer: MailRenderer;
  readonly keyring: Keyring;
  /** Signing in by identity providers; without any when none is configured. */
  readonly oidc: OidcGate;
  readonly publicUrl: string;
  readonly limits: RateLimits;
  readonly i18n: I18n;
  readonly logger: Logger;
  readonly views: ViewEngine;
  readonly csrf: Csrf;
  /** Sends a page inside the layout. */
  sendPage(res: Response, template: string, model: object, options: PageOptions): void;
  /** Sends a page of one message with one way on. */
  sendMessage(res: Response, message: MessagePage): void;
  /**
   * Applies a command as the member, the examiner or the system.
   * @param by `commandId`: what the page was sent with, so that twice is once; absent: once each time. See `ownCommandId`
   */
  command<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    by: { schoolId: string; actor: Actor; commandId?: string },
  ): Promise<CommandOutcome<Value>>;
  /** 403: signed in, but not for this. */
  readonly forbidden: RequestHandler;
  /** 404: also for what belongs to another school, so that nothing is told about it. */
  readonly notFound: RequestHandler;
  /** Gives a posted form back with everything in it, so that it can be posted again. */
  lostWords(status: number): RequestHandler;
  /** A message that the next page shows. */
  setFlash(res: Response, flash: Flash): void;
}

export interface MessagePage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly kind?: Flash['kind'];
  readonly action?: { readonly href: string; readonly text: string };
  readonly school?: SchoolIdentity;
}

/** The context of this request; set for every request by the session middleware. */
export function contextOf(res: Response): RequestContext {
  const context: unknown = res.locals.context;
  if (context === undefined) throw new Error('no request context: the session middleware did not run');
  return context as RequestContext;
}

/** The language of who reads, and the clock of the school. */
export function wordingOf(res: Response): Wording {
  const { translator, school } = contextOf(res);
  return { translator, timeZone: school?.timeZone ?? DEFAULT_TIME_ZONE };
}

/** The signed-in member; only behind `requireRole`. */
export function memberOf(res: Response): Member {
  const { member } = contextOf(res);
  if (member === null) throw new Error('no member: requireRole did not run');
  return member;
}

/** Reads and writes of the member's own school; only behind `requireRole`. */
export function repositoriesOf(kit: PageKit, res: Response): SchoolRepositories {
  return kit.repositories.forSchool(memberOf(res).schoolId);
}

export function memberActor(res: Response): Actor {
  return { kind: 'member', id: memberOf(res).membershipId };
}

/** Wraps an async handler; Express 5 passes a rejection on to the error page by itself. */
export type PageHandler = (req: Request, res: Response) => Promise<void> | void;
export type { NavItem };
