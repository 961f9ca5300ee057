// A form that takes nothing any more: what this device kept of it goes, but words that never arrived are shown first.

import { openStore } from './device-store.js';

const section = document.querySelector('[data-unsent]');
if (section) {
  void clear(section);
}

async function clear(section) {
  const { form, isOver } = JSON.parse(section.dataset.unsent);
  const store = await openStore().catch(() => null);
  if (store === null) return;
  await store.forget(form, { keepsWords: !isOver });
  const left = await store.listWords(form);
  const texts = left.flatMap(({ words }) => words.components.flatMap(textsOf));
  if (texts.length === 0) {
    await store.forget(form);
    return;
  }
  const place = section.querySelector('[data-unsent-words]');
  for (const text of texts) {
    place.append(Object.assign(document.createElement('p'), { className: 'proeve-words', textContent: text }));
  }
  section.hidden = false;
  section.querySelector('[data-unsent-remove]').addEventListener('click', async () => {
    await store.forget(form);
    section.hidden = true;
  });
}

/** What was typed; a choice alone is one click to do again. */
function textsOf({ title, values }) {
  const texts = Object.entries(values).filter(([name, value]) => name.startsWith('justification-') && value.trim());
  return texts.map(([, value]) => `${title}: ${value}`);
}
