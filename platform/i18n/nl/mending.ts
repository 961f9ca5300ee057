/** Changing what was started. */
export const mending = {};
