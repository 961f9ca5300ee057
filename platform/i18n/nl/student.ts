/** Texts of the student pages. Dutch decides the keys. */
export const student = {
  title: 'Mijn examens',
};
