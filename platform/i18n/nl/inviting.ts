/** Inviting, now or later, and what became of it. */
export const inviting = {};
