/** Texts about corrections by the committee. */
export const editing = {};
