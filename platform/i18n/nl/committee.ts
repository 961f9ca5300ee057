/** Texts of the committee pages. Dutch decides the keys. */
export const committee = {
  title: 'Examencommissie',
};
