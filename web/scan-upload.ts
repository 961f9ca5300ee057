/** What becomes of an uploaded file by the word of the virus scanner. */
import { ScanState } from '../platform/attachments.ts';
import type { PageKit } from './context.ts';

/**
 * Shows the bytes to the scanner.
 * @param budgetMs how long the page can wait; what is not judged by then is in quarantine, and asked again by the worker
 */
export async function scanUpload(
  kit: Pick<PageKit, 'scanner' | 'logger'>,
  bytes: Uint8Array,
  budgetMs: number,
): Promise<ScanState> {
  if (kit.scanner === null) return ScanState.None;
  const outcome = await kit.scanner.scan(bytes, budgetMs);
  if (outcome.verdict === 'clean') return ScanState.Clean;
  if (outcome.verdict === 'infected') {
    kit.logger.warn({ signature: outcome.signature }, 'the virus scanner refused a file');
    return ScanState.Infected;
  }
  kit.logger.warn({ reason: outcome.reason }, 'the virus scanner did not judge a file');
  return ScanState.Quarantined;
}
