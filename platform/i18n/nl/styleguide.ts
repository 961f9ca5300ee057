/** Texts of the style guide, a page for builders that shows every building block once. */
export const styleguide = {
  title: 'Bouwstenen',
  lead: 'Elke bouwsteen één keer, met verzonnen gegevens.',
};
