/** What the mail server did last, and what follows from it: when nothing is sent, and whether mails are claimed ahead. */
import type { Logger } from '../../platform/logger.ts';
import { pauseDelay } from './retry.ts';
import { classifySendError } from './smtp-error.ts';
import type { MailTransport } from './transport.ts';

/** A server that answers within this time is worth claiming ahead for. */
const QUICK_MS = 1_000;
/** How often an idle pump looks whether the mail server is there. */
const VERIFY_MS = 30_000;

export class ServerState {
  readonly #transport: MailTransport;
  readonly #logger: Logger;
  #failures = 0;
  #pausedUntil = 0;
  #isHealthy = true;
  #isQuick = false;
  #checkedAt = 0;

  constructor(transport: MailTransport, logger: Logger) {
    this.#transport = transport;
    this.#logger = logger;
  }

  /** Whether it did what we asked, the last time we did. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** Trouble in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** The last mail was taken, and soon. */
  get isQuick(): boolean {
    return this.#isQuick;
  }

  isPaused(now: Date): boolean {
    return now.getTime() < this.#pausedUntil;
  }

  /** @param spentMs milliseconds that handing over took */
  noteTaken(spentMs: number): void {
    this.#noteFine();
    this.#isQuick = spentMs < QUICK_MS;
  }

  /** @param isTrouble the server's own, not about this mail */
  noteRefused(isTrouble: boolean, now: Date): void {
    this.#isQuick = false;
    if (!isTrouble) {
      this.#noteFine();
      return;
    }
    this.#isHealthy = false;
    this.#checkedAt = Date.now();
    // Mails in hand at the same time fail for the same reason: that counts once.
    if (this.isPaused(now)) return;
    this.#failures += 1;
    this.#pausedUntil = now.getTime() + pauseDelay(this.#failures);
  }

  /** Keeps `isHealthy` true to life while there is nothing to send; nobody waits for it. */
  checkIdle(): void {
    if (Date.now() - this.#checkedAt < VERIFY_MS) return;
    this.#checkedAt = Date.now();
    this.#transport.verify().then(
      () => {
        this.#isHealthy = true;
      },
      (error: unknown) => {
        const { smtpCode } = classifySendError(error);
        if (this.#isHealthy) this.#logger.warn({ smtpCode }, 'the mail server cannot be used now');
        this.#isHealthy = false;
      },
    );
  }

  #noteFine(): void {
    this.#isHealthy = true;
    this.#checkedAt = Date.now();
    this.#failures = 0;
    this.#pausedUntil = 0;
  }
}
