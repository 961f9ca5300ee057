/** Texts about deciding: two members, reopening, publishing. */
export const deciding = {};
