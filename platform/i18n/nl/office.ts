/** Texts for the exam office, and about what was sent to it. */
export const office = {};
