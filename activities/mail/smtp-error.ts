import { MailProblem } from './types.ts';

/** What an error of the mail server means for the mail and for the server's health. */
export interface SendFailure {
  readonly problem: MailProblem;
  /** `failed`: trying again is of no use. `retry`: later. `unknown`: it may have been sent. */
  readonly outcome: 'failed' | 'retry' | 'unknown';
  /** Enhanced status code (RFC 3463) or reply code; null without an answer. Never the text: it may name a person. */
  readonly smtpCode: string | null;
  /** The server itself is in trouble, so other mails need not try now. */
  readonly isServerTrouble: boolean;
}

/**
 * Replies about the session, never about a recipient: the server closes (421), we are out of step (503), or it wants a
 * login that we do not have (RFC 4954 §6).
 */
const SESSION_REPLIES = new Set([421, 503, 530, 534, 535, 538]);
const TOO_LARGE = 552;
const OPENING_COMMANDS = new Set(['CONN', 'EHLO', 'HELO', 'LHLO', 'STARTTLS']);
/** There was no connection at all, so nothing can have been sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Errors at a moment that the error does not tell: perhaps after the message was handed over. */
const BROKEN_CONNECTION = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EPROTOCOL', 'EABORT']);

interface NodemailerLike {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
  readonly syscall?: unknown;
  readonly originalCode?: unknown;
}

/**
 * Sorts an error of sending. Only what the server says about this recipient or this message is final; everything about
 * the connection, the login or our sender is ours to mend, so the mail waits.
 */
export function classifySendError(error: unknown): SendFailure {
  const { code, responseCode, response, command, syscall, originalCode } = (
    error instanceof Error ? error : {}
  ) as NodemailerLike;
  const smtpCode = readSmtpCode(responseCode, response);
  if (typeof responseCode !== 'number') {
    const wasConnected = syscall !== 'connect' && !NEVER_CONNECTED.has(String(originalCode ?? code));
    const isUnknown = wasConnected && BROKEN_CONNECTION.has(String(code));
    return isUnknown
      ? { problem: MailProblem.OutcomeUnknown, outcome: 'unknown', smtpCode, isServerTrouble: true }
      : { problem: MailProblem.ServerTrouble, outcome: 'retry', smtpCode, isServerTrouble: true };
  }
  const isAboutUs = SESSION_REPLIES.has(responseCode) || code === 'EAUTH';
  if (isAboutUs || OPENING_COMMANDS.has(String(command))) {
    return { problem: MailProblem.ServerTrouble, outcome: 'retry', smtpCode, isServerTrouble: true };
  }
  if (responseCode < 500) {
    return { problem: MailProblem.Deferred, outcome: 'retry', smtpCode, isServerTrouble: false };
  }
  if (command === 'RCPT TO') {
    return { problem: MailProblem.RecipientRefused, outcome: 'failed', smtpCode, isServerTrouble: false };
  }
  if (command === 'DATA' || responseCode === TOO_LARGE) {
    return { problem: MailProblem.MessageRefused, outcome: 'failed', smtpCode, isServerTrouble: false };
  }
  return { problem: MailProblem.ServerTrouble, outcome: 'retry', smtpCode, isServerTrouble: true };
}

function readSmtpCode(responseCode: unknown, response: unknown): string | null {
  if (typeof responseCode !== 'number') return null;
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(String(response)) ?? [];
  return enhanced ?? String(responseCode);
}
