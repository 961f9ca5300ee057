// Rows that are ticked: how many, and one box for all of them. Without this script the buttons work just the same.

const number = new Intl.NumberFormat(document.documentElement.lang);

function countTicks(form) {
  const bar = form.querySelector('[data-ticks-bar]');
  const counter = form.querySelector('[data-ticks-count]');
  const place = form.querySelector('thead th');
  if (!bar || !counter) return;
  const plain = counter.textContent;
  const boxes = () => [...form.querySelectorAll('tbody input[type="checkbox"]')];
  const all = place ? makeAll(place) : null;

  function show() {
    const own = boxes();
    const count = own.filter(({ checked }) => checked).length;
    const template = count === 1 ? counter.dataset.one : counter.dataset.many;
    counter.textContent = count === 0 ? plain : template.replace('{number}', number.format(count));
    bar.classList.toggle('is-active', count > 0);
    for (const button of bar.querySelectorAll('[data-ticks-action]')) button.disabled = count === 0;
    if (all) {
      all.checked = count > 0 && count === own.length;
      all.indeterminate = count > 0 && count < own.length;
      all.disabled = own.length === 0;
    }
  }

  /** The heading of the column becomes a box; without this script it would do nothing. */
  function makeAll(cell) {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.className = 'utrecht-checkbox proeve-choice__input following-all';
    box.setAttribute('aria-label', bar.dataset.all);
    box.addEventListener('change', () => {
      for (const each of boxes()) each.checked = box.checked;
      show();
    });
    cell.append(box);
    return box;
  }

  form.addEventListener('change', show);
  // The browser may bring ticks back when somebody returns to this page.
  window.addEventListener('pageshow', show);
  document.addEventListener('live:updated', () => {
    if (all && place && !place.contains(all)) place.append(all);
    show();
  });
  show();
}

document.querySelectorAll('[data-ticks]').forEach(countTicks);
