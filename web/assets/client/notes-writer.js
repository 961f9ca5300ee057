// The note that is being written, and those that wait on the device for a connection.

import { post } from './notes-post.js';

const RETRY_MS = [2000, 5000, 10_000, 30_000];

/**
 * @param list address of the page of notes
 * @param show gets the page of notes that answers
 */
export function createWriter({ form, list, status, texts, show, showWaiting }) {
  const box = form.elements.notitie;
  const device = createDoor();
  let timer = 0;
  let failures = 0;
  let isSaving = false;
  let isStopped = false;
  /** What the server has of the note in the box. */
  let kept = '';
  /** Counts the changes of the note in the box: the newest wins, in whatever order they arrive. */
  let turn = 0;

  // A copy on the device has the same number every time.
  startNext();

  const isDirty = () => box.value.trim() !== '' && box.value !== kept;

  function current() {
    const { nummer, over, geschreven } = form.elements;
    const at = Date.now();
    return { id: nummer.value, body: box.value, about: over.value, written: geschreven.value, at, turn };
  }

  box.addEventListener('input', () => {
    isStopped = false;
    turn += 1;
    form.elements.geschreven.value ||= new Date().toISOString();
    // At once: a page that goes away has no time left for it.
    if (isDirty()) void device.keep(current());
  });

  function startNext() {
    form.elements.nummer.value = crypto.randomUUID?.() ?? form.elements.nummer.value;
    form.elements.geschreven.value = '';
    kept = '';
    turn = 0;
  }

  function emptyBox() {
    box.value = '';
    box.dispatchEvent(new Event('input', { bubbles: true }));
    startNext();
  }

  function bodyOf({ id, body, about, written, turn: count }) {
    return new URLSearchParams({
      _csrf: form.elements._csrf.value,
      nummer: id,
      notitie: body,
      over: about,
      beurt: String(count ?? 0),
      geschreven: written,
      toestel: new Date().toISOString(),
    });
  }

  async function send(note) {
    const body = bodyOf(note);
    const answer = await post(form.action, body, list);
    if (answer.page) {
      form.elements._csrf.value = body.get('_csrf');
      await device.drop(note);
      show(answer.page);
    }
    return answer;
  }

  /** @param isAsked the button was pressed */
  async function keep({ isAsked = false } = {}) {
    if (isSaving || (isStopped && !isAsked)) return;
    if (box.value.trim() === '') {
      if (isAsked) box.focus();
      return;
    }
    isSaving = true;
    status.say(texts.saving);
    const note = current();
    const answer = await send(note);
    // Typed on while it was sent: it is the same note still.
    const isUnchanged = box.value === note.body;
    if (answer.page) {
      failures = 0;
      kept = note.body;
      status.say(texts.saved);
      if (isUnchanged) emptyBox();
    } else if (answer.error || answer.isRefused || answer.isOver || !isUnchanged || !(await device.keep(note))) {
      fail(answer);
    } else {
      emptyBox();
      status.problem(texts.onDevice);
      retryLater();
    }
    isSaving = false;
    if (answer.page) void sendWaiting();
    else await tellWaiting();
  }

  function fail({ isOver, isRefused, error }) {
    isStopped = isRefused || error !== undefined;
    status.problem(error ?? (isRefused ? texts.refused : isOver ? texts.signedOut : texts.notSaved));
    if (!isStopped && !isOver) retryLater();
  }

  function retryLater() {
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(again, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
  }

  async function again() {
    clearTimeout(timer);
    await sendWaiting();
    if (isDirty() && failures > 0) await keep();
  }

  async function waiting() {
    return (await device.list()).filter(({ id }) => id !== form.elements.nummer.value);
  }

  async function tellWaiting() {
    showWaiting((await waiting()).map(({ body }) => body));
  }

  /** What this page or an earlier one left on the device, the oldest first. */
  async function sendWaiting() {
    if (isSaving) return;
    isSaving = true;
    for (const note of await waiting()) {
      const answer = await send(note);
      if (!answer.page) {
        leave(note, answer);
        break;
      }
      failures = 0;
      status.say(texts.saved);
    }
    isSaving = false;
    await tellWaiting();
  }

  function leave(note, answer) {
    if (!answer.error) {
      if (answer.isOver) status.problem(texts.signedOut);
      else if (!answer.isRefused) retryLater();
    } else if (box.value === '') {
      // It is mended in the box.
      form.elements.nummer.value = note.id;
      turn = note.turn ?? 0;
      form.elements.over.value = note.about;
      form.elements.geschreven.value = note.written;
      box.value = note.body;
      fail(answer);
    }
  }

  /** The page goes away, perhaps for good. The words stay in the box, for who comes back to go on. */
  function keepOnLeaving() {
    if (!isDirty() || isStopped || isSaving) return;
    const note = current();
    void device.keep(note);
    fetch(form.action, { method: 'POST', body: bodyOf(note), credentials: 'same-origin', keepalive: true }).then(
      (response) => {
        if (response.ok) {
          kept = note.body;
          void device.drop(note);
        }
      },
      // On the device already; the next look at the form sends it.
      () => retryLater(),
    );
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keepOnLeaving();
  });
  window.addEventListener('pagehide', keepOnLeaving);
  window.addEventListener('online', () => void again());
  window.addEventListener('beforeunload', (event) => {
    if (isDirty() && failures > 0) event.preventDefault();
  });

  return { keep, begin: sendWaiting };

  /** The device is a module of its own, fetched when it is first needed. */
  function createDoor() {
    const where = JSON.parse(document.querySelector('form[data-offline]')?.dataset.offline ?? 'null');
    let opened = null;
    const open = () => {
      opened ??=
        where === null
          ? Promise.resolve(null)
          : import('./notes-device.js').then(({ openNoteDevice }) => openNoteDevice(where)).catch(() => null);
      return opened;
    };
    return {
      keep: async (note) => (await open())?.keep(note) ?? false,
      drop: async (note) => (await open())?.drop(note),
      list: async () => (await open())?.list() ?? [],
    };
  }
}
