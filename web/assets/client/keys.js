// Keys of one letter, for pages that have them. Who speaks to the computer, or has software that reads along, can turn them off
// (WCAG 2.1.4); that is kept on the device, for all pages.

const OFF_KEY = 'proeve-sneltoetsen-uit';

/** Storage can be closed to us, in private windows for instance; then the keys are on. */
export function areKeysOff() {
  try {
    return localStorage.getItem(OFF_KEY) === '1';
  } catch {
    return false;
  }
}

export function keepKeysOff(isOff) {
  try {
    if (isOff) localStorage.setItem(OFF_KEY, '1');
    else localStorage.removeItem(OFF_KEY);
  } catch {
    // It holds until the page is left.
  }
}

/** Not while somebody types, not in a window above the page, and not when the key belongs to the browser. */
export function isForUs(event) {
  const { target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (!(target instanceof Element) || target.closest('dialog')) return false;
  return !target.matches('textarea, select, [contenteditable], input:not([type="checkbox"])');
}
