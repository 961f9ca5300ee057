/**
 * Sends a file that is made while it is sent, and keeps what came of it.
 *
 * Contract
 * 1. The next piece is made when the browser took the one before.
 * 2. A file that is not whole never looks whole: the connection ends without the last piece, and the run says so.
 */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { type EndExport, endExport } from '../../../../prisma/commands/exporting.ts';
import { contextOf, memberActor, memberOf, type PageKit } from '../../../context.ts';

/** Counted while it is made. */
export interface Tally {
  rowCount: number;
  documentCount: number;
  missingCount: number;
}

export interface SentFile {
  readonly runId: string;
  readonly name: string;
  /** Content-Type. */
  readonly type: string;
  readonly tally: Tally;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Ends when the browser has it all, or has gone. */
export async function sendFile(kit: PageKit, res: Response, file: SentFile): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of file.pieces) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  res.set({
    'Content-Type': file.type,
    'Content-Disposition': `attachment; filename="${file.name}"`,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  let isComplete = false;
  try {
    await pipeline(counted, res);
    isComplete = true;
  } catch (error) {
    kit.logger.warn(
      { requestId: contextOf(res).requestId, runId: file.runId, err: error },
      'a file was not sent to its end',
    );
    res.destroy();
  }
  await keepOutcome(kit, res, {
    runId: file.runId,
    isComplete,
    ...file.tally,
    bytes,
    sha256: isComplete ? hash.digest('hex') : null,
  });
}

/** When even this fails, the run stays without an end, and the page says that nobody knows. */
async function keepOutcome(kit: PageKit, res: Response, outcome: EndExport): Promise<void> {
  const by = { schoolId: memberOf(res).schoolId, actor: memberActor(res) };
  await kit.command(endExport, outcome, by).catch((error: unknown) => {
    kit.logger.error({ runId: outcome.runId, err: error }, 'how a file ended could not be written down');
  });
}

/** For the name of a file: letters, digits and hyphens. */
export function plainName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
