/** Texts about lists of results and documents of a period. */
export const exporting = {};
