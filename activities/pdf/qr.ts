/** A QR code as a picture of lines: an SVG that prints sharp at any size. */
import { create } from 'qrcode';

/** White around the code that readers need (ISO/IEC 18004). */
const QUIET_MODULES = 4;

/** @returns a `data:` address of the picture; same text, same picture */
export function qrPicture(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  const rows = Array.from({ length: size }, (_, row) =>
    runsOf(Array.from({ length: size }, (_each, column) => modules.get(row, column) !== 0))
      .map(({ from, length }) => `M${from + QUIET_MODULES} ${row + QUIET_MODULES}h${length}v1h-${length}z`)
      .join(''),
  );
  const whole = size + 2 * QUIET_MODULES;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${whole}"><path fill="#fff" d="M0 0h${whole}v${whole}H0z"/><path d="${rows.join('')}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** Dark modules side by side are one stretch. */
function runsOf(row: readonly boolean[]): { readonly from: number; readonly length: number }[] {
  const runs: { from: number; length: number }[] = [];
  row.forEach((isDark, index) => {
    const last = runs.at(-1);
    if (isDark && last && last.from + last.length === index) last.length += 1;
    else if (isDark) runs.push({ from: index, length: 1 });
  });
  return runs;
}
