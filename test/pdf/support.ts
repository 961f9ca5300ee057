import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { PdfRendererOptions } from '../../activities/pdf/renderer.ts';
import { createLogger, type Logger } from '../../platform/logger.ts';
import { chromiumPath } from '../support/services.ts';

export const silent: Logger = createLogger({ name: 'test', level: 'silent', format: 'json' });

/** Options of a renderer as the worker has them; without the sandbox only where it runs as root, which the sandbox refuses. */
export async function rendererOptions(more: Partial<PdfRendererOptions> = {}): Promise<PdfRendererOptions> {
  return { executablePath: await chromiumPath(), noSandbox: process.getuid?.() === 0, logger: silent, ...more };
}

/** Running browsers that this process started, zombies not counted; its other children (a database server) are no business of theirs. */
export function browserProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [state, parent] = statOf(pid);
      return parent === String(process.pid) && state !== 'Z' && isBrowser(pid);
    })
    .map(Number);
}

function isBrowser(pid: string): boolean {
  try {
    return /chrom/i.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '');
  } catch {
    return false;
  }
}

/** State and parent of a process; nothing when it has ended meanwhile. */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export const EMPTY_MARGINS = { headerHtml: '<i></i>', footerHtml: '<i></i>' };

/** A page with one sentence, so that it is not blank. */
export function aPage(body: string): string {
  return `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Test</title></head><body><p>Tekst.</p>${body}</body></html>`;
}
