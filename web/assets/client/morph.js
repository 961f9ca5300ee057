// Brings a part of the page up to date with fresh HTML, touching only what differs: ticks, focus, open details, what is typed and
// the place on the page stay. Elements with the same id or data-live-key are the same; others go by their order.

/** What a person did since the page came; the server does not know it. */
const THEIRS = new Set(['checked', 'open', 'selected']);

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE
    ? (node.dataset.liveKey ?? (node.id === '' ? undefined : node.id))
    : undefined;
}

function isSameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

function morphAttributes(current, fresh) {
  for (const { name } of [...current.attributes]) {
    if (!fresh.hasAttribute(name) && !THEIRS.has(name)) current.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!THEIRS.has(name) && current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
}

function morphNode(current, fresh) {
  if (current.nodeType !== Node.ELEMENT_NODE) {
    if (current.nodeValue !== fresh.nodeValue) current.nodeValue = fresh.nodeValue;
    return;
  }
  if (current.isEqualNode(fresh)) return;
  morphAttributes(current, fresh);
  morphChildren(current, fresh);
}

/** Makes the children of one element those of another. @param fresh is used up */
export function morphChildren(current, fresh) {
  const keyed = new Map(
    [...current.children].map((child) => [keyOf(child), child]).filter(([key]) => key !== undefined),
  );
  let at = current.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    const match = key === undefined ? at : keyed.get(key);
    if (match && isSameKind(match, next)) {
      if (match === at) at = at.nextSibling;
      else current.insertBefore(match, at);
      morphNode(match, next);
    } else {
      current.insertBefore(document.adoptNode(next), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}
