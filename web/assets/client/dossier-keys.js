// From dossier to dossier by keyboard, with the keys of the queue: j to the next one, k to the one before. The links work without.

import { areKeysOff, isForUs } from './keys.js';

const links = new Map([...document.querySelectorAll('[data-neighbour]')].map((link) => [link.dataset.neighbour, link]));

if (!areKeysOff()) {
  for (const [key, link] of links) {
    link.setAttribute('aria-keyshortcuts', key);
    link.querySelector('kbd').hidden = false;
  }
  document.addEventListener('keydown', (event) => {
    // A key that is held down does not run through the list.
    if (!isForUs(event) || event.repeat || !links.has(event.key)) return;
    event.preventDefault();
    links.get(event.key).click();
  });
}
