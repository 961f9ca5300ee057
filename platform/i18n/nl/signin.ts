/** Texts of the signin pages. Dutch decides the keys. */
export const signin = {
  title: 'Inloggen',
};
