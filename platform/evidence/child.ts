/**
 * Makes one file of evidence, or a logo, anew: it comes by standard input, and goes by standard output after the length (four bytes) and the bytes
 * of its thumbnail. Started by child-run.ts with limits on memory and time; the exit code says why there is nothing.
 *
 * Argument: `image`, `pdf` or `logo`.
 */
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { CHILD_EXIT, MAX_CHILD_RSS_BYTES, RemakeRefused } from './limits.ts';

/**
 * Ends this process when it takes too much memory. In a thread of its own, because decoders answer to nobody while they work, and
 * the limit of the engine does not count what they take.
 */
const WATCH = `setInterval(() => {
  if (process.memoryUsage.rss() > ${MAX_CHILD_RSS_BYTES}) process.kill(process.pid, 'SIGKILL');
}, 20);`;

async function remake(task: string | undefined, bytes: Buffer): Promise<{ file: Uint8Array; thumbnail: Uint8Array }> {
  if (task === 'image') {
    const { remakeImage } = await import('./image.ts');
    const { image, thumbnail } = await remakeImage(bytes);
    return { file: image, thumbnail };
  }
  if (task === 'logo') {
    const { remakeLogoImage } = await import('../logo/image.ts');
    const { png, small } = await remakeLogoImage(bytes);
    return { file: png, thumbnail: small };
  }
  const { remakePdf } = await import('./pdf.ts');
  return { file: await remakePdf(bytes), thumbnail: new Uint8Array(0) };
}

async function write(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
}

// Where all memory is short, Linux ends this process before the one that serves pages. Elsewhere there is no such file.
await writeFile('/proc/self/oom_score_adj', '1000').catch(() => undefined);
new Worker(WATCH, { eval: true }).unref();
try {
  const { file, thumbnail } = await remake(process.argv[2], await buffer(process.stdin));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(thumbnail.length);
  for (const part of [length, thumbnail, file]) await write(part);
  process.exit(0);
} catch (error) {
  process.exit(error instanceof RemakeRefused ? error.exitCode : CHILD_EXIT.broken);
}
