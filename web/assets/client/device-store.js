// What a device keeps of forms, for when there is no connection. Used by pages and by the service worker.
//
// 1. Every text is encrypted (AES-GCM) with a key that belongs to the link and that no script can read out. The key lives
//    here, not in the session: who signs on again by the mail still has the words.
// 2. In the clear are only random ids, instants and addresses of static files.
// 3. A page lives as long as its link; words that were not sent yet wait a while longer, because a new link may come.

import { openDB } from './idb.js';

const NAME = 'proeve-device';
const VERSION = 1;
/** How long unsent words outlive their link, in milliseconds. */
const GRACE_MS = 14 * 86_400_000;

/**
 * @returns the store of this browser
 * @throws {Error} the browser keeps nothing (private window, switched off)
 */
export async function openStore() {
  const database = await openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore('keys', { keyPath: 'link' });
      for (const [name, keyPath] of [
        ['pages', 'form'],
        ['known', 'form'],
        ['words', 'id'],
        ['notes', 'id'],
      ]) {
        db.createObjectStore(name, { keyPath });
      }
      db.createObjectStore('settings');
    },
    // A newer version of this page waits in another tab.
    blocking: (_current, _blocked, event) => event.target.close(),
  });
  return createStore(database);
}

function createStore(database) {
  async function keyOf(link) {
    return database.get('keys', link);
  }

  async function makeKey(link) {
    const known = await keyOf(link);
    if (known) return known;
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    return { link, id: crypto.randomUUID(), key };
  }

  async function seal(store, { form }, { key }, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt(algorithm(iv, store, form), key, encode(value)) };
  }

  /**
   * Keeps a row with the key that it was sealed with, both or neither: another tab may make a key for the same link, or clear
   * up the one that nothing used yet.
   */
  async function put(name, place, row, value, item) {
    const key = await makeKey(place.link);
    const sealed = await seal(name, place, key, value);
    const full = { ...place, ...row, sealed, ...(item && { item: await seal(name, place, key, item) }) };
    const transaction = database.transaction(['keys', name], 'readwrite');
    const keys = transaction.objectStore('keys');
    const known = await keys.get(place.link);
    const isOurs = known === undefined || known.id === key.id;
    if (isOurs) {
      await keys.put(key);
      await transaction.objectStore(name).put(full);
    }
    await transaction.done;
    if (!isOurs) await put(name, place, row, value, item);
  }

  /** Undefined when the key is gone: then nobody reads it any more. */
  async function unseal(store, { form, link }, sealed) {
    const key = (await keyOf(link))?.key;
    if (!key || !sealed) {
      return undefined;
    }
    try {
      return decode(await crypto.subtle.decrypt(algorithm(sealed.iv, store, form), key, sealed.data));
    } catch {
      return undefined;
    }
  }

  async function read(store, row) {
    const value = row && (await unseal(store, row, row.sealed));
    return value === undefined ? null : value;
  }

  async function wordRows(form, name = 'words') {
    const rows = await database.getAll(name);
    return rows.filter((row) => form === undefined || row.form === form).sort((a, b) => a.at - b.at);
  }

  /** A key without anything left to read goes too. */
  async function dropUnusedKeys() {
    const stores = ['pages', 'known', 'words', 'notes'];
    const transaction = database.transaction(['keys', ...stores], 'readwrite');
    const rows = await Promise.all(stores.map((name) => transaction.objectStore(name).getAll()));
    const used = new Set(rows.flat().map((row) => row.link));
    const keys = transaction.objectStore('keys');
    for (const link of await keys.getAllKeys()) {
      if (!used.has(link)) {
        await keys.delete(link);
      }
    }
    await transaction.done;
  }

  async function drop(name, id, at) {
    const transaction = database.transaction(name, 'readwrite');
    const row = await transaction.store.get(id);
    if (row && row.at <= at) {
      await transaction.store.delete(id);
    }
    await transaction.done;
  }

  const store = {
    /** @param place `form`, `link`, `until` (device clock, ms) @param copy `revision`, `lang`, `assets`, `page`, `item` */
    async keepPage(place, { revision, lang, assets, page, item }) {
      await put('pages', place, { revision, lang, assets }, page, item);
    },

    /** Whether this form is here, without reading it. */
    async hasPage(form) {
      return isAlive(await database.get('pages', form));
    },

    /** @returns `{ revision, link, until, lang, assets, page }` or null */
    async findPage(form) {
      const row = await database.get('pages', form);
      const page = isAlive(row) ? await read('pages', row) : null;
      if (!page) return null;
      const { revision, link, until, lang, assets } = row;
      return { revision, link, until, lang, assets, page };
    },

    /** The forms that are here, with what a list says of them. */
    async listPages() {
      const rows = (await database.getAll('pages')).filter(isAlive);
      const unsent = new Set((await wordRows()).map(({ form }) => form));
      const items = await Promise.all(rows.map((row) => unseal('pages', row, row.item)));
      return rows.flatMap((row, index) =>
        items[index] ? [{ form: row.form, hasWords: unsent.has(row.form), ...items[index] }] : [],
      );
    },

    /** Addresses of static files that kept pages need. */
    async assetsInUse() {
      return new Set((await database.getAll('pages')).flatMap(({ assets }) => assets));
    },

    /** What this device knows the server to have, newer than the kept page: `{ [component]: { base, values } }`. */
    async known(form) {
      return (await read('known', await database.get('known', form))) ?? {};
    },

    async keepKnown(place, known) {
      await put('known', place, {}, known);
    },

    /** Words that were not sent yet. @param row `id` (the page that wrote them), `at` (device clock, ms) */
    async keepWords(place, { id, at, words }) {
      await put('words', place, { id, at }, words);
    },

    /** Words of a form, or of all forms, oldest first: `{ id, form, link, at, words }`. */
    async listWords(form) {
      const rows = await wordRows(form);
      const words = await Promise.all(rows.map((row) => read('words', row)));
      return rows.flatMap(({ id, form: of, link, at }, index) =>
        words[index] ? [{ id, form: of, link, at, words: words[index] }] : [],
      );
    },

    /** Removes words that were sent, unless newer ones took their place meanwhile. */
    dropWords: (id, at) => drop('words', id, at),

    /** A note that was not sent yet. @param row `id` of the note, `at` (device clock, ms) */
    async keepNote(place, { id, at, note }) {
      await put('notes', place, { id, at }, note);
    },

    /** Notes of a form, oldest first: `{ id, link, at, note }`. */
    async listNotes(form) {
      const rows = await wordRows(form, 'notes');
      const notes = await Promise.all(rows.map((row) => read('notes', row)));
      return rows.flatMap(({ id, link, at }, index) => (notes[index] ? [{ id, link, at, note: notes[index] }] : []));
    },

    dropNote: (id, at) => drop('notes', id, at),

    /** What another link of this form left is kept under this one, so that the old key can go. */
    async takeOver(place) {
      const { form, link } = place;
      const page = await database.get('pages', form);
      if (page && page.link !== link) {
        await database.delete('pages', form);
      }
      const knownRow = await database.get('known', form);
      if (knownRow && knownRow.link !== link) {
        await database.delete('known', form);
      }
      for (const { id, at, words, link: from } of await store.listWords(form)) {
        if (from !== link) {
          await store.keepWords(place, { id, at, words });
        }
      }
      for (const { id, at, note, link: from } of await store.listNotes(form)) {
        if (from !== link) {
          await store.keepNote(place, { id, at, note });
        }
      }
      await dropUnusedKeys();
    },

    /** Removes a form from the device. @param keepsWords leaves what was not sent yet */
    async forget(form, { keepsWords = false } = {}) {
      await database.delete('pages', form);
      await database.delete('known', form);
      if (!keepsWords) {
        for (const name of ['words', 'notes']) {
          for (const { id } of await wordRows(form, name)) {
            await database.delete(name, id);
          }
        }
      }
      await dropUnusedKeys();
    },

    /** Removes what has had its time. */
    async wipe(now = Date.now()) {
      for (const [name, grace] of [
        ['pages', 0],
        ['known', 0],
        ['words', GRACE_MS],
        ['notes', GRACE_MS],
      ]) {
        const transaction = database.transaction(name, 'readwrite');
        for (let cursor = await transaction.store.openCursor(); cursor; cursor = await cursor.continue()) {
          if (cursor.value.until + grace < now) {
            await cursor.delete();
          }
        }
        await transaction.done;
      }
      await dropUnusedKeys();
    },

    setLanguage: (lang) => database.put('settings', lang, 'lang'),
    language: () => database.get('settings', 'lang'),
    close: () => database.close(),
  };
  return store;
}

/** Nothing is shown after the life of its link, also before it is wiped. */
function isAlive(row) {
  return row !== undefined && row.until > Date.now();
}

/** What is sealed for one place opens at no other. */
function algorithm(iv, store, form) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${store}/${form}`) };
}

function encode(value) {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}
