/** Texts about forms that are asked back, given back or handed over. */
export const returning = {};
