/**
 * A zip file that is written while it is sent: one entry after the other, stored without compressing (PDFs are compressed
 * already), and never more of it in memory than the reader has yet to take.
 */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipStream {
  /** The bytes of the file. */
  readonly bytes: AsyncIterable<Buffer>;
  /**
   * Adds a file. Resolves when the reader has taken the most of it, so that whoever waits for it never runs ahead.
   * @throws when the reader is gone
   */
  add(name: string, bytes: Uint8Array, at: Date): Promise<void>;
  /** After the last file. */
  end(): void;
  /** Ends it without the table of contents: nothing will take it for whole. */
  fail(error: Error): void;
}

export function createZipStream(): ZipStream {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const gone = new Promise<never>((_resolve, reject) => {
    output.once('close', () => reject(new Error('nobody reads the zip any more')));
  });
  // Whoever is adding hears of it; when nobody is, there is nobody to tell.
  gone.catch(() => undefined);

  async function add(name: string, bytes: Uint8Array, at: Date): Promise<void> {
    // Taken out when it is on its way: the zip keeps what is needed for its table of contents until the end.
    const held: { bytes: Uint8Array | null } = { bytes };
    const taken = new Promise<void>((resolve, reject) => {
      zip.addReadStreamLazy(name, { compress: false, size: bytes.length, mtime: at, mode: 0o100644 }, (give) => {
        const source = Readable.from(held.bytes === null ? [] : [Buffer.from(held.bytes)], { objectMode: false });
        held.bytes = null;
        source.once('end', resolve);
        source.once('error', reject);
        give(null, source);
      });
    });
    await Promise.race([taken, gone]);
  }

  return {
    bytes: output as AsyncIterable<Buffer>,
    add,
    end: () => zip.end(),
    fail: (error) => output.destroy(error),
  };
}
