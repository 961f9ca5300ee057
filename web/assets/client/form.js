// The examiner's form: saves as one goes, keeps progress and "required" up to date, keys O, V and G, and goes on without a
// connection. Without it every button of the form saves all the same.

import { createFields } from './form-fields.js';
import { followButtons, followJumps, followKeys } from './form-moves.js';
import { createNotice } from './form-notice.js';
import { createProgress } from './form-progress.js';
import { createSaver } from './form-saver.js';

const form = document.querySelector('form[data-autosave]');
if (form) {
  start(form, JSON.parse(form.dataset.texts));
}

function start(form, texts) {
  const where = { ...JSON.parse(form.dataset.offline), address: form.dataset.autosave };
  const isCopy = form.dataset.kept === 'true';
  const fields = createFields(form);
  const notice = createNotice(form);
  const progress = createProgress(form, texts);
  const device = createDeviceDoor();
  const saver = createSaver({ form, where, fields, notice, device, texts });
  form.addEventListener('input', (event) => {
    progress.show();
    saver.changed(event.target.type === 'radio');
  });
  form.addEventListener('proeve:progress', () => progress.show());
  followJumps(form);
  followKeys(form);
  followButtons(form, { saver, notice, texts });
  progress.show();
  const begin = () => void device.begin({ form, where, isCopy, fields, notice, progress, saver, texts });
  if (isCopy) begin();
  else afterUsable(begin);
}

/** The form comes first; what keeps it for later comes after. */
function afterUsable(then) {
  const later = () => (window.requestIdleCallback ?? setTimeout)(then, { timeout: 2000 });
  if (document.readyState === 'complete') later();
  else window.addEventListener('load', later, { once: true });
}

/** Everything about the device is a module of its own, fetched when the form is usable, and again when that failed. */
function createDeviceDoor() {
  let opened = null;
  let context = null;

  function open() {
    opened ??= import('./form-device.js')
      .then(({ openDevice }) => openDevice(context))
      .catch(() => {
        opened = null;
        return null;
      });
    return opened;
  }

  /** Nothing is asked of the device before the form is usable. */
  const ask =
    (name, otherwise) =>
    async (...values) => {
      const device = context === null ? null : await open();
      return device === null ? otherwise : device[name](...values);
    };

  return {
    async begin(given) {
      context = given;
      await open();
    },
    keep: ask('keep', 'none'),
    drop: ask('drop'),
    remember: ask('remember'),
    refused: ask('refused'),
    askForSync: ask('askForSync'),
  };
}
