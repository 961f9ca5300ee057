/** The lines of a file, packed or not. Only a line feed ends a line: texts may hold other separators that programs break lines at. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const LINE_FEED = '\n';

/**
 * @param options `isPacked`: by gzip
 * @throws the error of the file or of unpacking it
 */
export async function* readLines(file: string, options: { readonly isPacked: boolean }): AsyncGenerator<string> {
  const source = createReadStream(file);
  try {
    yield* splitLines(options.isPacked ? unpack(source) : source);
  } finally {
    source.destroy();
  }
}

function unpack(source: ReturnType<typeof createReadStream>) {
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  return source.pipe(unpacked);
}

async function* splitLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(LINE_FEED);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
