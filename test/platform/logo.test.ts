import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { CHILD_EXIT } from '../../platform/evidence/limits.ts';
import { remakeLogoImage } from '../../platform/logo/image.ts';
import { MAX_LOGO_HEIGHT, MAX_LOGO_PNG_BYTES, SMALL_LOGO } from '../../platform/logo/limits.ts';
import { MAX_LOGO_BYTES, type RemadeLogo, remakeLogo } from '../../platform/logo/remake.ts';
import { headOfSvg } from '../../platform/logo/svg.ts';
import { photoFile, pngBomb, SECRET_DEVICE } from '../support/evidence-files.ts';

const TIMEOUT = 60_000;
const RED = [180, 0, 0];

type Remade = Extract<RemadeLogo, { ok: true }>;
type Drawn = Pick<Remade, 'png' | 'width' | 'height'>;

async function remade(file: Uint8Array | string): Promise<Remade> {
  const outcome = await remakeLogo(Buffer.from(file));
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome;
}

/** Drawn in this process: what happens in the other one, without starting it. */
async function drawn(file: Uint8Array | string): Promise<Drawn> {
  const { png } = await remakeLogoImage(Buffer.from(file));
  const { width, height } = await sharp(png).metadata();
  return { png, width, height };
}

async function problemOf(file: Uint8Array | string): Promise<string> {
  const outcome = await remakeLogo(Buffer.from(file));
  return outcome.ok ? 'ok' : outcome.problem;
}

const square = '<rect x="10" y="10" width="40" height="40" fill="#b40000"/>';
const svg = (inner: string, attributes = 'viewBox="0 0 160 60"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;

/** Red, green and blue at a share of the picture, and how opaque it is there. */
async function colourAt({ png, width, height }: Drawn, x: number, y: number): Promise<number[]> {
  const { data } = await sharp(png)
    .ensureAlpha()
    .extract({ left: Math.floor(width * x), top: Math.floor(height * y), width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

describe('remakeLogo', () => {
  it(
    'draws an SVG as large as a document needs it, transparent where it was, and the same each time',
    async () => {
      const logo = await remade(svg(square));
      expect([logo.width, logo.height]).toEqual([1000, 375]);
      expect(await colourAt(logo, 0.15, 0.5)).toEqual([...RED, 255]);
      expect((await colourAt(logo, 0.8, 0.5))[3]).toBe(0);
      expect(logo.sha256).toBe(createHash('sha256').update(logo.png).digest('hex'));
      expect(await sharp(logo.png).metadata()).toMatchObject({ format: 'png', width: 1000, height: 375 });
      expect((await drawn(svg(square))).png.equals(logo.png)).toBe(true);
      expect(await sharp(logo.small).metadata()).toMatchObject({ format: 'png', width: 256, height: 96 });
    },
    TIMEOUT,
  );

  it.each(['jpeg', 'png'] as const)(
    'leaves nothing of place, device and time in a %s, nor enlarges it',
    async (format) => {
      const logo = await drawn(await photoFile({ format, width: 400, height: 200 }));
      expect([logo.width, logo.height]).toEqual([400, 200]);
      const { exif, xmp, iptc, icc, comments } = await sharp(logo.png).metadata();
      expect({ exif, xmp, iptc, icc, comments }).toEqual({});
      expect(logo.png.includes(SECRET_DEVICE)).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'keeps a picture of noise small enough for every page',
    async () => {
      const noise = sharp({
        create: {
          width: 900,
          height: 380,
          channels: 3,
          background: '#fff',
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      });
      const { png, small } = await remakeLogoImage(await noise.jpeg({ quality: 60 }).toBuffer());
      expect(png.length).toBeLessThanOrEqual(MAX_LOGO_PNG_BYTES);
      expect(small.length).toBeLessThanOrEqual(SMALL_LOGO.bytes);
    },
    TIMEOUT,
  );

  it(
    'runs no script of an SVG, and keeps none',
    async () => {
      const hostile = svg(
        `${square}<script>document.title='kwaad'</script><foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject>`,
        'viewBox="0 0 160 60" onload="alert(1)"',
      );
      const logo = await drawn(hostile);
      expect(logo.png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
      expect(/script|kwaad|alert/.test(logo.png.toString('latin1'))).toBe(false);
      expect(await colourAt(logo, 0.15, 0.5)).toEqual([...RED, 255]);
    },
    TIMEOUT,
  );

  it(
    'fetches nothing from elsewhere, and reads no file of this machine',
    async () => {
      let requests = 0;
      const server = createServer((_req, res) => {
        requests += 1;
        res.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const folder = await mkdtemp(path.join(tmpdir(), 'proeve-logo-'));
      const local = path.join(folder, 'geheim.png');
      await writeFile(
        local,
        await sharp({ create: { width: 50, height: 50, channels: 3, background: '#00b400' } })
          .png()
          .toBuffer(),
      );
      const picture = (address: string) =>
        `<image xlink:href="${address}" href="${address}" x="60" y="0" width="60" height="60"/>`;
      try {
        const logo = await drawn(
          svg(
            `<style>@import url("${url}/a.css"); rect { filter: url("${url}/f.svg#x"); }</style>${square}${picture(`${url}/b.png`)}${picture(`file://${local}`)}${picture(local)}<use href="${url}/c.svg#d"/>`,
          ),
        );
        expect((await colourAt(logo, 0.55, 0.5))[3]).toBe(0);
        expect(requests).toBe(0);
      } finally {
        server.close();
        await rm(folder, { recursive: true });
      }
    },
    TIMEOUT,
  );

  it(
    'refuses an SVG that grows without end, whoever wrote it',
    async () => {
      const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${svg('<text>&b;</text>')}`;
      expect(await problemOf(bomb)).toBe('ENTITIES');
      const outside = `<!DOCTYPE svg [<!ENTITY geheim SYSTEM "file:///etc/hostname">]>${svg('<text>&geheim;</text>')}`;
      expect(await problemOf(outside)).toBe('ENTITIES');
      const uses = Array.from(
        { length: 12 },
        (_, level) => `<g id="l${level + 1}">${`<use href="#l${level}"/>`.repeat(10)}</g>`,
      ).join('');
      expect(['BROKEN', 'NOTHING_TO_SEE']).toContain(
        await problemOf(svg(`<defs><rect id="l0" width="1" height="1"/>${uses}</defs><use href="#l12"/>`)),
      );
    },
    TIMEOUT,
  );

  it.each([
    ['an empty file', Buffer.alloc(0), 'EMPTY'],
    ['a file beyond the limit', Buffer.alloc(MAX_LOGO_BYTES + 1), 'TOO_LARGE'],
    ['a page of HTML', Buffer.from('<!doctype html><svg></svg>'), 'TYPE_NOT_ALLOWED'],
    ['words', Buffer.from('geen plaatje'), 'TYPE_NOT_ALLOWED'],
    ['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'), 'TYPE_NOT_ALLOWED'],
    ['a PNG that breaks off', Buffer.from('iVBORw0KGgoAAAANSUhEUgAA', 'base64'), 'BROKEN'],
    ['a bomb of a PNG', pngBomb(30_000, 30_000), 'TOO_MANY_PIXELS'],
    ['a ribbon', Buffer.from(svg(square, 'viewBox="0 0 2000 20"')), 'SHAPE'],
  ])(
    'says of %s what is wrong',
    async (_, bytes, problem) => {
      expect(await problemOf(bytes)).toBe(problem);
    },
    TIMEOUT,
  );
});

describe('remakeLogoImage', () => {
  it.each([
    ['tooManyPixels', 'an SVG of gigantic size', svg(square, 'width="90000" height="90000"')],
    ['shape', 'a tower', svg(square, 'viewBox="0 0 20 200"')],
    ['nothingToSee', 'an SVG with nothing in it', svg('')],
    ['nothingToSee', 'a white logo', svg('<rect width="160" height="60" fill="#fff"/>')],
    ['nothingToSee', 'a logo that can be seen through', svg('<rect width="160" height="60" fill-opacity="0.02"/>')],
  ] as const)('refuses as %s %s', async (code, _, text) => {
    await expect(remakeLogoImage(Buffer.from(text))).rejects.toMatchObject({ exitCode: CHILD_EXIT[code] });
  });

  it('refuses a picture of a few pixels, but not a small drawing', async () => {
    const small = await photoFile({ format: 'png', width: 60, height: 30 });
    await expect(remakeLogoImage(small)).rejects.toMatchObject({ exitCode: CHILD_EXIT.tooSmall });
    expect((await drawn(svg(square, 'viewBox="0 0 60 60" width="12" height="12"'))).height).toBe(MAX_LOGO_HEIGHT);
  });

  it('cannot read an SVG that is no XML', async () => {
    await expect(remakeLogoImage(Buffer.from('<svg viewBox="0 0 9 9"><rect'))).rejects.toThrow();
  });
});

describe('headOfSvg', () => {
  const headOf = (text: string) => headOfSvg(Buffer.from(text));

  it.each([
    '<svg/>',
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by a > program -->\n<svg viewBox="0 0 1 1">',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg >',
  ])('knows %p', (text) => expect(headOf(text)).toBe('svg'));

  it.each(['<svgx>', '<html><svg>', '<!-- without end <svg>', '<?xml version="1.0" encoding="UTF-7"?><svg>', ''])(
    'does not take %p for one',
    (text) => expect(headOf(text)).toBe('other'),
  );

  it('does not take other encodings for one, in which entities could hide', () => {
    expect(headOfSvg(Buffer.from('<svg/>', 'utf16le'))).toBe('other');
    expect(headOfSvg(Buffer.from([0x3c, 0x73, 0x76, 0x67, 0x3e, 0xff]))).toBe('other');
  });

  it('is quick about a head of remarks', () => {
    expect(headOf('<!---->'.repeat(100_000))).toBe('other');
    expect(headOf('<!--'.repeat(100_000))).toBe('other');
  });
});
