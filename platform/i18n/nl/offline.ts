/** Texts about working without a connection. */
export const offline = {};
