// Evidence under the components of the form: a file goes as soon as it is chosen, one after another over all components, made smaller on
// the phone first. Taking away can be undone. Without this script a page of its own does the same.

/** Longest side of what is sent; the server makes it no larger either. */
const MAX_SIDE = 2000;
/** A photo below this goes as it is. */
const SMALL_BYTES = 1_000_000;
/** An answer takes as long as it takes to send, and then the server's own limits. */
const ANSWER_MS = 120_000;
/** After a request that never arrived, as often as this; then a person presses. */
const AGAIN_AFTER_MS = [1500, 5000, 15_000, 45_000];

const form = document.querySelector('form[data-autosave]');
const parts = document.querySelector('[data-evidence-parts]');
if (form && parts) {
  start(form, parts, JSON.parse(parts.dataset.texts));
}

function start(form, parts, texts) {
  const copyOf = (name) => parts.querySelector(`[data-evidence-${name}]`).content.firstElementChild.cloneNode(true);
  const queue = createQueue({ form, texts });
  for (const box of form.querySelectorAll('[data-evidence]')) {
    createRow(box, { form, texts, queue, copyOf });
  }
  holdBack(form, texts, queue);
  window.addEventListener('online', () => queue.retryAll());
}

/** `{name}` in a sentence. */
function fill(text, name) {
  return text.replace('{name}', name);
}

// --- one component

function createRow(box, { form, texts, queue, copyOf }) {
  const list = box.querySelector('[data-evidence-list]');
  const status = box.querySelector('[data-evidence-status]');
  const buttons = box.querySelector('[data-evidence-buttons]');
  const add = box.querySelector('[data-evidence-add]');
  /** What a row shows already is only said aloud. */
  const say = (words, isShown = true) => {
    status.classList.toggle('proeve-visually-hidden', !isShown);
    status.textContent = words;
  };

  function refresh() {
    const count = list.querySelectorAll('[data-evidence-id]:not([data-evidence-removed])').length;
    const isMissing = box.dataset.evidenceRequired === 'true' && count === 0;
    const notice = box.querySelector('[data-evidence-notice]');
    if (notice) notice.hidden = !isMissing;
    const open = form.querySelector(`[data-open-item="${CSS.escape(box.dataset.evidenceField)}"]`);
    if (open) open.hidden = !isMissing;
    if (!isMissing) box.querySelector('.utrecht-form-field-error-message')?.remove();
    form.dispatchEvent(new Event('proeve:progress'));
  }

  function chooser(opener, attributes) {
    const input = Object.assign(document.createElement('input'), { type: 'file', hidden: true });
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    // No name: it is no part of the form. Clicks go by the button, which has the words.
    box.append(input);
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      input.click();
    });
    input.addEventListener('input', (event) => event.stopPropagation());
    input.addEventListener('change', () => {
      for (const file of [...input.files]) take(file);
      input.value = '';
    });
  }

  function take(file) {
    const item = createItem(file, { texts, copyOf, say, onDiscard: (it) => queue.drop(it) });
    item.ref = box.dataset.evidence;
    item.whenSent = (piece) => {
      const known = list.querySelector(`[data-evidence-id="${CSS.escape(piece.id)}"]`);
      if (known && known !== item.row) known.remove();
      showPiece(item.row, piece);
      addTools(item.row);
      say(fill(texts.sent, piece.name));
      refresh();
    };
    list.append(item.row);
    queue.add(item);
  }

  /** What can be done with a piece that is on the server. */
  function addTools(row) {
    const tools = copyOf('tools');
    const { evidenceId: id, evidenceName: name } = row.dataset;
    const field = tools.querySelector('[data-evidence-caption-field]');
    row.querySelector('[data-evidence-words]')?.remove();
    field.value = row.dataset.evidenceCaption ?? '';
    field.setAttribute('aria-label', `${field.closest('label').textContent.trim()}: ${name}`);
    // It is saved by itself, and is no part of the form's answers.
    field.addEventListener('input', (event) => event.stopPropagation());
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        field.blur();
      }
    });
    field.addEventListener('change', async () => {
      const outcome = await change({ form, texts }, `bijschrift:${id}`, { bijschrift: field.value });
      say(outcome === '' ? texts.captionSaved : outcome);
    });
    const button = tools.querySelector('[data-evidence-remove]');
    button.setAttribute('aria-label', `${button.textContent.trim()}: ${name}`);
    button.addEventListener('click', () => remove(row, tools));
    row.append(tools);
  }

  async function remove(row, tools) {
    const { evidenceId: id, evidenceName: name } = row.dataset;
    const outcome = await change({ form, texts }, `verwijderen:${id}`);
    if (outcome !== '') return say(outcome);
    row.dataset.evidenceRemoved = '';
    const hidden = [...row.children];
    for (const child of hidden) child.hidden = true;
    const line = Object.assign(document.createElement('p'), { className: 'proeve-evidence__undo' });
    const undo = quietButton(texts.undo, `${texts.undo}: ${name}`);
    line.append(`${fill(texts.removed, name)} `, undo);
    row.append(line);
    say('');
    refresh();
    undo.focus();
    undo.addEventListener('click', async () => {
      const again = await change({ form, texts }, `terugzetten:${id}`);
      if (again !== '') return say(again);
      line.remove();
      delete row.dataset.evidenceRemoved;
      for (const child of hidden) child.hidden = false;
      say(fill(texts.restored, name));
      refresh();
      tools.querySelector('[data-evidence-remove]').focus();
    });
  }

  chooser(add, { accept: texts.accept, multiple: '' });
  if (matchMedia('(pointer: coarse)').matches) {
    const camera = copyOf('camera');
    camera.setAttribute('aria-describedby', add.getAttribute('aria-describedby'));
    buttons.prepend(camera);
    chooser(camera, { accept: 'image/jpeg,image/png,image/webp', capture: 'environment' });
  }
  for (const row of list.querySelectorAll('[data-evidence-id]')) addTools(row);
}

function showPiece(row, { id, name, size, caption, href, thumbnail, note }) {
  Object.assign(row.dataset, { evidenceId: id, evidenceName: name, evidenceCaption: caption });
  row.querySelector('.proeve-evidence__sending')?.remove();
  const link = row.querySelector('.proeve-evidence__name');
  link.textContent = name;
  if (href) link.href = href;
  row.querySelector('.proeve-evidence__size').textContent = size;
  row.querySelector('.proeve-evidence__note').textContent = note;
  if (thumbnail) {
    const image = Object.assign(document.createElement('img'), {
      className: 'proeve-evidence__image',
      alt: '',
      src: thumbnail,
    });
    row.querySelector('.proeve-evidence__picture').replaceChildren(image);
  }
}

function quietButton(words, label) {
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'proeve-quiet-button',
    textContent: words,
  });
  button.setAttribute('aria-label', label);
  return button;
}

/** A file that is chosen and not on the server yet. */
function createItem(file, { texts, copyOf, say, onDiscard }) {
  const row = copyOf('piece');
  row.querySelector('.proeve-evidence__name').textContent = file.name;
  const box = Object.assign(document.createElement('div'), { className: 'proeve-evidence__sending' });
  row.append(box);
  const item = { file, row, state: 'queued', mayRetry: false };

  /** @param fraction 0 to 1 */
  item.showSending = (fraction) => {
    let bar = box.querySelector('progress');
    if (!bar) {
      bar = Object.assign(document.createElement('progress'), { max: 100 });
      bar.setAttribute('aria-label', fill(texts.sending, file.name));
      box.replaceChildren(bar);
      say(fill(texts.sending, file.name), false);
    }
    bar.value = Math.round(100 * fraction);
  };
  item.fail = (words, mayRetry) => {
    Object.assign(item, { state: 'failed', mayRetry });
    const line = Object.assign(document.createElement('p'), {
      className: 'proeve-evidence__problem',
      textContent: words,
    });
    const discard = quietButton(texts.discard, `${texts.discard}: ${file.name}`);
    discard.addEventListener('click', () => {
      row.remove();
      say('');
      onDiscard(item);
    });
    box.replaceChildren(line);
    if (mayRetry) {
      const retry = quietButton(texts.retry, `${texts.retry}: ${file.name}`);
      retry.addEventListener('click', () => item.retry());
      box.append(retry);
    }
    box.append(discard);
    say(`${file.name}: ${words}`, false);
  };
  return item;
}

// --- over the wire

/** One file at a time: a phone in a hallway has no room for more. */
function createQueue({ form, texts }) {
  let items = [];
  let current = null;
  let idle = [];

  function next() {
    if (current !== null) return;
    current = items.find(({ state }) => state === 'queued') ?? null;
    if (current !== null) return void send(current);
    const done = idle;
    idle = [];
    for (const tell of done) tell();
  }

  async function send(item) {
    item.state = 'sending';
    item.showSending(0);
    const file = await makeSmaller(item.file);
    if (file.size > texts.maxBytes) settle(item, () => item.fail(texts.tooLarge, false));
    else post(item, file);
  }

  function post(item, file) {
    const data = new FormData();
    data.set('onderdeel', item.ref);
    data.set('bestand', file, file.name);
    const request = new XMLHttpRequest();
    request.timeout = ANSWER_MS;
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) item.showSending(loaded / total);
    });
    request.addEventListener('loadend', () => settle(item, () => read(item, request)));
    request.open('POST', texts.action);
    request.setRequestHeader('X-CSRF-Token', form.elements._csrf.value);
    request.setRequestHeader('Accept', 'application/json');
    request.send(data);
  }

  function read(item, { status, responseText }) {
    const answer = parse(responseText);
    if (status === 201 && answer) {
      items = items.filter((each) => each !== item);
      return item.whenSent(answer);
    }
    if (status === 0) {
      item.fail(texts.offline, true);
      // A connection that just came back often drops the first request.
      if (navigator.onLine) tryAgainLater(item);
      return;
    }
    if (status === 401 || status === 403) return item.fail(texts.signedOut, false);
    item.fail(answer?.error || texts.failed, status >= 500 || status === 429);
  }

  function tryAgainLater(item) {
    item.tries = (item.tries ?? 0) + 1;
    const pause = AGAIN_AFTER_MS[item.tries - 1];
    if (pause === undefined) return;
    setTimeout(() => {
      if (items.includes(item) && item.state === 'failed') retry(item);
    }, pause);
  }

  function settle(item, then) {
    if (item === current) current = null;
    then();
    next();
  }

  function retry(item) {
    item.state = 'queued';
    next();
  }

  return {
    add(item) {
      item.retry = () => retry(item);
      items.push(item);
      if (navigator.onLine === false) item.fail(texts.offline, true);
      else next();
    },
    drop(item) {
      items = items.filter((each) => each !== item);
    },
    /** What a connection was missing for. */
    retryAll: () => items.filter(({ state, mayRetry }) => state === 'failed' && mayRetry).forEach(retry),
    isBusy: () => current !== null,
    /** The first file that could not be sent. */
    failed: () => items.find(({ state }) => state === 'failed'),
    whenIdle: (tell) => idle.push(tell),
  };
}

/** @returns empty when it was done, a sentence otherwise */
async function change({ form, texts }, action, fields = {}) {
  try {
    const response = await fetch(texts.action, {
      method: 'POST',
      body: new URLSearchParams({ actie: action, ...fields }),
      credentials: 'same-origin',
      headers: { Accept: 'application/json', 'X-CSRF-Token': form.elements._csrf.value },
    });
    if (response.ok) return '';
    if (response.status === 401 || response.status === 403) return texts.signedOut;
    return parse(await response.text())?.error || texts.failed;
  } catch {
    return texts.offline;
  }
}

function parse(text) {
  try {
    const answer = JSON.parse(text);
    return typeof answer === 'object' ? answer : null;
  } catch {
    // A page: something in between answered.
    return null;
  }
}

/** A large photo as a smaller JPEG: a tenth of the bytes. As it was where the browser cannot. */
async function makeSmaller(file) {
  if (!file.type.startsWith('image/') || file.size < SMALL_BYTES) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext('2d');
    // What is drawn on nothing is drawn on paper.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.88));
    if (!smaller || smaller.size >= file.size) return file;
    return new File([smaller], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: 'image/jpeg' });
  } catch {
    return file;
  }
}

/** Leaving the page waits for what is under way, and asks once about what could not be sent. */
function holdBack(form, texts, queue) {
  let warnedOf = null;
  form.addEventListener(
    'submit',
    (event) => {
      const failed = queue.failed();
      if (!queue.isBusy() && (!failed || failed === warnedOf)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      const box = (failed ?? form).row?.closest('[data-evidence]') ?? form.querySelector('[data-evidence]');
      const status = box.querySelector('[data-evidence-status]');
      status.classList.remove('proeve-visually-hidden');
      if (queue.isBusy()) {
        status.textContent = texts.wait;
        queue.whenIdle(() => form.requestSubmit(submitter ?? undefined));
      } else {
        warnedOf = failed;
        status.textContent = fill(texts.unsent, failed.file.name);
        failed.row.querySelector('button')?.focus();
      }
    },
    true,
  );
}
