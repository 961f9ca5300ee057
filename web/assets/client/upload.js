// Inviting: counts whom to invite, lists the chosen files with what is wrong with them, and keeps the preview up to date.
// The server judges all of it again.

const PREVIEW_MS = 600;

function countInvited(form) {
  const text = form.querySelector('[data-invite-count]');
  const show = () => {
    const count = form.querySelectorAll('[data-invite-who]:checked').length;
    text.textContent = count === 1 ? text.dataset.one : text.dataset.many.replace('{n}', count);
  };
  form.addEventListener('change', show);
  show();
}

/** Bytes as the server writes them: decimal units, one decimal. */
function writeSize(bytes) {
  const write = (value, digits) =>
    new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
  return bytes < 1_000_000 ? `${write(Math.max(1, bytes / 1000), 0)} kB` : `${write(bytes / 1_000_000, 1)} MB`;
}

/** The chosen files, each with a button to take it out again; choosing more adds to them. */
function listFiles(form) {
  const input = form.querySelector('input[type="file"]');
  const list = form.querySelector('[data-files]');
  const { label, remove, fileTooLarge, totalTooLarge } = list.dataset;
  const maxFile = Number(form.dataset.maxFile);
  const maxTotal = Number(form.dataset.maxTotal);
  let chosen = [];

  function put() {
    const transfer = new DataTransfer();
    for (const file of chosen) transfer.items.add(file);
    input.files = transfer.files;
    draw();
  }

  function draw() {
    list.replaceChildren();
    if (chosen.length === 0) return;
    const title = document.createElement('p');
    title.className = 'initiator-files__title';
    title.textContent = label;
    const items = document.createElement('ul');
    items.append(...chosen.map(drawFile));
    list.append(title, items);
    if (chosen.reduce((sum, file) => sum + file.size, 0) > maxTotal) list.append(warn(totalTooLarge));
  }

  function drawFile(file) {
    const item = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = `${file.name} (${writeSize(file.size)})`;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'proeve-quiet-button';
    button.textContent = remove;
    button.setAttribute('aria-label', `${file.name}: ${remove}`);
    button.addEventListener('click', () => {
      chosen = chosen.filter((each) => each !== file);
      put();
      (list.querySelector('button') ?? input).focus();
    });
    item.append(name, button);
    if (file.size > maxFile) item.append(warn(`${file.name} ${fileTooLarge}`));
    return item;
  }

  function warn(text) {
    const line = document.createElement('p');
    line.className = 'initiator-files__problem';
    line.textContent = text;
    return line;
  }

  const isSame = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
  input.addEventListener('change', () => {
    const added = [...input.files].filter((file) => !chosen.some((each) => isSame(each, file)));
    chosen = [...chosen, ...added];
    put();
  });
  // Coming back with the browser's own button, the files are still there.
  chosen = [...input.files];
  draw();
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
}

for (const form of document.querySelectorAll('form[data-invite]')) {
  countInvited(form);
  listFiles(form);
  const buttons = [...document.querySelectorAll(`[data-preview][form="${CSS.escape(form.id)}"]`)];
  if (buttons.length > 0) keepPreview(form, buttons);
}
