// Choosing people: searches while typing and shows the effect of every button at once. The server does the work, as it does
// without this script: the form is posted in the background and its regions are replaced by those of the answer.

const TYPING_MS = 200;
/** The answer to what cannot be taken: the same page with what is wrong. */
const UNPROCESSABLE = 422;

/** Posts a form and puts the regions of the answer in place. Only the newest answer counts. */
function createRefresh(form) {
  let newest = 0;

  return async function refresh(submitter) {
    newest += 1;
    const mine = newest;
    const body = new FormData(form);
    body.set('stap', submitter?.value ?? form.dataset.refresh);
    form.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(body),
        redirect: 'manual',
      });
      if (mine !== newest) return;
      if (!response.ok && response.status !== UNPROCESSABLE) throw new Error(`status ${response.status}`);
      replaceRegions(form, new DOMParser().parseFromString(await response.text(), 'text/html'), submitter);
      if (response.status === UNPROCESSABLE) form.querySelector('[data-region] [aria-invalid="true"]')?.focus();
    } catch {
      // Signed out, or no connection: an ordinary post says what is wrong, and keeps what was chosen.
      if (mine === newest && submitter) form.requestSubmit(submitter);
    } finally {
      if (mine === newest) form.removeAttribute('aria-busy');
    }
  };
}

function replaceRegions(form, answer, submitter) {
  const focused = document.activeElement;
  const place = focused && form.contains(focused) ? focused.closest('[data-region]') : null;
  const said = [];
  for (const region of form.querySelectorAll('[data-region]')) {
    const fresh = answer.querySelector(`#${CSS.escape(form.id)} [data-region="${CSS.escape(region.dataset.region)}"]`);
    // A list that was looked up stays in sight while its page goes on with something else.
    if (!fresh || ('own' in region.dataset && !region.contains(submitter ?? null))) continue;
    const before = wordsOf(region);
    keepTyped(region, fresh);
    region.replaceChildren(...document.adoptNode(fresh).childNodes);
    const after = wordsOf(region);
    if (after !== before || region === place) said.push(after);
  }
  announce(form, said.filter(Boolean).join('. '));
  if (place) keepFocus(form, focused, place);
}

/** Somebody may be typing an address while an answer to something else comes in. */
function keepTyped(region, fresh) {
  const field = document.activeElement;
  if (!region.contains(field) || field.type !== 'email') return;
  const same = fresh.querySelector(`#${CSS.escape(field.id)}`);
  if (same) same.value = field.value;
}

function wordsOf(region) {
  return [...region.querySelectorAll('[data-say]')].map((each) => each.textContent.trim()).join('. ');
}

/** What stands in a region that was put in place is not read out by itself. */
function announce(form, text) {
  const place = form.querySelector('[data-announce]');
  if (place && text !== '') place.textContent = text;
}

/** Focus stays on the control with the same id; when that is gone, near it. */
function keepFocus(form, focused, place) {
  const same = focused.id === '' ? null : document.getElementById(focused.id);
  const near =
    same ?? place.querySelector('input:not([type="hidden"]), button') ?? form.querySelector('input[type="search"]');
  near?.focus({ preventScroll: true });
}

/** Arrow keys go from the search to what was found and along it; Enter adds the one that has focus. */
function pickByKeyboard(form, refresh) {
  const search = form.querySelector('[data-pick-from]');
  if (!search) return;
  const picks = () => [
    ...form.querySelectorAll('[data-pick-list] input[type="checkbox"], [data-pick-list] button[id]'),
  ];
  form.addEventListener('keydown', (event) => {
    const { target, key } = event;
    const all = picks();
    const at = all.indexOf(target);
    if (target !== search && at === -1) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const next = key === 'ArrowDown' ? all[at + 1] : at <= 0 ? search : all[at - 1];
      if (!next || (target === search && key === 'ArrowUp')) return;
      event.preventDefault();
      next.focus();
      return;
    }
    if (key !== 'Enter' || at === -1 || target.type !== 'checkbox') return;
    event.preventDefault();
    target.checked = true;
    search.focus();
    search.select();
    refresh();
  });
}

/** A button that fills in a field does so, and the server says what that comes to. */
function fill(form, button) {
  const field = form.elements.namedItem(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.fillValue;
  field.focus();
}

function enhance(form) {
  const refresh = createRefresh(form);
  let timer = 0;
  form.addEventListener('input', (event) => {
    if (!event.target.matches('[data-refresh-typing]')) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, TYPING_MS);
  });
  form.addEventListener('change', (event) => {
    if (event.target.matches('[data-refresh-change]')) refresh();
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="stap"]');
    if (!button || button.hasAttribute('data-leaves')) return;
    event.preventDefault();
    clearTimeout(timer);
    if (button.dataset.fill) fill(form, button);
    refresh(button);
  });
  pickByKeyboard(form, refresh);
}

for (const form of document.querySelectorAll('form[data-refresh]')) {
  form.classList.add('has-script');
  enhance(form);
}
