// The notes of an examiner, in a panel over the form. It posts the forms that the page of notes has and takes the list from the
// answer; without it the button leads to that page.

import { load, post } from './notes-post.js';
import { createWriter } from './notes-writer.js';

const panel = document.querySelector('[data-notes]');
// A browser without such panels goes to the page.
if (panel?.showModal) {
  start(panel, JSON.parse(panel.dataset.texts));
}

function start(panel, texts) {
  const opener = document.querySelector('[data-notes-open]');
  const form = panel.querySelector('[data-note-new]');
  const status = createStatus(panel, opener, texts);
  const list = panel.dataset.list;
  const writer = createWriter({
    form,
    list,
    status,
    texts,
    show: (page) => showList(panel, page),
    showWaiting: (bodies) => showWaiting(panel, bodies),
  });

  opener.addEventListener('click', (event) => {
    event.preventDefault();
    panel.showModal();
    form.elements.notitie.focus();
    void fetchList();
  });
  panel.querySelector('[data-notes-close]').addEventListener('click', () => panel.close());
  // Whoever closes the panel wants to keep what they wrote.
  panel.addEventListener('close', () => void writer.keep());
  panel.addEventListener('click', (event) => {
    const link = event.target.closest('[data-note-link]');
    const button = event.target.closest('[data-note-take]');
    if (event.target === panel) {
      panel.close();
    } else if (link) {
      event.preventDefault();
      void fetchList(link.href);
    } else if (button && take(button, panel)) {
      event.preventDefault();
      showTaken(button, texts.taken);
    }
  });
  panel.addEventListener('submit', (event) => {
    const isTaking = event.submitter?.value === 'overnemen';
    // A justification elsewhere is filled by the server, which leads there.
    if (isTaking) return;
    event.preventDefault();
    if (event.target === form) void writer.keep({ isAsked: true });
    else void postOfList(event.target, event.submitter);
  });
  afterUsable(() => void writer.begin());

  async function fetchList(address = list) {
    const page = await load(address);
    if (page) showList(panel, page);
    status.list(page ? '' : texts.offline);
  }

  async function postOfList(target, submitter) {
    const answer = await post(target.action, new URLSearchParams([...new FormData(target, submitter)]), list);
    if (answer.page) showList(panel, answer.page);
    else status.problem(answer.isOver ? texts.signedOut : (answer.error ?? texts.offline));
  }
}

/** The form comes first. */
function afterUsable(then) {
  const later = () => (window.requestIdleCallback ?? setTimeout)(then, { timeout: 4000 });
  if (document.readyState === 'complete') later();
  else window.addEventListener('load', later, { once: true });
}

// --- showing

function showList(panel, page) {
  const list = document.adoptNode(page.querySelector('[data-note-list]'));
  panel.querySelector('[data-note-list]').replaceWith(list);
  const label = document.querySelector('[data-notes-open-text]');
  if (label && list.dataset.openLabel) {
    label.textContent = list.dataset.openLabel;
  }
  // Whoever classifies wants the places; a keyboard would only cover them.
  const places = list.querySelector('[data-note-classify] select');
  (places ?? list.querySelector('textarea, [data-note-focus]'))?.focus();
  // With the button under them.
  places?.form.scrollIntoView({ block: 'nearest' });
}

/** Notes on this device that wait for a connection. */
function showWaiting(panel, bodies) {
  const place = panel.querySelector('[data-note-waiting]');
  const items = bodies.map((body) =>
    Object.assign(document.createElement('li'), {
      className: 'proeve-note proeve-words',
      dir: 'auto',
      textContent: body,
    }),
  );
  place.querySelector('ul').replaceChildren(...items);
  place.hidden = bodies.length === 0;
}

function createStatus(panel, opener, texts) {
  const place = panel.querySelector('[data-note-status]');
  const show = (text, isProblem) => {
    if (place.textContent !== text) {
      place.textContent = text;
    }
    place.classList.toggle('proeve-note-status--problem', isProblem);
    opener.classList.toggle('proeve-note-open--unsaved', isProblem);
    opener.title = isProblem ? texts.unsaved : '';
  };
  return {
    say: (text) => show(text, false),
    problem: (text) => show(text, true),
    /** About the list only: a note that is not kept yet matters more. */
    list(text) {
      if (!place.classList.contains('proeve-note-status--problem')) {
        show(text, false);
      }
    },
  };
}

// --- into the justification

/** Puts the note at the end of its justification when that is on this screen. @returns whether it was */
function take(button, panel) {
  const field = document.getElementById(button.dataset.noteTake);
  if (field?.tagName !== 'TEXTAREA' || field.readOnly) {
    return false;
  }
  const { words } = button.dataset;
  if (!field.value.includes(words)) {
    field.value = field.value.trim() === '' ? words : `${field.value.trimEnd()}\n${words}`;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  panel.close();
  field.closest('.utrecht-form-field').scrollIntoView({ block: 'center' });
  field.focus({ preventScroll: true });
  return true;
}

function showTaken(button, text) {
  const taken = document.createElement('span');
  taken.className = 'proeve-note__taken';
  taken.textContent = text;
  button.replaceWith(taken);
}
