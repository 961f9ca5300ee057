import { ImportErrorCode, type ImportErrorParams, MAX_IMPORT_BYTES } from './import-error.ts';

export type DecodedText =
  | { readonly ok: true; readonly text: string; readonly encoding: TextEncodingName }
  | { readonly ok: false; readonly code: ImportErrorCode; readonly params: ImportErrorParams };

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** First bytes of what people upload by mistake, so that the error can name it. */
const FOREIGN_FILES: readonly { readonly kind: string; readonly spreadsheet: boolean; readonly bytes: number[] }[] = [
  { kind: 'zip', spreadsheet: true, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'ole', spreadsheet: true, bytes: [0xd0, 0xcf, 0x11, 0xe0] },
  { kind: 'pdf', spreadsheet: false, bytes: [0x25, 0x50, 0x44, 0x46] },
  { kind: 'png', spreadsheet: false, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { kind: 'jpg', spreadsheet: false, bytes: [0xff, 0xd8, 0xff] },
];

/** The five bytes windows-1252 does not define; a decoder turns them into these control characters. */
const UNDEFINED_IN_WINDOWS_1252 = /[\u0081\u008d\u008f\u0090\u009d]/;
/**
 * What accents of the older "CSV (MS-DOS)" and "CSV (Macintosh)" of Excel look like when they are read as windows-1252: signs that
 * do not stand right behind a letter, or capitals inside a word.
 */
const OTHER_CODE_PAGE = /\p{L}[‚„†‡ˆ‰‹¢¤]|\p{L}[”“‘]\p{L}|\p{Ll}[ŽŸ]\p{Ll}/u;
const NUL = String.fromCharCode(0);

/**
 * Turns the bytes of an import file into text.
 *
 * A byte order mark decides when there is one (Excel writes UTF-8 with it, or UTF-16 for "Unicode text"). Without one
 * the bytes are UTF-8 when they are valid UTF-8, which text in windows-1252 with any accent practically never is, and
 * else windows-1252, in which Dutch Excel saves plain "CSV".
 *
 * @returns text without byte order mark; an error for an empty, too large, binary or undecodable file.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length > MAX_IMPORT_BYTES) {
    return refuse(ImportErrorCode.FileTooLarge, { maxBytes: MAX_IMPORT_BYTES, bytes: bytes.length });
  }
  const foreign = FOREIGN_FILES.find((file) => file.bytes.every((byte, index) => bytes[index] === byte));
  if (foreign) {
    const code = foreign.spreadsheet ? ImportErrorCode.FileIsSpreadsheet : ImportErrorCode.FileNotText;
    return refuse(code, { kind: foreign.kind });
  }
  const encoding = detectEncoding(bytes);
  const text = decodeAs(bytes, encoding);
  if (text === undefined) return refuse(ImportErrorCode.FileEncodingUnknown, { encoding });
  if (text.includes(NUL)) return refuse(ImportErrorCode.FileNotText, { kind: 'binary' });
  const isOtherCodePage = UNDEFINED_IN_WINDOWS_1252.test(text) || OTHER_CODE_PAGE.test(text);
  if (encoding === 'windows-1252' && isOtherCodePage) {
    return refuse(ImportErrorCode.FileEncodingUnknown, { encoding });
  }
  if (text.trim() === '') return refuse(ImportErrorCode.FileEmpty, {});
  return { ok: true, text, encoding };
}

function detectEncoding(bytes: Uint8Array): TextEncodingName {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return decodeAs(bytes, 'utf-8') === undefined ? 'windows-1252' : 'utf-8';
}

function decodeAs(bytes: Uint8Array, encoding: TextEncodingName): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than "not this encoding"; the caller reports it.
    return undefined;
  }
}

function refuse(code: ImportErrorCode, params: ImportErrorParams): DecodedText {
  return { ok: false, code, params };
}
