// Files of an invitation: each is sent as soon as it is chosen or dropped, one after another, with its own progress, and the form
// then names it by its id. Without this script the form carries the files itself.

/** Bytes as the server writes them: decimal units, one decimal. */
function writeSize(bytes) {
  const write = (value, digits) =>
    new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
  return bytes < 1_000_000 ? `${write(Math.max(1, bytes / 1000), 0)} kB` : `${write(bytes / 1_000_000, 1)} MB`;
}

function make(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * @param onChange called when the form names other files than before
 * @returns `isBusy`, `hasFailed`, and `whenIdle` that calls once when nothing is being sent any more
 */
export function createUploads(form, onChange) {
  const box = form.querySelector('[data-uploads]');
  const list = box.querySelector('[data-upload-list]');
  const status = box.querySelector('[data-upload-status]');
  const input = form.querySelector('input[type="file"]');
  const text = (name) => box.dataset[`text${name}`];
  const maxFile = Number(box.dataset.maxFile);
  let items = [];
  let current = null;
  let waiting = [];

  /** Each row shows what became of its file; only what is about all of them stands below the list as well. */
  const say = (words, isShown = false) => {
    status.classList.toggle('proeve-visually-hidden', !isShown);
    status.textContent = words;
  };

  function add(file) {
    const item = { file, state: 'queued', row: make('li', 'inviting-upload') };
    items.push(item);
    list.append(item.row);
    if (file.size > maxFile) fail(item, text('TooLarge'), false);
    else draw(item);
  }

  /** The row is drawn anew for each state; while bytes go only its bar moves. */
  function draw(item) {
    const { row, file, state } = item;
    row.replaceChildren();
    row.classList.toggle('inviting-upload--failed', state === 'failed');
    const name = make('span', 'inviting-upload__name', `${file.name} (${writeSize(file.size)})`);
    row.append(name);
    if (state === 'queued' || state === 'sending') {
      item.bar = make('progress', 'inviting-upload__bar');
      item.bar.max = 100;
      item.bar.value = 0;
      item.bar.setAttribute('aria-label', `${file.name} ${text('Uploading')}`);
      row.append(item.bar);
    } else {
      row.append(make('p', 'inviting-upload__note', item.note));
    }
    const buttons = make('div', 'inviting-upload__buttons');
    if (state === 'failed' && item.mayRetry) buttons.append(button(item, 'Retry', () => retry(item)));
    buttons.append(button(item, state === 'queued' || state === 'sending' ? 'Cancel' : 'Remove', () => remove(item)));
    row.append(buttons);
    if (state === 'done') {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = 'bijlage';
      field.value = item.id;
      row.append(field);
    }
  }

  function button(item, name, onClick) {
    const made = make('button', 'proeve-quiet-button', text(name));
    made.type = 'button';
    made.setAttribute('aria-label', `${text(name)}: ${item.file.name}`);
    made.addEventListener('click', onClick);
    return made;
  }

  function fail(item, note, mayRetry) {
    item.state = 'failed';
    item.note = note;
    item.mayRetry = mayRetry;
    draw(item);
    say(`${item.file.name}: ${note}`);
  }

  function retry(item) {
    item.state = 'queued';
    draw(item);
    item.row.querySelector('button').focus();
    next();
  }

  function remove(item) {
    const place = items.indexOf(item);
    items = items.filter((each) => each !== item);
    item.row.remove();
    if (item === current) {
      current = null;
      item.request.abort();
    }
    say(text('Removed').replace('{name}', item.file.name));
    (items[place] ?? items.at(-1))?.row.querySelector('button')?.focus();
    if (items.length === 0) input.focus();
    if (item.state === 'done') onChange();
    next();
  }

  function next() {
    if (current !== null) return;
    const item = items.find((each) => each.state === 'queued');
    if (item) return send(item);
    const done = waiting;
    waiting = [];
    for (const tell of done) tell();
  }

  function send(item) {
    current = item;
    item.state = 'sending';
    say(`${item.file.name} ${text('Uploading')}`);
    const data = new FormData();
    data.set('formulier', form.elements.formulier.value);
    for (const id of heldIds()) data.append('bijlage', id);
    data.set('bijlagen', item.file, item.file.name);
    const request = new XMLHttpRequest();
    item.request = request;
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) item.bar.value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener('loadend', () => {
      if (current !== item) return;
      current = null;
      take(item, request);
      next();
    });
    request.open('POST', box.dataset.action);
    request.setRequestHeader('X-CSRF-Token', form.elements._csrf.value);
    request.setRequestHeader('Accept', 'application/json');
    request.send(data);
  }

  function heldIds() {
    return [...form.querySelectorAll('input[name="bijlage"]')]
      .filter((field) => field.type === 'hidden' || field.checked)
      .map((field) => field.value);
  }

  function take(item, request) {
    const answer = readAnswer(request);
    if (request.status !== 201 || answer === null) {
      const isPageGone = request.status === 401 || request.status === 403 || request.status === 404;
      return fail(
        item,
        answer?.error ?? text(isPageGone ? 'Forbidden' : 'Failed'),
        request.status !== 422 && !isPageGone,
      );
    }
    if (heldIds().includes(answer.id)) return fail(item, text('Already'), false);
    item.id = answer.id;
    item.state = 'done';
    item.isWaiting = answer.isWaiting;
    item.note = answer.notice || text('Done');
    const hadFocus = item.row.contains(document.activeElement);
    draw(item);
    if (hadFocus) item.row.querySelector('button').focus();
    say(`${item.file.name}: ${item.note}`);
    onChange();
  }

  /** What the virus scanner came to since. @param files as the server tells of those that the form names */
  function show(files) {
    for (const item of items.filter((each) => each.isWaiting)) {
      const known = files.find((file) => file.id === item.id);
      if (!known || known.isWaiting) continue;
      item.isWaiting = false;
      item.note = known.notice || text('Done');
      draw(item);
      say(`${item.file.name}: ${item.note}`);
    }
  }

  input.removeAttribute('name');
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = '';
    files.forEach(add);
    next();
  });

  return {
    isBusy: () => current !== null,
    hasFailed: () => items.some((item) => item.state === 'failed'),
    isWaiting: () => items.some((item) => item.isWaiting),
    whenIdle: (tell) => waiting.push(tell),
    show,
    say,
    text,
  };
}

function readAnswer(request) {
  try {
    const answer = JSON.parse(request.responseText);
    return typeof answer === 'object' ? answer : null;
  } catch {
    // A page: signed out meanwhile, or something in between answered.
    return null;
  }
}
