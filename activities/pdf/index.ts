import type { ResultDocumentData } from '../../domain/result-document.ts';
import { finishPdf } from './finish-pdf.ts';
import { createPdfRenderer, type PdfRendererOptions } from './renderer.ts';
import { printableDocument } from './result-document.ts';

export interface ResultDocumentRenderer {
  /** @returns the bytes of the finished PDF @throws PdfError */
  render(data: ResultDocumentData): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** From the fixed data of a decision to the PDF that is stored. */
export function createResultDocumentRenderer(options: PdfRendererOptions): ResultDocumentRenderer {
  const renderer = createPdfRenderer(options);
  return {
    async render(data) {
      const { html, headerHtml, footerHtml, title } = printableDocument(data);
      const bytes = await renderer.render(html, { title, headerHtml, footerHtml });
      return finishPdf(bytes, { title, lang: data.lang, author: data.school.name, madeAt: data.document.madeAt });
    },
    close: () => renderer.close(),
  };
}
