// The queue by keyboard: j and k move, x ticks, enter opens (the link that has focus). Works without it too.

const form = document.querySelector('[data-queue]');

if (form) {
  const rows = [...form.querySelectorAll('[data-queue-row]')];
  const linkOf = (row) => row?.querySelector('a');
  const boxOf = (row) => row?.querySelector('input[type="checkbox"]');
  const currentRow = () => document.activeElement?.closest('[data-queue-row]') ?? null;

  /** Moves on from the row that has focus; the first key press begins at the first row. */
  function move(step) {
    const at = rows.indexOf(currentRow());
    const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
    const link = linkOf(rows[next]);
    link?.focus();
    link?.closest('[data-queue-row]')?.scrollIntoView({ block: 'nearest' });
  }

  function tick() {
    const box = boxOf(currentRow());
    if (box) {
      box.checked = !box.checked;
      box.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }

  const actions = { j: () => move(1), k: () => move(-1), x: tick };

  /** Not while somebody types, and not when the key belongs to the browser. */
  function isForUs(event) {
    const { target } = event;
    const isTyping = target.matches('textarea, select, [contenteditable], input:not([type="checkbox"])');
    return !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey;
  }

  document.addEventListener('keydown', (event) => {
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action && isForUs(event)) {
      event.preventDefault();
      action();
    }
  });

  /** The button says how many, and waits until there is something chosen. */
  const button = document.querySelector('[data-queue-finalise]');
  const label = button?.querySelector('[data-queue-finalise-text]');
  if (button && label) {
    const plain = label.textContent;
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const show = () => {
      const count = form.querySelectorAll('input[type="checkbox"]:checked').length;
      const many = button.dataset.many.replace('{number}', number.format(count));
      label.textContent = count === 0 ? plain : count === 1 ? button.dataset.one : many;
      button.disabled = count === 0;
    };
    form.addEventListener('change', show);
    // The browser may bring ticks back when somebody returns to this page.
    window.addEventListener('pageshow', show);
    show();
  }

  const keys = document.querySelector('[data-queue-keys]');
  if (keys) {
    keys.hidden = false;
  }
}
