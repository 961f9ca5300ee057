// Follows one assessment: when the server says that something changed, the page is fetched again and its live part replaced.
// Without this script a link refreshes the page.

function follow(region) {
  let source = null;
  let mark = region.dataset.mark;

  function open() {
    if (source || document.hidden) return;
    source = new EventSource(`${region.dataset.url}?van=${encodeURIComponent(mark)}`);
    source.addEventListener('open', () => region.classList.add('is-live'));
    source.addEventListener('error', () => region.classList.remove('is-live'));
    source.addEventListener('changed', (event) => {
      mark = event.data;
      void update();
    });
  }

  /** An open page in the background costs a connection and is read by nobody. */
  function close() {
    source?.close();
    source = null;
    region.classList.remove('is-live');
  }

  async function update() {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    if (response === null) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-live]');
    // Signed out, or no longer ours: the page itself says which.
    if (!response.ok || !fresh) {
      close();
      location.reload();
      return;
    }
    const opened = [...region.querySelectorAll('details')].map((details) => details.open);
    const focusedId = region.contains(document.activeElement) ? document.activeElement.id : '';
    region.replaceChildren(...document.adoptNode(fresh).childNodes);
    region.querySelectorAll('details').forEach((details, index) => {
      details.open = opened[index] ?? false;
    });
    if (focusedId !== '') document.getElementById(focusedId)?.focus({ preventScroll: true });
    const announce = document.querySelector('[data-live-announce]');
    if (announce) announce.textContent = region.querySelector('[data-live-text]')?.textContent ?? '';
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
}

document.querySelectorAll('[data-live]').forEach(follow);
