import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { schoolPreviewCss, schoolPreviewPath, schoolThemeCss, schoolThemePath } from './assets/school-theme.ts';
import { stripScript } from './assets/strip-script.ts';

export type AssetEncoding = 'br' | 'gzip';

/** A file as it goes over the wire. */
export interface Asset {
  readonly body: Buffer;
  /** Content-Type. */
  readonly type: string;
  /** Quoted, as the header wants it. */
  readonly etag: string;
  /** The address holds the fingerprint, so it may be kept for ever; else keep it a day and ask again by etag. */
  readonly isImmutable: boolean;
  /** The same file compressed, where that makes it smaller; done when it is first asked for. */
  readonly encoded: Readonly<Partial<Record<AssetEncoding, Buffer>>>;
}

export interface Assets {
  /**
   * The fingerprinted address of `app.css`, `font.woff2` or a client module such as `app.js`.
   *
   * @throws {Error} no such asset
   */
  url(name: string): string;
  /** Compresses every file now, so that no visitor waits for it. */
  compressAll(): void;
  /** The file at an address (path only, from `/assets/`), or undefined. */
  get(pathname: string): Asset | undefined;
  /**
   * The script of the service worker. It names its modules and files by their fingerprints, so it is another script when one
   * of them is.
   * @param texts what it must know besides: its pages, its policy
   */
  worker(texts: object): Asset;
}

const assetsDir = path.join(import.meta.dirname, 'assets');
const resolvePackage = createRequire(import.meta.url).resolve;
const fontDir = path.join(
  path.dirname(resolvePackage('@fontsource-variable/atkinson-hyperlegible-next/package.json')),
  'files',
);

/** NL Design System components that we use as they are; our own files theme them by tokens. */
const VENDOR_CSS = ['@utrecht/button-css/dist/index.min.css', '@utrecht/alert-css/dist/index.min.css'];
const FONTS: Readonly<Record<string, string>> = {
  'font.woff2': 'atkinson-hyperlegible-next-latin-wght-normal.woff2',
  // Only fetched for names with letters beyond Western Europe (Ş, ć, ł).
  'font-ext.woff2': 'atkinson-hyperlegible-next-latin-ext-wght-normal.woff2',
};
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
/** What a form without a connection cannot do without. What its page names besides is kept with it. */
const OFFLINE_FILES = ['app.css', 'font.woff2', 'icon.svg', 'app.js', 'form.js', 'form-device.js'];
const MAX_SCHOOL_THEMES = 1000;

/** Reads, joins and fingerprints every static file once; nothing touches the disk afterwards. */
export function createAssets(): Assets {
  const byPath = new Map<string, Asset>();
  const urls = new Map<string, string>();
  const schoolThemes = new Map<string, Asset>();

  function add(name: string, body: Buffer): void {
    const extension = path.extname(name);
    const address = `/assets/${name.slice(0, -extension.length)}.${fingerprint(body)}${extension}`;
    urls.set(name, address);
    byPath.set(address, toAsset(body, extension, true));
  }

  function url(name: string): string {
    const address = urls.get(name);
    if (address === undefined) {
      throw new Error(`No asset "${name}"`);
    }
    return address;
  }

  for (const [name, file] of Object.entries(FONTS)) {
    add(name, readFileSync(path.join(fontDir, file)));
  }
  // After the fonts, because it names their addresses.
  const vendor = VENDOR_CSS.map((file) => readFileSync(resolvePackage(file), 'utf8'));
  add('app.css', Buffer.from(withAddresses([...vendor, ...ownCss(isForEverybody)].join('\n'), url)));
  add('staff.css', Buffer.from(withAddresses(ownCss((file) => !isForEverybody(file)).join('\n'), url)));
  add('icon.svg', readFileSync(path.join(assetsDir, 'icon.svg')));
  for (const [name, source] of clientModules()) {
    add(name, Buffer.from(source));
  }

  function schoolThemeAt(pathname: string): Asset | undefined {
    const [, hex, kind = ''] = /^\/assets\/school\/([0-9a-f]{6})(-voorbeeld)?\.css$/.exec(pathname) ?? [];
    const isSample = kind !== '';
    if (hex === undefined || pathname !== (isSample ? schoolPreviewPath : schoolThemePath)(hex)) {
      return undefined;
    }
    const known = schoolThemes.get(pathname);
    if (known) {
      return known;
    }
    const made = toAsset(Buffer.from((isSample ? schoolPreviewCss : schoolThemeCss)(hex)), '.css', false);
    // Anyone may ask for any colour; the cache stays small all the same.
    if (schoolThemes.size < MAX_SCHOOL_THEMES) {
      schoolThemes.set(pathname, made);
    }
    return made;
  }

  function worker(texts: object): Asset {
    const source = readFileSync(path.join(assetsDir, 'worker', 'service-worker.js'), 'utf8').replace(
      /'\.\.\/client\/([\w-]+\.js)'/g,
      (_match, name: string) => `'${url(name)}'`,
    );
    const modules = [...urls.keys()].filter((name) => /^(form|device)-[\w-]+\.js$/.test(name));
    const files = [...new Set([...OFFLINE_FILES, ...modules, 'idb.js'])].map(url);
    const prelude = `const PROEVE = ${JSON.stringify({ ...texts, assets: files })};\n`;
    return toAsset(Buffer.from(prelude + source), '.js', false);
  }

  function compressAll(): void {
    for (const { encoded } of byPath.values()) void [encoded.br, encoded.gzip];
  }

  return { url, worker, compressAll, get: (pathname) => byPath.get(pathname) ?? schoolThemeAt(pathname) };
}

/** The numbers in the file names are the order of the cascade. The other files are of one room each. */
function ownCss(isWanted: (file: string) => boolean): string[] {
  const cssDir = path.join(assetsDir, 'css');
  return readdirSync(cssDir)
    .filter((file) => file.endsWith('.css') && isWanted(file))
    .sort()
    .map((file) => readFileSync(path.join(cssDir, file), 'utf8'));
}

/** An examiner on a phone does not fetch the rooms of those who sign in. */
function isForEverybody(file: string): boolean {
  return /^\d/.test(file) || file === 'form.css';
}

/** `url("asset:font.woff2")` in our CSS stands for the fingerprinted address. */
function withAddresses(css: string, url: (name: string) => string): string {
  return css.replace(/asset:([a-z0-9.-]+)/g, (_match, name: string) => url(name));
}

/**
 * Client modules by name, and the library that reads the device's store. They import each other as `./x.js`; that address has
 * no fingerprint, so an import is rewritten to the fingerprinted one, deepest first.
 *
 * @throws {Error} modules that import each other in a circle
 */
function clientModules(): Map<string, string> {
  const clientDir = path.join(assetsDir, 'client');
  const names = readdirSync(clientDir)
    .filter((file) => file.endsWith('.js'))
    .sort();
  const done = new Map<string, string>([
    ['idb.js', readFileSync(resolvePackage('idb').replace(/\.cjs$/, '.js'), 'utf8')],
  ]);

  function finish(name: string, above: readonly string[]): string {
    const known = done.get(name);
    if (known !== undefined) {
      return known;
    }
    if (above.includes(name)) {
      throw new Error(`Client modules import each other: ${[...above, name].join(' → ')}`);
    }
    const source = stripScript(readFileSync(path.join(clientDir, name), 'utf8')).replace(
      /(\bfrom\s*|\bimport\s*\(?\s*)(['"])\.\/([\w-]+)\.js\2/g,
      (_match, start: string, quote: string, target: string) => {
        const body = Buffer.from(finish(`${target}.js`, [...above, name]));
        return `${start}${quote}./${target}.${fingerprint(body)}.js${quote}`;
      },
    );
    done.set(name, source);
    return source;
  }

  for (const name of names) {
    finish(name, []);
  }
  return done;
}

function toAsset(body: Buffer, extension: string, isImmutable: boolean): Asset {
  const type = TYPES[extension];
  if (type === undefined) {
    throw new Error(`No content type for "${extension}"`);
  }
  // woff2 is compressed already.
  const encoded = extension === '.woff2' ? {} : compressOnce(body);
  return { body, type, etag: `"${fingerprint(body)}"`, isImmutable, encoded };
}

/** Each of them once, and only if somebody wants it: a test that starts the application reads few files. */
function compressOnce(body: Buffer): Asset['encoded'] {
  let br: Buffer | undefined;
  let gzip: Buffer | undefined;
  return {
    get br() {
      br ??= brotli(body);
      return br;
    },
    get gzip() {
      gzip ??= gzipSync(body, { level: 9 });
      return gzip;
    },
  };
}

function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: body.length } });
}

function fingerprint(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 12);
}
