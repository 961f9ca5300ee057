/** Choosing students. */
export const students = {};
