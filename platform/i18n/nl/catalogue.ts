/** Exams to choose from. */
export const catalogue = {};
