/** Choosing examiners, and rules about who may examine. */
export const choosing = {};
