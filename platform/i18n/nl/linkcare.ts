/** Texts about codes by mail, lost links and other invitations of an examiner. */
export const linkcare = {};
