/** Encloses one file of data in a PDF, as an associated file of the document (PDF/A-3, ISO 19005-3, 6.8). */
import { deflateSync } from 'node:zlib';
import { PDFDict, type PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib';

export interface EnclosedFile {
  readonly name: string;
  readonly mediaType: string;
  /** What it is, in the language of the document. */
  readonly description: string;
  readonly bytes: Uint8Array;
  readonly madeAt: Date;
}

/** The visible document was made from this data: `AFRelationship` is `Data`. */
export function encloseData(pdf: PDFDocument, { name, mediaType, description, bytes, madeAt }: EnclosedFile): void {
  const { context, catalog } = pdf;
  const stream = context.register(
    context.stream(deflateSync(bytes), {
      Type: 'EmbeddedFile',
      Subtype: PDFName.of(mediaType),
      Filter: 'FlateDecode',
      Params: { Size: bytes.length, CreationDate: PDFString.fromDate(madeAt), ModDate: PDFString.fromDate(madeAt) },
    }),
  );
  const file = context.register(
    context.obj({
      Type: 'Filespec',
      F: PDFString.of(name),
      UF: PDFHexString.fromText(name),
      Desc: PDFHexString.fromText(description),
      AFRelationship: 'Data',
      EF: { F: stream, UF: stream },
    }),
  );
  catalog.set(PDFName.of('AF'), context.obj([file]));
  const names = context.register(context.obj({ Names: [PDFHexString.fromText(name), file] }));
  const tree = catalog.lookupMaybe(PDFName.of('Names'), PDFDict) ?? context.obj({});
  tree.set(PDFName.of('EmbeddedFiles'), names);
  catalog.set(PDFName.of('Names'), tree);
}
