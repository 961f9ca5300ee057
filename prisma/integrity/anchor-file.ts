/** Files of anchors: written once and whole, read back with care. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { readLines } from '../../platform/lines.ts';
import { type AnchorHeader, type Head, type KeptAnchor, summarise } from './anchors.ts';

/** A file that is no anchor, or not the one that was written. The message is a sentence for the operator. */
export class AnchorFileError extends Error {
  readonly code = 'ANCHOR_FILE';
}

const HASH = /^[0-9a-f]{64}$/;
const headerSchema = z.object({
  kind: z.literal('proeve-anchor'),
  v: z.literal(1),
  schoolId: z.uuid(),
  school: z.string(),
  day: z.iso.date(),
  asOf: z.iso.datetime(),
  streamCount: z.number().int(),
  eventCount: z.number().int(),
  root: z.string().regex(HASH),
});
const headSchema = z.tuple([z.uuid(), z.number().int().positive(), z.string().regex(HASH)]);
const PAGE_HEADS = 1_000;

/** `<school>-<day>.jsonl.gz` */
export function anchorFileName({ school, day }: Pick<AnchorHeader, 'school' | 'day'>): string {
  return `${school}-${day}.jsonl.gz`;
}

/**
 * Writes a file that is either whole or not there. One that is there is left alone: what was anchored does not change.
 * @returns false when it was there already
 */
export async function writeAnchorFile(dir: string, name: string, lines: AsyncIterable<string>): Promise<boolean> {
  const file = join(dir, name);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return false;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    await pipeline(Readable.from(lines), createGzip(), handle.createWriteStream({ flush: true }));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
  return true;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Reads the header, and checks the heads against it.
 * @throws AnchorFileError when it is none, or was changed
 */
export async function readAnchorFile(file: string): Promise<KeptAnchor> {
  const header = await readHeader(file);
  const heads = () => readHeads(file);
  const summary = await summarise(heads());
  if (summary.streamCount === 0 && header.streamCount > 0) return { header, heads, hasHeads: false };
  if (summary.root !== header.root || summary.streamCount !== header.streamCount) {
    throw new AnchorFileError(
      `The heads in ${file} are not those of its own root: the file was changed or is incomplete.`,
    );
  }
  return { header, heads, hasHeads: true };
}

async function readHeader(file: string): Promise<AnchorHeader> {
  for await (const line of linesOf(file)) {
    const parsed = headerSchema.safeParse(parseLine(line));
    if (parsed.success) return parsed.data;
    break;
  }
  throw new AnchorFileError(`${file} is no anchor of Proeve.`);
}

async function* readHeads(file: string): AsyncGenerator<Head[]> {
  let page: Head[] = [];
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number === 1) continue;
    const parsed = headSchema.safeParse(parseLine(line));
    if (!parsed.success) throw new AnchorFileError(`Line ${number} of ${file} is no head.`);
    const [streamId, version, hash] = parsed.data;
    page.push({ streamId, version, hash });
    if (page.length < PAGE_HEADS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Packed or not: a mail program may have unpacked it, or ended its lines in its own way. */
async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    for await (const line of readLines(file, { isPacked: await isPacked(file) })) if (line.trim() !== '') yield line;
  } catch (error) {
    throw new AnchorFileError(`${file} cannot be read.`, { cause: error });
  }
}

async function isPacked(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
