// Inviting: sends files as they are chosen, says what the form comes to, and keeps the preview up to date. The server judges all of
// it again.
import { createUploads } from './upload-files.js';

const PREVIEW_MS = 600;
const SENTENCES_MS = 250;
/** How often to ask whether the virus scanner has seen a file by now. */
const SCAN_MS = 20_000;

/** The fields as they stand, without files. */
function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  return fields;
}

/** Sentences of the page that follow from what is ticked and typed: the same words as the server shows without this script. */
function keepSentences(form, address, uploads) {
  let timer = 0;
  let last = 0;

  async function ask() {
    last += 1;
    const number = last;
    const fields = fieldsOf(form);
    fields.set('vorm', 'zinnen');
    const response = await fetch(address, {
      method: 'POST',
      body: fields,
      headers: { Accept: 'application/json' },
    }).catch(() => null);
    if (!response?.ok || number !== last) return;
    const answer = await response.json().catch(() => null);
    if (answer !== null && number === last) show(answer);
  }

  function show({ say, people, files }) {
    for (const [name, words] of Object.entries(say)) put(form.querySelector(`[data-say="${name}"]`), words);
    for (const [id, words] of Object.entries(people))
      put(form.querySelector(`[data-person="${CSS.escape(id)}"]`), words);
    const warning = form.querySelector('[data-moment-warning]');
    if (warning) warning.hidden = say.moment === '';
    uploads.show(files);
    for (const file of files) {
      const notice = form.querySelector(`[data-file-notice="${CSS.escape(file.id)}"]`);
      if (notice && file.notice === '') notice.remove();
    }
  }

  /** Only what changed: a status that is set to the same words may be read aloud again. */
  function put(element, words) {
    if (element && element.textContent !== words) element.textContent = words;
  }

  function askSoon() {
    clearTimeout(timer);
    timer = setTimeout(ask, SENTENCES_MS);
  }

  form.addEventListener('input', askSoon);
  setInterval(() => {
    if (!document.hidden && (uploads.isWaiting() || form.querySelector('[data-file-notice]'))) void ask();
  }, SCAN_MS);
  // Coming back with the browser's own button, the fields are as they were left.
  void ask();
  return askSoon;
}

/** Posts the form to the frame by itself. `form.submit()` fires no submit event, so guards against leaving stay quiet. */
function keepPreview(form, buttons) {
  const choice = document.querySelector(`select[name="voor"][form="${CSS.escape(form.id)}"]`);
  let shape = buttons[0].value;
  let timer = 0;

  function show() {
    const kept = { action: form.action, target: form.target, enctype: form.enctype };
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = 'vorm';
    field.value = shape;
    form.append(field);
    form.action = buttons[0].formAction;
    form.target = buttons[0].formTarget;
    form.enctype = 'application/x-www-form-urlencoded';
    form.submit();
    form.action = kept.action;
    form.target = kept.target;
    form.enctype = kept.enctype;
    field.remove();
  }

  function showSoon() {
    clearTimeout(timer);
    timer = setTimeout(show, PREVIEW_MS);
  }

  for (const button of buttons) {
    button.addEventListener('click', (event) => {
      event.preventDefault();
      shape = button.value;
      show();
    });
  }
  choice?.addEventListener('change', show);
  form.addEventListener('input', showSoon);
  show();
  return showSoon;
}

/** Sending waits for files that are on their way, and not for those that cannot come. */
function holdBack(form, uploads) {
  form.addEventListener(
    'submit',
    (event) => {
      if (uploads.isBusy()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        uploads.say(uploads.text('Wait'), true);
        uploads.whenIdle(() => form.requestSubmit());
      } else if (uploads.hasFailed()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        uploads.say(uploads.text('Mend'), true);
        form.querySelector('.inviting-upload--failed button')?.focus();
      }
    },
    true,
  );
}

for (const form of document.querySelectorAll('form[data-invite]')) {
  const buttons = [...document.querySelectorAll(`[data-preview][form="${CSS.escape(form.id)}"]`)];
  let changed = () => undefined;
  const uploads = createUploads(form, () => changed());
  holdBack(form, uploads);
  if (buttons.length > 0) {
    const showSoon = keepPreview(form, buttons);
    const askSoon = keepSentences(form, buttons[0].formAction, uploads);
    changed = () => {
      showSoon();
      askSoon();
    };
  }
}
