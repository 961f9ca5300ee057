/** What child-run.ts and the process that it starts agree on. Holds no import, so that it costs nothing anywhere. */

/** What the child is asked to make anew. */
export type ChildTask = 'image' | 'pdf' | 'logo';

/** How the child says why it made nothing; every other exit code but 0 is a file that cannot be read. */
export const CHILD_EXIT = {
  broken: 10,
  tooManyPixels: 11,
  tooManyPages: 12,
  encrypted: 13,
  notCleaned: 14,
  /** Of a logo. */
  tooSmall: 15,
  shape: 16,
  nothingToSee: 17,
} as const;

/** A photo of 50 megapixels: the most that phones make. */
export const MAX_PIXELS = 50_000_000;
/** Longest side of a photo as it is kept, pixels: a page of text stays readable. */
export const MAX_SIDE = 2_000;
export const JPEG_QUALITY = 80;
/** Longest side of a thumbnail, pixels: 80 on a screen of double density. */
export const THUMBNAIL_SIDE = 160;
export const MAX_PAGES = 100;
/** All memory of the child: fifty megapixels at 16 bits a colour, and the program itself. A photo of a phone takes half. */
export const MAX_CHILD_RSS_BYTES = 600 * 1024 * 1024;

/** Why a file was not made anew. */
export class RemakeRefused extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('the file was not made anew');
    this.name = 'RemakeRefused';
    this.exitCode = exitCode;
  }
}
