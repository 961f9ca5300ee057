// Choosing people: searches while typing and shows the effect of a tick at once. The server does the work, as it does
// without this script: the form is posted in the background and its regions are replaced by those of the answer.

const TYPING_MS = 250;

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
      if (!response.ok) throw new Error(`status ${response.status}`);
      replaceRegions(form, new DOMParser().parseFromString(await response.text(), 'text/html'));
    } catch {
      // Signed out, or no connection: an ordinary post says what is wrong, and keeps what was chosen.
      if (mine === newest && submitter) form.requestSubmit(submitter);
    } finally {
      if (mine === newest) form.removeAttribute('aria-busy');
    }
  };
}

function replaceRegions(form, answer) {
  const focused = document.activeElement;
  const place = focused && form.contains(focused) ? focused.closest('[data-region]') : null;
  for (const region of form.querySelectorAll('[data-region]')) {
    const fresh = answer.querySelector(`#${CSS.escape(form.id)} [data-region="${CSS.escape(region.dataset.region)}"]`);
    if (fresh) region.replaceChildren(...document.adoptNode(fresh).childNodes);
  }
  if (place) keepFocus(form, focused, place);
}

/** Focus stays on the control with the same id; when that is gone, near it. */
function keepFocus(form, focused, place) {
  const same = focused.id === '' ? null : document.getElementById(focused.id);
  const near =
    same ?? place.querySelector('input:not([type="hidden"]), button') ?? form.querySelector('input[type="search"]');
  near?.focus({ preventScroll: true });
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
    refresh(button);
  });
}

for (const form of document.querySelectorAll('form[data-refresh]')) {
  form.classList.add('has-script');
  enhance(form);
}
