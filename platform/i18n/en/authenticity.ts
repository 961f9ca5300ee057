/** Texts of the public page that tells whether a document is genuine. */
export const authenticity = {};
