import type { ResultDocumentData } from '../../domain/result-document.ts';
import type { Seal } from '../../platform/seal/index.ts';
import { finishPdf } from './finish-pdf.ts';
import { MACHINE_DATA_NAME, machineData } from './machine-data.ts';
import { createPdfRenderer, type PdfRendererOptions } from './renderer.ts';
import { printableDocument } from './result-document.ts';
import { documentWords } from './words.ts';

/** What is stored, and what is written down beside it. */
export interface RenderedDocument {
  readonly bytes: Uint8Array;
  /** Null: not sealed. */
  readonly seal: DocumentSeal | null;
}

export interface DocumentSeal {
  readonly subject: string;
  readonly sealedAt: Date;
  /** By an authority; null: none was asked. */
  readonly timestampedAt: Date | null;
}

export interface ResultDocumentOptions extends PdfRendererOptions {
  /** Absent: nothing is sealed (measurements, tests). */
  readonly seal?: Seal;
  /** Address of the installation, for the page on which a document can be checked; absent: no code is printed. */
  readonly publicUrl?: string;
  readonly now?: () => Date;
}

export interface ResultDocumentRenderer {
  /**
   * @param logo PNG that `data` says the school had; left out when there is none
   * @throws PdfError, or SealError when nothing can be sealed now: then nothing is made
   */
  render(data: ResultDocumentData, logo?: Uint8Array | null): Promise<RenderedDocument>;
  close(): Promise<void>;
}

/** From the fixed data of a decision to the PDF that is stored. */
export function createResultDocumentRenderer(options: ResultDocumentOptions): ResultDocumentRenderer {
  const { seal, publicUrl, now = () => new Date() } = options;
  const renderer = createPdfRenderer(options);

  /** Before the browser is bothered: without a key there is nothing to make. */
  async function readySeal() {
    return seal ? { seal, key: await seal.ready(), at: now() } : null;
  }

  return {
    async render(data, logo = null) {
      const ready = await readySeal();
      const checkUrl = checkUrlOf(data, publicUrl);
      const { html, headerHtml, footerHtml, title } = printableDocument(data, {
        checkUrl,
        logo,
        seal: ready && { subject: ready.key.subject, isSelfMade: ready.key.isSelfMade },
      });
      const printed = await renderer.render(html, { title, headerHtml, footerHtml });
      const words = documentWords[data.lang];
      const { bytes, timestampedAt } = await finishPdf(printed, {
        title,
        lang: data.lang,
        author: data.school.name,
        madeAt: data.document.madeAt,
        data: {
          name: MACHINE_DATA_NAME,
          mediaType: 'application/json',
          description: words.machineData,
          bytes: machineData(data, checkUrl),
        },
        ...(ready ? { seal: { ready, reason: words.sealReason } } : {}),
      });
      return { bytes, seal: ready && { subject: ready.key.subject, sealedAt: ready.at, timestampedAt } };
    },
    close: () => renderer.close(),
  };
}

function checkUrlOf({ document }: ResultDocumentData, publicUrl: string | undefined): string | null {
  const { checkCode } = document;
  return checkCode === undefined || publicUrl === undefined ? null : `${publicUrl}/echtheid/${checkCode}`;
}
