/** Texts about photos and PDFs with a form. */
export const evidence = {};
