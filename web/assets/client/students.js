// Choosing people: searches while typing and shows the effect of every button at once (see refreshing.js).

import { createRefresh, freshRegion, refreshOn } from './refreshing.js';

function replaceRegions(form, answer, submitter) {
  const focused = document.activeElement;
  const place = focused && form.contains(focused) ? focused.closest('[data-region]') : null;
  const said = [];
  for (const region of form.querySelectorAll('[data-region]')) {
    const fresh = freshRegion(form, answer, region);
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
  const refresh = createRefresh(form, {
    step: form.dataset.refresh,
    show(answer, { submitter, isRefused }) {
      replaceRegions(form, answer, submitter);
      if (isRefused) form.querySelector('[data-region] [aria-invalid="true"]')?.focus();
    },
  });
  refreshOn(form, refresh, (button) => {
    if (button?.dataset.fill) fill(form, button);
  });
  pickByKeyboard(form, refresh);
}

for (const form of document.querySelectorAll('form[data-refresh]')) {
  form.classList.add('has-script');
  enhance(form);
}
