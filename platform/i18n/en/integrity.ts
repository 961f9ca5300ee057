/** Texts about the record being whole. */
export const integrity = {};
