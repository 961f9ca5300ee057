/** Texts of the rooms of the student. */
export const mine = {};
