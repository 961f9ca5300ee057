/** Whether a row tells what its document says: the data that the PDF encloses was sealed with it, and its bytes are in the chain. */
import { inflateSync } from 'node:zlib';
import { ParseSpeeds, PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFRawStream } from '@cantoo/pdf-lib';
import {
  MACHINE_DATA_FORMAT,
  MACHINE_DATA_NAME,
  MACHINE_DATA_VERSION,
  machineData,
} from '../../activities/pdf/machine-data.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { isSameJson } from '../../prisma/integrity.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Only fields that the file has are compared: a later version of the product may tell more of the same data.
 * @param data of the row of the document
 * @returns names of the outermost fields that differ, `data` when no document can be made of it; null for a file that encloses
 * nothing or another format: it cannot have been changed, as its hash is known
 */
export async function compareSealed(file: Uint8Array, data: unknown): Promise<readonly string[] | null> {
  const sealed = await readEnclosed(file);
  if (sealed?.format !== MACHINE_DATA_FORMAT || sealed.version !== MACHINE_DATA_VERSION) return null;
  const told = tellAgain(data, sealed);
  if (told === null) return ['data'];
  return Object.keys(sealed).filter((name) => !isSameJson(sealed[name], narrowed(told[name], sealed[name])));
}

/** What the data says now in the same format; the address of the page for checking is of the installation, not of the data. */
function tellAgain(data: unknown, sealed: Fields): Fields | null {
  const checkUrl = (sealed.document as { readonly checkUrl?: string | null } | undefined)?.checkUrl ?? null;
  try {
    return JSON.parse(new TextDecoder().decode(machineData(data as ResultDocumentData, checkUrl)));
  } catch {
    // Whatever stands there, it is not what a document was made of.
    return null;
  }
}

/** Leaves out what the other does not have, however deep. */
function narrowed(value: unknown, like: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(like)) return value.map((each, index) => narrowed(each, like[index]));
  if (!isFields(value) || !isFields(like)) return value;
  const kept = Object.keys(value).filter((name) => Object.hasOwn(like, name));
  return Object.fromEntries(kept.map((name) => [name, narrowed(value[name], like[name])]));
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

async function readEnclosed(file: Uint8Array): Promise<Fields | null> {
  try {
    const text = await findEnclosed(file);
    const value: unknown = text === null ? null : JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    // No PDF of ours; that its bytes are those that were stored is looked at elsewhere.
    return null;
  }
}

async function findEnclosed(file: Uint8Array): Promise<string | null> {
  const { catalog, context } = await PDFDocument.load(file, {
    updateMetadata: false,
    parseSpeed: ParseSpeeds.Fastest,
  });
  for (const ref of catalog.lookupMaybe(PDFName.of('AF'), PDFArray)?.asArray() ?? []) {
    const found = context.lookup(ref, PDFDict);
    const stream = found.lookup(PDFName.of('EF'), PDFDict).lookup(PDFName.of('UF'));
    const name = found.lookup(PDFName.of('UF'), PDFHexString).decodeText();
    if (name === MACHINE_DATA_NAME && stream instanceof PDFRawStream)
      return inflateSync(stream.getContents()).toString('utf8');
  }
  return null;
}
