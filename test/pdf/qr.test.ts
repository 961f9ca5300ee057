import { describe, expect, it } from '@jest/globals';
import { create } from 'qrcode';
import { qrPicture } from '../../activities/pdf/qr.ts';

const ADDRESS = 'https://examens.school.example/echtheid/0123456789abcdefghjkmnpqrs';
const QUIET = 4;

/** Draws the stretches of the picture on a grid. */
function drawn(picture: string, size: number): string[] {
  const svg = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64').toString('utf8');
  const grid = Array.from({ length: size }, () => Array.from({ length: size }, () => '.'));
  const [, path = ''] = /<path d="([^"]*)"/.exec(svg) ?? [];
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let step = 0; step < Number(length); step += 1) {
      const row = grid[Number(y) - QUIET];
      if (row) row[Number(x) - QUIET + step] = '#';
    }
  }
  return grid.map((row) => row.join(''));
}

describe('QR picture', () => {
  it('shows every module of the code where it belongs, with white around it', () => {
    const { modules } = create(ADDRESS, { errorCorrectionLevel: 'M' });
    const wanted = Array.from({ length: modules.size }, (_, row) =>
      Array.from({ length: modules.size }, (_each, column) => (modules.get(row, column) ? '#' : '.')).join(''),
    );
    const picture = qrPicture(ADDRESS);
    expect(drawn(picture, modules.size)).toEqual(wanted);
    const svg = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64').toString('utf8');
    expect(svg).toContain(`viewBox="0 0 ${modules.size + 2 * QUIET} ${modules.size + 2 * QUIET}"`);
  });
});
