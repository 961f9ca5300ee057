/**
 * What is done with a message that came to the return path of a mail, whichever way it came.
 *
 * Whom we believe
 * 1. Which mail it is about says only the address the message came to. It carries a MAC (createReturnPath), so nobody can
 *    make one up for another mail. Nothing in the message can name a mail: no Message-ID, envelope id or subject.
 * 2. The address is no secret from the one who got the mail: it stands there as Return-Path. So a recipient, or his mail
 *    server, can say of his own mail whatever he likes: that it bounced, or arrived. That harms nobody but himself: the
 *    school is told that the address does not work, and a person decides what to do. A report changes no form, grants
 *    nothing, and sends no mail back.
 * 3. Mail servers send reports without a sender (RFC 3464 §2, RFC 5321 §4.5.5). A text that only looks like a bounce is
 *    believed only then, so that a person who answers or forwards a bounce is not taken for a server. A report with the
 *    parts of RFC 3464 or RFC 8098 is believed in any case: some servers send those from an address.
 * 4. What comes is read, counted and forgotten: no address and no word of it is stored or logged.
 */
import { type DeliveryReport, DeliverySignal } from '../../domain/delivery.ts';
import type { Logger } from '../../platform/logger.ts';
import { type ReadReport, readDeliveryReports } from './parse-report.ts';

/**
 * Records news about a mail, durably, before it resolves; saying the same twice has one effect. A mail that is not (any
 * more) known is no error.
 */
export type TellReport = (mailId: string, report: DeliveryReport) => Promise<void>;

export interface ReturnedMessage {
  /** The mail whose signed address it came to. */
  readonly mailId: string;
  readonly content: Uint8Array;
  /** MAIL FROM was empty. */
  readonly hasNullSender: boolean;
}

/** How many messages there were since the process started. */
export interface BounceCounts {
  /** To a signed address. */
  received: number;
  /** Had news, which was recorded. */
  recorded: number;
  /** Had no news that we understand or believe. */
  silent: number;
  /** To an address that nobody signed: refused or left out. */
  foreign: number;
  /** Could not be recorded, and will come again. */
  failed: number;
}

export interface BounceReceiver {
  readonly counts: Readonly<BounceCounts>;
  /**
   * Reads a message and has its news recorded.
   * @throws what `tell` throws: then nothing is settled, and the message must come again
   */
  take(message: ReturnedMessage): Promise<void>;
  countForeign(): void;
}

/** @param tell records the news */
export function createBounceReceiver({ tell, logger }: { tell: TellReport; logger: Logger }): BounceReceiver {
  const counts: BounceCounts = { received: 0, recorded: 0, silent: 0, foreign: 0, failed: 0 };
  return {
    counts,
    countForeign: () => {
      counts.foreign += 1;
    },
    async take({ mailId, content, hasNullSender }) {
      counts.received += 1;
      const reports = readDeliveryReports(content);
      const report = summarise(reports.filter((read) => isBelieved(read, hasNullSender)).map((read) => read.report));
      if (report === null) {
        counts.silent += 1;
        logger.info({ mailId, reports: reports.length }, 'a message to a return path has no news');
        return;
      }
      try {
        await tell(mailId, report);
      } catch (error) {
        counts.failed += 1;
        throw error;
      }
      counts.recorded += 1;
      const { signal, reason, status } = report;
      logger.debug({ mailId, signal, reason, status }, 'report of a mail server recorded');
    },
  };
}

function isBelieved({ report, isStandard }: ReadReport, hasNullSender: boolean): boolean {
  const isServers = report.signal === DeliverySignal.Bounced || report.signal === DeliverySignal.Delayed;
  return isStandard || hasNullSender || !isServers;
}

/** What counts most first. */
const WEIGHT: readonly DeliverySignal[] = [
  DeliverySignal.Delivered,
  DeliverySignal.Delayed,
  DeliverySignal.Bounced,
  DeliverySignal.Challenge,
  DeliverySignal.AutoReply,
];

/**
 * A mail of ours has one recipient. When that is a group address, a server may report each member: one that got it is
 * enough, and as long as one is still tried it is not over.
 */
function summarise(reports: readonly DeliveryReport[]): DeliveryReport | null {
  const weighed = [...reports].sort((a, b) => WEIGHT.indexOf(a.signal) - WEIGHT.indexOf(b.signal));
  return weighed[0] ?? null;
}
