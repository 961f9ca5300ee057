import { decodeText } from './decode-text.ts';
import { type FileImport, ImportErrorCode } from './import-error.ts';

/**
 * Reads the bytes of a JSON file, of which nothing is known yet.
 *
 * @returns the parsed value; one error with an empty path for an empty, too large, binary or malformed file.
 */
export function parseJsonBytes(bytes: Uint8Array): FileImport<unknown> {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return { ok: false, errors: [{ path: '', code: decoded.code, params: decoded.params }] };
  // RFC 8259 §8.1: JSON between systems is UTF-8. Anything else would turn accents into other letters unseen.
  if (decoded.encoding !== 'utf-8') {
    const params = { encoding: decoded.encoding };
    return { ok: false, errors: [{ path: '', code: ImportErrorCode.FileEncodingUnknown, params }] };
  }
  try {
    return { ok: true, value: JSON.parse(decoded.text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, errors: [{ path: '', code: ImportErrorCode.FileNotJson, params: { ...whereIn(error) } }] };
  }
}

/** Line and column of a syntax error when the engine tells; they help a person, no code depends on them. */
function whereIn(error: SyntaxError): Record<string, number> {
  const match = /\(line (\d+) column (\d+)\)/.exec(error.message);
  return match ? { line: Number(match[1]), column: Number(match[2]) } : {};
}
