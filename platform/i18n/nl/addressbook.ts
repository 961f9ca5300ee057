/** The address book of possible examiners. */
export const addressbook = {};
