/** How far assessments are. */
export const following = {};
