// Checking a document: its hash is made here, so that the file never leaves the browser. Where that cannot be done (no secure
// connection, an old browser) the form goes as it is, and the server makes the hash.

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

for (const form of document.querySelectorAll('form[data-authenticity]')) {
  if (!globalThis.crypto?.subtle) continue;
  const input = form.querySelector('input[type="file"]');
  const status = form.querySelector('[data-authenticity-status]');
  const button = form.querySelector('button[type="submit"]');
  form.querySelector('[data-authenticity-sent]').hidden = true;
  form.querySelector('[data-authenticity-stays]').hidden = false;
  const say = (text) => {
    status.textContent = text;
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const [file] = input.files;
    if (!file || file.size === 0) {
      say(form.dataset.none);
      input.focus();
      return;
    }
    if (file.size > Number(form.dataset.max)) {
      say(form.dataset.tooLarge);
      input.focus();
      return;
    }
    say(form.querySelector('[data-authenticity-busy]').textContent);
    button.disabled = true;
    try {
      const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      location.assign(`${form.dataset.hash}/${hex(digest)}`);
    } catch {
      // The file cannot be read here: the server may be able to.
      form.submit();
    }
  });
  // Coming back with the browser's own button, nothing is being done.
  window.addEventListener('pageshow', () => {
    button.disabled = false;
    say('');
  });
}
