// What the form leaves on the device: the words that were not sent yet, and a copy of the form to go on with without a
// connection. Loaded when the form is usable; the form works without it.

import { openStore } from './device-store.js';
import { sendLeft } from './device-sync.js';
import { fetchCopy } from './form-post.js';

const CACHE = 'proeve-static';
const PATIENCE_MS = 60_000;
export const SYNC_TAG = 'proeve-words';

export async function openDevice(context) {
  const store = await openStore().catch(() => null);
  const device = store === null ? createNothing(context) : createDevice(store, context);
  // Not awaited: what is typed can be kept at once.
  void device.start();
  return device;
}

/** A private window, or a browser that keeps nothing: saving online goes on. */
function createNothing({ form, isCopy, saver, texts }) {
  const nothing = async () => undefined;
  return {
    async start() {
      panelOf(form)?.say(texts.device.noneOnline);
      if (isCopy) await saver.beginOffline();
    },
    keep: async () => 'none',
    drop: nothing,
    remember: nothing,
    refused: nothing,
    askForSync: nothing,
  };
}

function createDevice(store, context) {
  const { form, where, isCopy, fields, notice, progress, saver, texts } = context;
  const lang = document.documentElement.lang;
  const panel = panelOf(form);
  const writer = () => form.elements.schrijver.value;
  /** By the clock of the device, however wrong it is: it was as wrong when the page came. */
  let place = { form: where.form, link: where.link, until: where.until + performance.timeOrigin - where.now };
  let queue = Promise.resolve();
  let hasCopy = isCopy;

  /** One after the other, so that removing never overtakes keeping. */
  function inOrder(work) {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  }

  function keep({ at, components, ...rest }) {
    return inOrder(() => store.keepWords(place, { id: writer(), at, words: { at, components, ...rest } })).then(
      () => 'kept',
      (error) => (isFull(error) ? 'full' : 'none'),
    );
  }

  async function start() {
    followChannel();
    panel?.onRemove(remove);
    form.addEventListener('proeve:connected', () => void afterReturn());
    try {
      await store.wipe();
      await store.setLanguage(lang);
      if (isCopy) await startFromCopy();
      else await startLive();
    } catch (error) {
      // Anything else is the network: then there is no copy yet, and the next page tries again.
      if (error instanceof DOMException) panel?.say(isFull(error) ? texts.device.fullOnline : texts.device.noneOnline);
      if (isCopy && !saver.isOffline()) await saver.beginOffline();
    }
  }

  /** The page is what the server has. What earlier pages could not send is sent first. */
  async function startLive() {
    holdName();
    await store.takeOver(place);
    await sendEarlier();
    await keepCopy();
  }

  /** The page is what the device has: newer things that it knows are put in place, and words that were not sent. */
  async function startFromCopy() {
    const kept = await store.findPage(where.form);
    place = { form: where.form, link: where.link, until: kept?.until ?? place.until };
    for (const [key, known] of Object.entries(await store.known(where.form))) {
      fields.show(key, known, { isSent: true });
    }
    form.elements.schrijver.value = newName();
    await takeUp();
    holdName();
    progress.show();
    await saver.beginOffline();
    if (location.hash === '#afronden') notice.say(texts.device.finishNeeds);
    panel?.show();
  }

  /** Words of pages that are gone become this page's own; the newest first, because it knew the others. */
  async function takeUp() {
    const left = (await store.listWords(where.form)).reverse();
    const open = await openNames();
    const [newest] = left.filter(({ id }) => !open.has(id));
    if (newest) form.elements.schrijver.value = newest.id;
    for (const { id, at, words } of left) {
      for (const component of words.components) {
        fields.show(component.key, component, { isSent: open.has(id) });
      }
      fields.adoptTime(at);
    }
  }

  async function sendEarlier() {
    const left = (await store.listWords(where.form)).filter(({ id }) => id !== writer());
    if (left.length === 0) return;
    const sent = await sendLeft(store, left, form.elements._csrf.value);
    if (sent.revision <= Number(form.elements.revisie.value) && !sent.hasConflict) return;
    // What is on the screen is older than what was just sent.
    if (!fields.isDirty()) location.reload();
    else notice.say(texts.device.leftover, { isGood: true });
  }

  async function keepCopy() {
    if (sessionStorage.getItem(noCopyKey(where.form)) !== null) return;
    // Nothing would show the copy.
    if (!(await registerWorker(where))) return;
    const kept = await store.findPage(where.form);
    const revision = Number(form.elements.revisie.value);
    const isCurrent = kept?.revision === revision && kept.lang === lang && kept.assets.includes(ownAddress());
    if (!isCurrent) await fetchAndKeep();
    hasCopy = true;
    panel?.show();
  }

  async function fetchAndKeep() {
    const copy = await fetchCopy(where.copy, AbortSignal.timeout(PATIENCE_MS));
    if (copy.kind !== 'page') return;
    const page = { html: copy.html, policy: copy.response.headers.get('Content-Security-Policy') ?? '' };
    const parsed = new DOMParser().parseFromString(copy.html, 'text/html');
    const kept = parsed.querySelector('form[data-autosave]');
    const revision = Number(kept.elements.revisie.value);
    const assets = assetsOf(parsed);
    await keepAssets(assets);
    await inOrder(() =>
      store.keepPage(place, { revision, lang, assets, page, item: JSON.parse(kept.dataset.offline).item }),
    );
    await remember({}, revision);
  }

  /** @param upTo the kept page itself has all up to this revision */
  function remember(known, upTo = 0) {
    if (!hasCopy && upTo === 0) return Promise.resolve();
    return inOrder(async () => {
      const all = Object.entries({ ...(await store.known(where.form)), ...known });
      await store.keepKnown(place, Object.fromEntries(all.filter(([, { base }]) => base > upTo)));
    }).catch(() => undefined);
  }

  async function afterReturn() {
    await sendEarlier();
    if (!fields.isDirty()) await keepCopy().catch(() => undefined);
  }

  /** Another tab of this browser opened the link again: this one may be let in now. */
  function followChannel() {
    if (!('BroadcastChannel' in window)) return;
    const channel = new BroadcastChannel('proeve-device');
    channel.addEventListener('message', ({ data }) => {
      if (data === where.form) saver.now();
    });
    if (!isCopy) channel.postMessage(where.form);
  }

  /** Tells other pages of this browser that this one is there, for as long as it is. */
  function holdName() {
    void navigator.locks?.request(nameOf(writer()), () => new Promise(() => undefined)).catch(() => undefined);
  }

  async function remove() {
    const left = await store.listWords(where.form);
    if ((left.length > 0 || fields.isDirty()) && !window.confirm(texts.device.confirm)) return;
    sessionStorage.setItem(noCopyKey(where.form), '');
    hasCopy = false;
    await inOrder(() => store.forget(where.form));
    panel?.say(texts.device.removed);
  }

  return {
    start,
    keep,
    drop: (at) => inOrder(() => store.dropWords(writer(), at)).catch(() => undefined),
    remember,
    refused: ({ isOver, isKept }) =>
      inOrder(() => store.forget(where.form, { keepsWords: !isOver && !isKept })).catch(() => undefined),
    /** Where the browser can: it sends by itself when there is a connection, also when this page is gone. */
    async askForSync() {
      const registration = await navigator.serviceWorker?.getRegistration(where.scope);
      await registration?.sync?.register(SYNC_TAG).catch(() => undefined);
    },
  };
}

/** @returns false in a browser without service workers, or without modules in them */
async function registerWorker({ worker, scope }) {
  const options = { scope, type: 'module', updateViaCache: 'none' };
  const registration = await navigator.serviceWorker?.register(worker, options).catch(() => undefined);
  return registration !== undefined;
}

/** Static files of a page, and those that they fetched themselves. */
function assetsOf(parsed) {
  const named = [...parsed.querySelectorAll('link[href], script[src]')].map(
    (element) => element.getAttribute('href') ?? element.getAttribute('src'),
  );
  const fetched = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const own = fetched.filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
  return [...new Set([...named, ...own, ownAddress()])].filter((address) => address.startsWith('/assets/'));
}

async function keepAssets(addresses) {
  const cache = await caches.open(CACHE);
  for (const address of addresses) {
    if (!(await cache.match(address))) await cache.add(address);
  }
}

function ownAddress() {
  return new URL(import.meta.url).pathname;
}

function isFull(error) {
  return error?.name === 'QuotaExceededError';
}

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function nameOf(writer) {
  return `proeve-page-${writer}`;
}

/** Ids of the pages that are open in this browser now. */
async function openNames() {
  const held = (await navigator.locks?.query())?.held ?? [];
  return new Set(held.map(({ name }) => name.replace('proeve-page-', '')));
}

/** A choice of this visit: do not put it back at the next page. */
function noCopyKey(form) {
  return `proeve-no-copy-${form}`;
}

/** The part of the page that says what is on the device, with the button to remove it. */
function panelOf(form) {
  const panel = document.querySelector('[data-device]');
  if (!panel || !form) return null;
  const text = panel.querySelector('[data-device-text]');
  const button = panel.querySelector('[data-device-remove]');
  return {
    show() {
      panel.hidden = false;
    },
    /** Instead of what is kept: why nothing is. */
    say(sentence) {
      panel.hidden = false;
      text.textContent = sentence;
      button.closest('[data-device-action]').hidden = true;
    },
    onRemove(remove) {
      button.addEventListener('click', () => void remove());
    },
  };
}
