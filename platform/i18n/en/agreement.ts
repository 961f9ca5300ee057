/** Texts about several examiners who come to one judgement. */
export const agreement = {};
