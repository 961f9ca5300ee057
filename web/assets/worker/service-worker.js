// The service worker of the examiner's forms. `PROEVE` is put in front of this file by the server (web/assets.ts).
//
// 1. It answers for forms and the work list only (its scope), and from the device only when the network does not.
// 2. Cache Storage holds static files; forms are read, decrypted, from the device's own store.
// 3. It holds no state, so a new version takes over at once.
/* global PROEVE */

import { openStore } from '../client/device-store.js';
import { sendLeft } from '../client/device-sync.js';

const CACHE = 'proeve-static';
const SYNC_TAG = 'proeve-words';
/** Bad reception: so long is waited before the copy on the device is shown. */
const PATIENCE_MS = 4000;
/** A post does its work even when the answer is slow. */
const POST_PATIENCE_MS = 12_000;
/** Nobody is at home behind the proxy. */
const AWAY = [502, 503, 504];
/** Finishing, which cannot be done here; nobody knows whether it arrived. */
const FINISH = /^\/beoordeling\/[0-9a-f-]{36}\/controle$/;
const FORM = /^\/beoordeling\/([0-9a-f-]{36})$/;

self.addEventListener('install', (event) => {
  // What a script posts while its page goes away would be lost on the way through here (browsers that know no routes: on the device).
  event
    .addRoutes?.({ condition: { requestMethod: 'POST', requestMode: 'cors' }, source: 'network' })
    .catch(() => undefined);
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const form = FORM.exec(url.pathname)?.[1] ?? '';
  if (request.method === 'GET' && url.pathname.startsWith('/assets/')) {
    event.respondWith(staticFile(request));
  } else if (request.mode === 'navigate' && request.method === 'GET') {
    event.respondWith(page(event, form));
  } else if (request.mode === 'navigate' && form !== '') {
    event.respondWith(posted(event, form));
  } else if (request.mode === 'navigate' && FINISH.test(url.pathname)) {
    event.respondWith(fetch(request).catch(() => offlinePage((texts) => texts.notFinished)));
  }
});

self.addEventListener('sync', (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(sendAll());
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(PROEVE.assets);
  await self.skipWaiting();
}

async function activate() {
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  await dropOldFiles();
}

/** Files of older versions go when no kept form needs them. */
async function dropOldFiles() {
  const inUse = (await withStore((store) => store.assetsInUse())) ?? new Set();
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!PROEVE.assets.includes(pathname) && !inUse.has(pathname)) await cache.delete(request);
  }
}

/** The address of a file holds its fingerprint, except that of a school's colours. */
async function staticFile(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  const isFingerprinted = !new URL(request.url).pathname.startsWith('/assets/school/');
  if (kept && isFingerprinted) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** The network first; the device when the network does not answer in time. */
async function page(event, form) {
  const network = fromNetwork(event);
  network.catch(() => undefined);
  const hasCopy = form !== '' && (await withStore((store) => store.hasPage(form))) === true;
  try {
    const response = await (hasCopy ? inTime(network, PATIENCE_MS) : network);
    if (!(hasCopy && AWAY.includes(response.status))) return response;
  } catch {
    // Below.
  }
  const isList = !new URL(event.request.url).pathname.startsWith('/beoordeling/');
  if (isList) return offlinePage((texts, forms) => (forms.length > 0 ? texts.list : texts.empty), 200);
  return (hasCopy && (await keptPage(form))) || offlinePage((texts) => (form === '' ? texts.needs : texts.missing));
}

async function fromNetwork(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/** A button of the form: what was typed is on the device, so without an answer the copy goes on from there. */
async function posted(event, form) {
  const body = event.request.clone().formData();
  const response = await inTime(fetch(event.request), POST_PATIENCE_MS).catch(() => null);
  if (response !== null && !AWAY.includes(response.status)) return response;
  const hasCopy = (await withStore((store) => store.hasPage(form))) === true;
  if (!hasCopy) return response ?? offlinePage((texts) => texts.needs);
  const fields = await body.catch(() => new FormData());
  return Response.redirect(`${event.request.url}?weergave=alles${anchorOf(fields)}`, 303);
}

function anchorOf(fields) {
  const [action, target] = String(fields.get('actie') ?? '').split(':');
  const step = Number(fields.get('stap')) || 1;
  const anchors = {
    volgende: `#stap-${step + 1}`,
    vorige: `#stap-${Math.max(1, step - 1)}`,
    naar: `#${target}`,
    controleren: '#afronden',
  };
  return anchors[action] ?? '';
}

/** The answer, unless it takes too long; then the request goes on unheard. */
function inTime(answer, patience) {
  answer.catch(() => undefined);
  return Promise.race([
    answer,
    new Promise((_resolve, reject) => {
      setTimeout(() => reject(new Error('too slow')), patience);
    }),
  ]);
}

async function keptPage(form) {
  const kept = await withStore((store) => store.findPage(form));
  return kept && html(kept.page.html, 200, kept.page.policy);
}

/** @param say what to say, of the texts and of the forms that are here */
async function offlinePage(say, status = 503) {
  const [lang, forms] = (await withStore((store) => Promise.all([store.language(), store.listPages()]))) ?? ['', []];
  const { frame, texts } = PROEVE.pages[lang] ?? PROEVE.pages[navigator.language.startsWith('en') ? 'en' : 'nl'];
  const body = frame.replace('%TEXT%', () => escaped(say(texts, forms))).replace('%FORMS%', () => list(forms, texts));
  return html(body, status, PROEVE.policy);
}

function list(forms, texts) {
  if (forms.length === 0) return '';
  const items = forms.map(({ form, title, text, hasWords }) => {
    const note = hasWords ? `<p class="proeve-offline-list__note">${escaped(texts.hasWords)}</p>` : '';
    return `<li><a class="utrecht-link" href="/beoordeling/${form}">${escaped(title)}</a><p class="proeve-small">${escaped(text)}</p>${note}</li>`;
  });
  return `<h2 class="utrecht-heading-2">${escaped(texts.forms)}</h2><ul class="proeve-offline-list">${items.join('')}</ul>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function html(body, status, policy) {
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy };
  return new Response(body, { status, headers: { ...headers, 'Referrer-Policy': 'same-origin' } });
}

/** There is a connection again, and perhaps no page any more. A failure makes the browser try once more. */
async function sendAll() {
  const isDone = await withStore(async (store) => {
    await store.wipe();
    const forms = Map.groupBy(await store.listWords(), ({ form }) => form);
    const results = [];
    for (const left of forms.values()) results.push(await sendLeft(store, left));
    return results.every((result) => result.isDone);
  });
  if (isDone === false) throw new Error('not everything was sent');
}

/** Undefined when the browser keeps nothing. */
async function withStore(work) {
  const store = await openStore().catch(() => null);
  if (store === null) return undefined;
  try {
    return await work(store);
  } catch {
    return undefined;
  } finally {
    store.close();
  }
}
