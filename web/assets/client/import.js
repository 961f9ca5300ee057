// A file of contacts: says at once that it is being looked at. Dropping a file on the page is done by app.js.

for (const form of document.querySelectorAll('form[data-import]')) {
  const busy = form.querySelector('[data-import-busy]');
  form.addEventListener('submit', () => {
    const input = form.querySelector('input[type="file"]');
    if (input === null || input.files.length > 0) {
      busy.hidden = false;
    }
  });
  // Coming back with the browser's own button, nothing is being done.
  window.addEventListener('pageshow', () => {
    busy.hidden = true;
  });
}
