// Follows what a page shows: when the server says that something changed, the page is fetched again and its live part brought up
// to date. Without this script a link refreshes the page.
import { morphChildren } from './morph.js';

/** Several changes at once are one fetch. */
const TOGETHER_MS = 150;

function follow(region) {
  let source = null;
  let mark = region.dataset.mark;
  let timer = null;
  let isFetching = false;
  let isAskedAgain = false;

  function open() {
    if (source || document.hidden) return;
    source = new EventSource(
      `${region.dataset.url}${region.dataset.url.includes('?') ? '&' : '?'}van=${encodeURIComponent(mark)}`,
    );
    source.addEventListener('open', () => region.classList.add('is-live'));
    source.addEventListener('error', () => region.classList.remove('is-live'));
    source.addEventListener('changed', (event) => {
      mark = JSON.parse(event.data).mark;
      clearTimeout(timer);
      timer = setTimeout(update, TOGETHER_MS);
    });
  }

  /** An open page in the background costs a connection and is read by nobody. */
  function close() {
    source?.close();
    source = null;
    region.classList.remove('is-live');
  }

  async function update() {
    if (isFetching) {
      isAskedAgain = true;
      return;
    }
    isFetching = true;
    isAskedAgain = false;
    await fetchFresh();
    isFetching = false;
    if (isAskedAgain) void update();
  }

  async function fetchFresh() {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    // No connection, or too busy: the next change or the next visit brings it.
    if (response === null || response.status >= 500 || response.status === 429) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-live]');
    // Signed out, or no longer ours: the page itself says which.
    if (!response.ok || !fresh) {
      close();
      location.reload();
      return;
    }
    const focusedId = region.contains(document.activeElement) ? document.activeElement.id : '';
    const said = region.querySelector('[data-live-text]')?.textContent;
    morphChildren(region, document.adoptNode(fresh));
    if (focusedId !== '' && document.activeElement?.id !== focusedId) {
      document.getElementById(focusedId)?.focus({ preventScroll: true });
    }
    const text = region.querySelector('[data-live-text]')?.textContent ?? '';
    const announce = document.querySelector('[data-live-announce]');
    if (announce && text !== said) announce.textContent = text;
    region.dispatchEvent(new CustomEvent('live:updated', { bubbles: true }));
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
}

/** Something that can be taken back for some seconds: counts down, and goes when it is too late. */
function countDown() {
  for (const counter of document.querySelectorAll('[data-countdown]')) {
    const left = Number(counter.dataset.seconds) - 1;
    counter.dataset.seconds = String(left);
    if (left < 1) counter.closest('form')?.remove();
    else counter.textContent = counter.dataset.template.replace(/\d+/, String(left));
  }
}

setInterval(countDown, 1_000);
document.querySelectorAll('[data-live]').forEach(follow);
