/** Who is who in the demo school, for pictures. */
export const DEMO_TEACHER = 'm.lindeboom@roc-voorbeeld.example';
export const DEMO_MEMBER = 'h.eikelboom@roc-voorbeeld.example';
export const DEMO_ADMINISTRATOR = 'b.sleutelbos@roc-voorbeeld.example';
/** Has a result. */
export const DEMO_STUDENT = 'emir.ijsvogel@student.roc-voorbeeld.example';
/** Never signed in. */
export const DEMO_NEW_STUDENT = 'noor.wilg@student.roc-voorbeeld.example';
