/** Signing in by a provider, sessions, roles and schools. */
export const account = {};
