import { MailProblem } from './types.ts';

/** What an error of the mail server means for the mail and for the server's health. */
export interface SendFailure {
  readonly problem: MailProblem;
  /** `failed`: trying again is of no use. `retry`: later. `unknown`: it may have been sent. */
  readonly outcome: 'failed' | 'retry' | 'unknown';
  /** Reply code and enhanced status code, such as `550 5.1.1`; null without an answer. Never the text: it may name a person. */
  readonly smtpCode: string | null;
  /** What reasons are read from: the enhanced status code (RFC 3463) such as `5.1.1`, else the reply code. */
  readonly status: string | null;
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
  const { responseCode, response } = likeNodemailer(error);
  return { ...judge(error), ...readReply(responseCode, response) };
}

function judge(error: unknown): Omit<SendFailure, 'smtpCode' | 'status'> {
  const { code, responseCode, command, syscall, originalCode } = likeNodemailer(error);
  if (typeof responseCode !== 'number') {
    const wasConnected = syscall !== 'connect' && !NEVER_CONNECTED.has(String(originalCode ?? code));
    const isUnknown = wasConnected && BROKEN_CONNECTION.has(String(code));
    return isUnknown
      ? { problem: MailProblem.OutcomeUnknown, outcome: 'unknown', isServerTrouble: true }
      : { problem: MailProblem.ServerTrouble, outcome: 'retry', isServerTrouble: true };
  }
  const isAboutUs = SESSION_REPLIES.has(responseCode) || code === 'EAUTH';
  if (isAboutUs || OPENING_COMMANDS.has(String(command))) {
    return { problem: MailProblem.ServerTrouble, outcome: 'retry', isServerTrouble: true };
  }
  if (responseCode < 500) return { problem: MailProblem.Deferred, outcome: 'retry', isServerTrouble: false };
  if (command === 'RCPT TO') {
    return { problem: MailProblem.RecipientRefused, outcome: 'failed', isServerTrouble: false };
  }
  if (command === 'DATA' || responseCode === TOO_LARGE) {
    return { problem: MailProblem.MessageRefused, outcome: 'failed', isServerTrouble: false };
  }
  return { problem: MailProblem.ServerTrouble, outcome: 'retry', isServerTrouble: true };
}

function likeNodemailer(error: unknown): NodemailerLike {
  return error instanceof Error ? (error as NodemailerLike) : {};
}

function readReply(responseCode: unknown, response: unknown): Pick<SendFailure, 'smtpCode' | 'status'> {
  if (typeof responseCode !== 'number') return { smtpCode: null, status: null };
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(String(response)) ?? [];
  return enhanced === undefined
    ? { smtpCode: String(responseCode), status: String(responseCode) }
    : { smtpCode: `${responseCode} ${enhanced}`, status: enhanced };
}
