/** Texts of the initiator pages. Dutch decides the keys. */
export const initiator = {
  title: 'Beoordelingen',
};
