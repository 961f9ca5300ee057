/** Texts of the admin pages. Dutch decides the keys. */
export const admin = {
  title: 'Beheer',
};
