/** Texts of the examiner pages. Dutch decides the keys. */
export const examiner = {
  title: 'Beoordelen',
};
