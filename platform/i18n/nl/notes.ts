/** Texts about the notes of an examiner. */
export const notes = {};
