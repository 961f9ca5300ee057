// The examiner's form: saves as one goes, keeps progress and "required" up to date, keys O, V and G.
// Without it every button of the form saves all the same.

const SAVE_AFTER_MS = 1000;
const RETRY_MS = [2000, 5000, 10_000, 30_000];
/** Browsers refuse a request that outlives its page when its body is larger than this (Fetch standard). */
const KEEPALIVE_BYTES = 60_000;

const form = document.querySelector('form[data-autosave]');
if (form) {
  start(form, JSON.parse(form.dataset.texts));
}

function start(form, texts) {
  const saver = createSaver(form, texts);
  const progress = createProgress(form, texts);
  form.addEventListener('input', (event) => {
    progress.show();
    saver.changed(event.target.type === 'radio');
  });
  followJumps(form);
  followKeys(form);
  progress.show();
}

// --- saving

function createSaver(form, texts) {
  const revision = form.elements.revisie;
  /** Counts changes, so that a save knows whether something was typed while it was under way. */
  let changes = 0;
  let savedChanges = 0;
  let timer = 0;
  let failures = 0;
  let isSaving = false;
  let isStopped = false;
  let isSubmitted = false;

  const isDirty = () => changes !== savedChanges;

  function schedule(delay) {
    clearTimeout(timer);
    if (!isStopped) {
      timer = setTimeout(save, delay);
    }
  }

  async function save() {
    clearTimeout(timer);
    if (isSaving || isStopped || isSubmitted || !isDirty()) {
      return;
    }
    isSaving = true;
    const upTo = changes;
    const outcome = await send(upTo);
    isSaving = false;
    if (outcome === 'retry') {
      failures += 1;
      showProblem(form, texts.problem, { isOffline: true, label: texts.offline });
      schedule(RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
    } else if (outcome === 'saved' && isDirty()) {
      schedule(SAVE_AFTER_MS);
    }
  }

  async function send(upTo) {
    try {
      const response = await fetch(form.dataset.autosave, request(form));
      if (response.status === 401 || response.status === 403) {
        showProblem(form, texts.signedOut);
        return 'retry-later';
      }
      if (response.status === 409) {
        isStopped = true;
        showProblem(form, texts.refused);
        return 'stopped';
      }
      if (!response.ok) {
        return 'retry';
      }
      take(await response.json(), upTo);
      return 'saved';
    } catch {
      return 'retry';
    }
  }

  function take(answer, upTo) {
    failures = 0;
    savedChanges = upTo;
    if (answer.conflict) {
      // The words are kept; saving on would keep another version each time.
      isStopped = true;
      showProblem(form, texts.conflict, { href: answer.conflict, link: texts.conflictLink });
      form.dispatchEvent(new CustomEvent('proeve:saved'));
      return;
    }
    revision.value = answer.revision;
    showErrors(form, answer.errors);
    showSaved(answer.time);
    showProblem(form, answer.errors.length > 0 ? texts.notStored : '');
    if (!isDirty() && answer.errors.length === 0) {
      form.dispatchEvent(new CustomEvent('proeve:saved'));
    }
  }

  /** The page goes away, perhaps for good: a last save that outlives it. */
  function saveOnLeaving() {
    if (!isDirty() || isStopped || isSubmitted) {
      return;
    }
    const options = request(form);
    const fits = String(options.body).length < KEEPALIVE_BYTES;
    const upTo = changes;
    fetch(form.dataset.autosave, { ...options, keepalive: fits })
      .then((response) => (response.ok ? response.json() : null))
      .then((answer) => answer && take(answer, upTo))
      // Still dirty, so the next change or the next look at the page tries again.
      .catch(() => schedule(RETRY_MS[0]));
  }

  form.addEventListener('submit', () => {
    form.elements.toestel.value = new Date().toISOString();
    isSubmitted = true;
    clearTimeout(timer);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      saveOnLeaving();
    } else {
      schedule(0);
    }
  });
  window.addEventListener('pagehide', saveOnLeaving);
  window.addEventListener('online', () => schedule(0));
  window.addEventListener('pageshow', (event) => {
    isSubmitted = false;
    // Brought back by the back button: what it shows may be old.
    if (event.persisted && !isDirty()) {
      location.reload();
    }
  });

  return {
    /** @param isChoice a choice is saved at once with the next idle second, words after a pause */
    changed(isChoice) {
      changes += 1;
      schedule(isChoice ? SAVE_AFTER_MS / 2 : SAVE_AFTER_MS);
    },
  };
}

function request(form) {
  form.elements.toestel.value = new Date().toISOString();
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    body.append(name, value);
  }
  return {
    method: 'POST',
    body,
    credentials: 'same-origin',
    headers: { Accept: 'application/json', 'X-CSRF-Token': form.elements._csrf.value },
  };
}

function showSaved(time) {
  const state = document.querySelector('[data-save-state]');
  const text = state?.querySelector('[data-save-state-text]');
  state?.classList.remove('proeve-save-state--offline');
  if (text && time && text.textContent !== time) {
    text.textContent = time;
  }
}

function showProblem(form, text, { isOffline = false, label = '', href = '', link = '' } = {}) {
  const notice = form.querySelector('[data-save-problem]');
  const place = notice.querySelector('[data-save-problem-text]');
  if (place.dataset.said !== text) {
    place.dataset.said = text;
    place.textContent = text;
    if (href) {
      const anchor = Object.assign(document.createElement('a'), { href, textContent: link, className: 'utrecht-link' });
      place.append(' ', anchor);
    }
  }
  notice.hidden = text === '';
  if (isOffline) {
    const state = document.querySelector('[data-save-state]');
    state?.classList.add('proeve-save-state--offline');
    const word = state?.querySelector('[data-save-state-text]');
    if (word) {
      word.textContent = label;
    }
  }
}

/** What could not be stored is said beside the field, and taken away when it is mended. */
function showErrors(form, errors) {
  for (const old of form.querySelectorAll('[data-autosave-error]')) {
    old.remove();
  }
  for (const { field, message } of errors) {
    const control = document.getElementById(field);
    const place = control?.closest('.utrecht-form-field, fieldset');
    if (place && !document.getElementById(`${field}-error`)) {
      const error = document.createElement('p');
      error.className = 'utrecht-form-field-error-message';
      error.dataset.autosaveError = '';
      error.textContent = message;
      control.before(error);
    }
  }
}

// --- progress

function createProgress(form, texts) {
  const criteria = [...form.querySelectorAll('[data-criterion]')];
  const components = [...form.querySelectorAll('[data-component]')];
  const bar = form.querySelector('[data-progress] progress');
  const label = form.querySelector('[data-progress-text]');
  const list = form.querySelector('[data-open]');
  const items = new Map([...form.querySelectorAll('[data-open-item]')].map((item) => [item.dataset.openItem, item]));
  const isFilled = (criterion) => criterion.querySelector('input:checked') !== null;

  function showItem(field, isDone) {
    const item = items.get(field);
    if (item) {
      item.hidden = isDone;
    }
  }

  function show() {
    const done = texts.doneElsewhere + criteria.filter(isFilled).length;
    bar.value = done;
    label.textContent = label.dataset.template.replace('{filled}', done).replace('{total}', bar.max);
    for (const criterion of criteria) {
      showItem(criterion.querySelector('input').name, isFilled(criterion));
    }
    for (const component of components) {
      showRequired(component, texts, showItem);
    }
    const open = [...items.values()].filter((item) => !item.hidden).length;
    list.hidden = open === 0;
    list.querySelector('[data-open-text]').textContent = texts.open.replace('{count}', open);
  }

  return { show };
}

function showRequired(component, texts, showItem) {
  const textarea = component.querySelector('textarea');
  const notice = component.querySelector('[data-notice-for]');
  if (!textarea || !notice) {
    return;
  }
  const count = (score) => component.querySelectorAll(`input[value="${score}"]:checked`).length;
  const given = { O: count('O'), G: count('G') };
  if (texts.policy === 'og') {
    const key = given.O && given.G ? 'both' : given.O ? 'O' : given.G ? 'G' : '';
    const text = key ? texts.required[key].replace('{O}', given.O).replace('{G}', given.G) : '';
    notice.hidden = text === '';
    const place = notice.querySelector('[data-notice-text]');
    if (place.textContent !== text) {
      place.textContent = text;
    }
  }
  const isRequired = texts.policy === 'all' || (texts.policy === 'og' && given.O + given.G > 0);
  showItem(textarea.name, !isRequired || textarea.value.trim() !== '');
}

// --- moving about

/** A place on this screen needs no trip to the server. */
function followJumps(form) {
  const list = form.querySelector('[data-open]');
  list.addEventListener('click', (event) => {
    const control = document.getElementById(event.target.closest('[data-jump]')?.dataset.jump ?? '');
    if (control) {
      event.preventDefault();
      list.open = false;
      goTo(control);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && list.open) {
      list.open = false;
      list.querySelector('summary').focus();
    }
  });
  document.addEventListener('click', (event) => {
    if (!list.contains(event.target)) {
      list.open = false;
    }
  });
  // A link to a field, from the check page: the field itself takes focus.
  const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (linked && form.contains(linked)) {
    goTo(linked);
  }
}

function goTo(control) {
  const place = control.closest('fieldset, .utrecht-form-field') ?? control;
  place.scrollIntoView({ block: 'center' });
  const checked = place.querySelector('input:checked');
  (checked ?? control).focus({ preventScroll: true });
}

/** On a criterion: o, v, g choose and go on; arrows up and down move. Left and right stay the browser's own. */
function followKeys(form) {
  const criteria = [...form.querySelectorAll('[data-criterion]')];
  const help = form.querySelector('[data-keys-help]');
  if (help && matchMedia('(hover: hover) and (pointer: fine)').matches) {
    help.hidden = false;
  }
  const focusOn = (criterion) => {
    const control = criterion && (criterion.querySelector('input:checked') ?? criterion.querySelector('input'));
    if (control) {
      criterion.scrollIntoView({ block: 'nearest' });
      control.focus();
    }
  };
  form.addEventListener('keydown', (event) => {
    const criterion = event.target.closest('[data-criterion]');
    if (!criterion || event.target.type !== 'radio' || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const index = criteria.indexOf(criterion);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = criterion.querySelector(`input[value="${CSS.escape(event.key.toUpperCase())}"]`);
    if (step) {
      event.preventDefault();
      focusOn(criteria[index + step]);
    } else if (choice && /^[ovg]$/i.test(event.key)) {
      event.preventDefault();
      choice.checked = true;
      choice.dispatchEvent(new Event('input', { bubbles: true }));
      choice.dispatchEvent(new Event('change', { bubbles: true }));
      choice.focus();
    }
  });
}
