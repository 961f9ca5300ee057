// The queue by keyboard: j and k move, x ticks, Enter opens, f leads to the filters, ? shows the keys. All of it works without.

import { areKeysOff, isForUs, keepKeysOff } from './keys.js';

const form = document.querySelector('[data-queue]');
const help = document.querySelector('[data-queue-help]');
const search = document.querySelector('[data-queue-search]');

const rows = form ? [...form.querySelectorAll('[data-queue-row]')] : [];
const linkOf = (row) => row?.querySelector('a');
const boxOf = (row) => row?.querySelector('input[type="checkbox"]');
const currentRow = () => document.activeElement?.closest('[data-queue-row]') ?? null;
/** Where the keyboard was last, so that looking at the filters does not lose the place. */
let lastRow = null;

form?.addEventListener('focusin', () => {
  lastRow = currentRow() ?? lastRow;
});

function turnKeys(isOff) {
  keepKeysOff(isOff);
  isOn = !isOff;
}

let isOn = !areKeysOff();

/** Moves on from the row that has focus, or had it last; the first key press begins at the first row. */
function move(step) {
  const at = rows.indexOf(currentRow() ?? lastRow);
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  const link = linkOf(rows[next]);
  link?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}

function tick() {
  const box = boxOf(currentRow());
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

/** In a box that is ticked, Enter would send the whole form. */
function openRow() {
  linkOf(currentRow())?.click();
}

function toSearch() {
  search?.focus();
  search?.select();
}

function showHelp() {
  if (help && !help.open) help.showModal();
}

const actions = { j: () => move(1), k: () => move(-1), x: tick, f: toSearch, '?': showHelp };

document.addEventListener('keydown', (event) => {
  if (!isForUs(event)) return;
  if (event.key === 'Enter' && event.target.matches('[data-queue-row] input[type="checkbox"]')) {
    event.preventDefault();
    openRow();
    return;
  }
  const action = isOn && Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
  // A key that is held down moves on, and does nothing else again and again.
  if (!action || (event.repeat && event.key !== 'j' && event.key !== 'k')) return;
  event.preventDefault();
  action();
});

if (help) {
  const use = help.querySelector('#sneltoetsen');
  use.checked = isOn;
  use.addEventListener('change', () => turnKeys(!use.checked));
  help.querySelector('[data-queue-help-close]').addEventListener('click', () => help.close());
  for (const button of document.querySelectorAll('[data-queue-help-open]')) {
    button.hidden = false;
    button.addEventListener('click', showHelp);
  }
}

/** The button says how many, and waits until there is something chosen. */
const button = document.querySelector('[data-queue-action]');
const label = button?.querySelector('[data-queue-action-text]');
if (form && button && label) {
  const plain = label.textContent;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const boxes = rows.map(boxOf).filter(Boolean);
  const all = makeAll(form.querySelector('thead th'), boxes);
  const show = () => {
    const count = boxes.filter(({ checked }) => checked).length;
    const many = button.dataset.many.replace('{number}', number.format(count));
    label.textContent = count === 0 ? plain : count === 1 ? button.dataset.one : many;
    button.disabled = count === 0;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener('change', show);
  // The browser may bring ticks back when somebody returns to this page.
  window.addEventListener('pageshow', show);
  show();
}

/** The heading of the column becomes a box; without this script it would do nothing. */
function makeAll(cell) {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.className = 'utrecht-checkbox proeve-choice__input queue-all';
  box.setAttribute('aria-label', form.dataset.all);
  cell.append(box);
  return box;
}
