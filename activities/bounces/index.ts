/** Takes in what mail servers report, by its own SMTP listener, from a mailbox, or both. */
import { setTimeout as delay } from 'node:timers/promises';
import type { BounceConfig } from '../../platform/config.ts';
import type { Logger } from '../../platform/logger.ts';
import type { MailTokens } from '../../platform/mail-oauth.ts';
import type { ReturnPath } from '../mail/addressing.ts';
import { createBounceCollector } from './imap-collector.ts';
import { type BounceCounts, createBounceReceiver, type TellReport } from './receiver.ts';
import { type BounceListener, createBounceListener } from './smtp-listener.ts';

export type { BounceCounts, TellReport } from './receiver.ts';

export interface BounceIntakeOptions {
  readonly config: BounceConfig;
  /** Signed addresses of `config.domain`; without them nothing can be taken in. */
  readonly returnPath: ReturnPath | undefined;
  readonly tell: TellReport;
  /** For a mailbox whose address names no password. */
  readonly tokens?: MailTokens | undefined;
  readonly logger: Logger;
  /** Milliseconds until a port that was taken is tried again. */
  readonly retryMs?: number;
  /** Milliseconds between two looks at the mailbox. */
  readonly everyMs?: number;
}

export interface BounceIntake {
  start(): void;
  /** Takes nothing more and lets finish what is being recorded. */
  stop(): Promise<void>;
  /** Whether reports can reach us, as far as we can see. True when nothing is configured. */
  isHealthy(): boolean;
  /** Since the process started. */
  readonly counts: Readonly<BounceCounts>;
  /** The port of the listener; undefined when it does not listen (any more, or not yet). */
  port(): number | undefined;
}

interface Source {
  start(): void;
  stop(): Promise<void>;
  isHealthy(): boolean;
}

const RETRY_MS = 30_000;

export function createBounceIntake(options: BounceIntakeOptions): BounceIntake {
  const { config, returnPath, tell, logger, tokens, everyMs } = options;
  const receiver = createBounceReceiver({ tell, logger });
  const sources: Source[] = [];
  let listener: BounceListener | undefined;
  if (returnPath && config.domain !== undefined) {
    const common = { returnPath, receiver, logger };
    if (config.port !== undefined) {
      listener = createBounceListener({ ...common, host: config.host, port: config.port, domain: config.domain });
      sources.push(keepListening(listener, logger, options.retryMs ?? RETRY_MS));
    }
    if (config.imapUrl !== undefined) {
      sources.push(createBounceCollector({ ...common, tokens, url: config.imapUrl, ...(everyMs ? { everyMs } : {}) }));
    }
  }
  return {
    start() {
      if (sources.length === 0 && (config.port !== undefined || config.imapUrl !== undefined)) {
        logger.warn('bounces are not taken in: BOUNCE_DOMAIN is missing');
      }
      for (const source of sources) source.start();
    },
    async stop() {
      await Promise.all(sources.map((source) => source.stop()));
    },
    isHealthy: () => sources.every((source) => source.isHealthy()),
    counts: receiver.counts,
    port: () => listener?.port(),
  };
}

/**
 * Starts the listener, and tries again while that fails. Of several workers on one machine one has the port; when it ends,
 * another one finds it free. A port that we may not have is the operator's to mend and stops no worker.
 */
function keepListening(listener: BounceListener, logger: Logger, retryMs: number): Source {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isOk = true;
  const listen = async () => {
    while (!stopping.signal.aborted) {
      try {
        await listener.start();
        isOk = true;
        logger.info({ port: listener.port() }, 'listening for bounces');
        return;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        isOk = code === 'EADDRINUSE';
        if (isOk) logger.debug('the port for bounces is taken, by another worker perhaps');
        else logger.warn({ code }, 'the port for bounces cannot be had');
      }
      await delay(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  return {
    start: () => {
      running ??= listen();
    },
    async stop() {
      stopping.abort();
      await running;
      await listener.stop();
    },
    isHealthy: () => isOk,
  };
}
