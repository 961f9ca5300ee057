// A form that shows the effect of every step at once. The server does the work, as it does without a script: the form is posted in the
// background, and who uses this puts the answer in place.

const TYPING_MS = 200;
/** The answer to what cannot be taken: the same page with what is wrong. */
const UNPROCESSABLE = 422;

/**
 * Posts a form. Only the newest answer counts; without one it becomes an ordinary post, which says what is wrong and keeps what was
 * chosen.
 * @param form
 * @param step what is sent when no button was pressed
 * @param prepare handed what is sent, to change it; what it gives back goes to `show`
 * @param show puts an answer in place: a document, and `{ submitter, isRefused, prepared }`
 * @returns function of the button that was pressed, if any
 */
export function createRefresh(form, { step, prepare = () => undefined, show }) {
  let newest = 0;

  return async function refresh(submitter) {
    newest += 1;
    const mine = newest;
    const body = new FormData(form);
    const prepared = prepare(body);
    body.set('stap', submitter?.value ?? step);
    form.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(body),
        redirect: 'manual',
      });
      if (mine !== newest) return;
      const isRefused = response.status === UNPROCESSABLE;
      if (!response.ok && !isRefused) throw new Error(`status ${response.status}`);
      const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (mine !== newest) return;
      show(answer, { submitter, isRefused, prepared });
    } catch {
      // Signed out, or no connection.
      if (mine === newest && submitter?.isConnected) form.requestSubmit(submitter);
    } finally {
      if (mine === newest) form.removeAttribute('aria-busy');
    }
  };
}

/** The same region of a form in an answer, or null. */
export function freshRegion(form, answer, region) {
  return answer.querySelector(`#${CSS.escape(form.id)} [data-region="${CSS.escape(region.dataset.region)}"]`);
}

/**
 * Refreshes while somebody types, changes a choice, or presses the button of a step.
 * @param refresh of {@link createRefresh}
 * @param before called for what is more than typing, with the button that was pressed, if any
 */
export function refreshOn(form, refresh, before = () => undefined) {
  let timer = 0;
  form.addEventListener('input', (event) => {
    if (!event.target.matches('[data-refresh-typing]')) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, TYPING_MS);
  });
  form.addEventListener('change', (event) => {
    if (!event.target.matches('[data-refresh-change]')) return;
    before();
    refresh();
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="stap"]');
    if (!button || button.hasAttribute('data-leaves')) return;
    event.preventDefault();
    clearTimeout(timer);
    before(button);
    refresh(button);
  });
}
