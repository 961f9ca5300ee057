// While a document is being made or mailed, the parts marked data-live follow by themselves. Without it there is a link.

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;
const GIVE_UP_AFTER_MS = 10 * 60_000;

const startedAt = Date.now();
let wait = FIRST_WAIT_MS;

/** Puts fresh parts in place of those that changed; focus inside a part that stays as it was is kept. */
function replaceParts(fresh) {
  for (const part of document.querySelectorAll('[data-live]')) {
    const newer = fresh.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
    if (newer && newer.innerHTML !== part.innerHTML) {
      part.innerHTML = newer.innerHTML;
    }
    if (newer) {
      part.toggleAttribute('data-live-pending', newer.hasAttribute('data-live-pending'));
    }
  }
}

async function refresh() {
  if (!document.hidden) {
    try {
      const response = await fetch(window.location.href, { headers: { accept: 'text/html' } });
      if (response.ok && !response.redirected) {
        replaceParts(new DOMParser().parseFromString(await response.text(), 'text/html'));
      }
    } catch {
      // No connection: the next try may have one.
    }
  }
  schedule();
}

function schedule() {
  if (!document.querySelector('[data-live-pending]') || Date.now() - startedAt > GIVE_UP_AFTER_MS) {
    return;
  }
  setTimeout(refresh, wait);
  wait = Math.min(wait * 1.3, LONGEST_WAIT_MS);
}

schedule();
