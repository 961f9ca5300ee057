// Notes that could not be sent yet wait on the device, encrypted with the key of the link as the words of the form are.

import { openStore } from './device-store.js';

/**
 * @param where what the form says of itself (`data-offline`)
 * @returns null in a browser that keeps nothing
 */
export async function openNoteDevice(where) {
  const store = await openStore().catch(() => null);
  if (store === null) return null;
  const place = { form: where.form, link: where.link, until: where.until + performance.timeOrigin - where.now };
  let queue = Promise.resolve();
  let newest = null;

  /** One after the other, so that removing never overtakes keeping. @returns false when the device does not keep it */
  function inOrder(work) {
    const done = queue.then(work).then(
      () => true,
      () => false,
    );
    queue = done;
    return done;
  }

  return {
    /** Who types faster than the device writes has the newest words written only. */
    keep(note) {
      newest = note;
      return inOrder(async () => {
        const isOvertaken = newest !== note && newest.id === note.id;
        if (!isOvertaken) await store.keepNote(place, { id: note.id, at: note.at, note });
      });
    },
    drop: ({ id, at }) => inOrder(() => store.dropNote(id, at)),
    async list() {
      await queue;
      return (await store.listNotes(where.form).catch(() => [])).map(({ note }) => note);
    },
  };
}
