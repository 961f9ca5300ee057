// The colour of a school: a picker beside the field, and samples that follow at once. Without scripts a button shows them.

const COLOUR = /^#?([0-9a-f]{6})$/i;

for (const form of document.querySelectorAll('form[data-branding]')) {
  const field = form.querySelector('input[name="kleur"]');
  const picker = form.querySelector('[data-branding-picker]');
  const sheet = document.querySelector('[data-branding-sheet]');
  const show = (digits) => {
    sheet.href = sheet.href.replace(/[0-9a-f]{6}(?=-voorbeeld\.css$)/, digits.toLowerCase());
  };
  picker.hidden = false;
  picker.addEventListener('input', () => {
    field.value = picker.value;
    show(picker.value.slice(1));
  });
  field.addEventListener('input', () => {
    const digits = COLOUR.exec(field.value.trim())?.[1];
    if (digits === undefined) return;
    picker.value = `#${digits.toLowerCase()}`;
    show(digits);
  });
}
