/** Why nothing was printed; a code that stands in the record and on pages. */
export class PdfError extends Error {
  readonly code: 'PDF_TIMEOUT' | 'PDF_BLANK' | 'PDF_BROWSER_FAILED';
  constructor(code: PdfError['code'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'PdfError';
    this.code = code;
  }
}
