// Choosing examiners: shows the effect of every step at once (see refreshing.js), and finds people while typing.

import { createRefresh, freshRegion, refreshOn } from './refreshing.js';

const TYPING_MS = 200;

function replaceRegions(form, answer, { submitter, sent }) {
  const focused = form.contains(document.activeElement) ? document.activeElement : null;
  const place = focused?.closest('[data-region]') ?? null;
  // What is being typed was not sent, or was typed on since.
  const isTyped = (field) => field === focused || (field.matches('[data-quick]') && !sent.has(field.name));
  const typed = [...form.querySelectorAll('[data-region] input:is([type="text"], [type="email"])')]
    .filter((field) => field.value !== '' && isTyped(field))
    .map(({ id, value }) => ({ id, value }));
  for (const region of form.querySelectorAll('[data-region]')) {
    const fresh = freshRegion(form, answer, region);
    if (fresh) region.replaceChildren(...document.adoptNode(fresh).childNodes);
  }
  // The button of a person added them: those fields start anew.
  const isStale = (id) => submitter?.value === 'nieuw' && id.startsWith('nieuw-');
  for (const { id, value } of typed.filter((each) => !isStale(each.id))) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  if (place) keepFocus(form, { focused, place, submitter });
  form.dispatchEvent(new CustomEvent('proeve:refreshed'));
}

/** Focus stays on the control with the same id, or the same button; when that is gone, near it. */
function keepFocus(form, { focused, place, submitter }) {
  const byId = focused.id === '' ? null : document.getElementById(focused.id);
  const byValue = submitter && form.querySelector(`button[value="${CSS.escape(submitter.value)}"]`);
  const opened = submitter?.value.startsWith('open:')
    ? form.querySelector('.choosing-own input:not([type="hidden"])')
    : null;
  const invalid = submitter ? place.querySelector('[aria-invalid="true"]') : null;
  const near =
    opened ?? invalid ?? byId ?? byValue ?? place.querySelector('input:not([type="hidden"], :disabled), button');
  near?.focus({ preventScroll: opened === null });
  // A part that was folded cannot have it; its title can.
  if (near && document.activeElement !== near) place.querySelector('summary')?.focus({ preventScroll: true });
  if (near?.matches('input:is([type="text"], [type="email"])')) caretToEnd(near);
}

/** Somebody goes on typing where they were; a field of an address has no selection to set. */
function caretToEnd(field) {
  const { value } = field;
  field.value = '';
  field.value = value;
}

/** The list of people under the field of a student. One for the whole page: it follows the field that has focus. */
function createSuggestions(form, { refresh, confirmed }) {
  const list = document.createElement('ul');
  list.className = 'choosing-suggestions';
  list.id = 'choosing-suggestions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.dataset.suggestions);
  list.hidden = true;
  const status = document.createElement('p');
  status.className = 'proeve-visually-hidden';
  status.setAttribute('role', 'status');
  form.append(list, status);
  let field = null;
  let people = [];
  let active = -1;
  let asked = 0;
  let timer = 0;
  let isWaiting = false;

  function close() {
    clearTimeout(timer);
    asked += 1;
    isWaiting = false;
    list.hidden = true;
    people = [];
    active = -1;
    field?.setAttribute('aria-expanded', 'false');
    field?.removeAttribute('aria-activedescendant');
  }

  function show() {
    list.replaceChildren(
      ...people.map((person, index) => {
        const item = document.createElement('li');
        item.id = `choosing-suggestion-${index}`;
        item.setAttribute('role', 'option');
        item.dataset.index = String(index);
        const name = document.createElement('strong');
        name.textContent = person.name;
        const meta = document.createElement('small');
        meta.textContent = `${person.kind} · ${person.meta}`;
        item.append(name, meta);
        return item;
      }),
    );
    list.hidden = people.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
    place();
    mark(people.length > 0 ? 0 : -1);
  }

  function place() {
    if (list.hidden || !field) return;
    const box = field.getBoundingClientRect();
    list.style.top = `${box.bottom + window.scrollY + 4}px`;
    list.style.left = `${box.left + window.scrollX}px`;
    list.style.minWidth = `${box.width}px`;
  }

  function mark(index) {
    active = index;
    for (const [at, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(at === index));
    if (index < 0) field.removeAttribute('aria-activedescendant');
    else {
      field.setAttribute('aria-activedescendant', `choosing-suggestion-${index}`);
      list.children[index].scrollIntoView({ block: 'nearest' });
    }
  }

  async function ask() {
    asked += 1;
    const mine = asked;
    const query = field.value.trim();
    if (query === '') return close();
    isWaiting = true;
    try {
      const body = new URLSearchParams({ _csrf: form.elements._csrf.value, zoek: query });
      const response = await fetch(form.dataset.search, { method: 'POST', body, redirect: 'manual' });
      if (mine !== asked) return;
      const answer = response.ok ? await response.json() : { people: [], status: '' };
      if (mine !== asked) return;
      people = answer.people;
      status.textContent = answer.status;
      show();
    } catch {
      if (mine === asked) close();
    } finally {
      if (mine === asked) isWaiting = false;
    }
  }

  /** Chooses somebody for the student of the field, and goes to the next student. */
  function choose(person) {
    const chosen = document.createElement('input');
    chosen.type = 'hidden';
    chosen.name = field.name.replace('wie.', 'kort.');
    chosen.value = person.id;
    field.after(chosen);
    field.value = '';
    goOn();
  }

  function goOn() {
    const fields = [...form.querySelectorAll('[data-quick]')];
    const next = fields[fields.indexOf(field) + 1];
    close();
    next?.focus();
    next?.closest('.choosing-student')?.scrollIntoView({ block: 'nearest' });
    refresh();
  }

  function onEnter() {
    if (field.value.trim() === '') return goOn();
    if (active >= 0 && !isWaiting) return choose(people[active]);
    // Enter came before the answer: the server takes the first who fits.
    confirmed.add(field.name);
    goOn();
  }

  function take(next) {
    field = next;
    if (!field) return;
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', list.id);
    field.setAttribute('aria-expanded', String(!list.hidden));
  }

  form.addEventListener('focusin', (event) => {
    const next = event.target.closest('[data-quick]');
    // After a refresh the same field is another element; what was asked for it goes on.
    if (next === null || next.id !== field?.id) close();
    take(next);
    place();
  });
  form.addEventListener('focusout', () => setTimeout(() => document.activeElement !== field && close(), 100));
  form.addEventListener('input', (event) => {
    if (event.target !== field) return;
    clearTimeout(timer);
    isWaiting = true;
    timer = setTimeout(ask, TYPING_MS);
  });
  form.addEventListener('keydown', (event) => {
    if (!field || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && people.length > 0) {
      event.preventDefault();
      mark((active + step + people.length) % people.length);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onEnter();
    }
  });
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const item = event.target.closest('[role="option"]');
    if (item) choose(people[Number(item.dataset.index)]);
  });
  window.addEventListener('resize', place);
}

/** Asks before leaving with a choice that is not saved. Searching and opening choose nothing. */
function guard(form) {
  let isDirty = false;
  const choosesNothing = /^(open:|dicht$|bijwerken$)/;
  form.addEventListener('proeve:chosen', ({ detail }) => {
    isDirty ||= !choosesNothing.test(detail ?? '');
  });
  form.addEventListener('submit', () => {
    isDirty = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (isDirty) event.preventDefault();
  });
}

function enhance(form) {
  // Names of the fields of students whose text was entered; half a name is not sent.
  const confirmed = new Set();
  const post = createRefresh(form, {
    step: form.dataset.choosing,
    prepare(body) {
      const sent = new Set(confirmed);
      for (const { name } of form.querySelectorAll('[data-quick]')) if (!sent.has(name)) body.delete(name);
      return sent;
    },
    show(answer, { submitter, prepared: sent }) {
      replaceRegions(form, answer, { submitter, sent });
      for (const name of sent) confirmed.delete(name);
    },
  });
  const tellChosen = (button) => form.dispatchEvent(new CustomEvent('proeve:chosen', { detail: button?.value }));
  const refresh = () => {
    tellChosen();
    return post();
  };
  refreshOn(form, post, tellChosen);
  form.addEventListener('keydown', (event) => {
    // In the fields of somebody new, Enter is their own button and not the first of the form.
    const person = event.key === 'Enter' && !event.isComposing && event.target.closest('.choosing-person__fields');
    if (!person || !event.target.matches('input, select')) return;
    event.preventDefault();
    person.querySelector('button').click();
  });
  createSuggestions(form, { refresh, confirmed });
  guard(form);
}

for (const form of document.querySelectorAll('form[data-choosing]')) {
  form.classList.add('has-script');
  enhance(form);
}
