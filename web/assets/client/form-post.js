// One save over the wire, by a page or by the service worker, and what came of it.

/** Name of the hidden field that proves where a post comes from. */
const TOKEN = /name="_csrf" value="([^"]+)"/;
const GONE = [409, 410];
/** Seconds to wait when a busy server does not say. */
const BUSY_SECONDS = 10;

/**
 * @param words `{ address, writer, at, components: [{ key, base, values }] }`; `at` is when the newest was typed, device clock
 * @returns `kind`: `saved`, `conflict`, `refused` (never again), `signedOut`, `token` (get a new one), `busy` (`seconds`),
 * or `offline`; `answer` is what the server said
 */
export async function postWords(words, token, { signal, keepalive = false } = {}) {
  try {
    const response = await fetch(words.address, {
      method: 'POST',
      body: bodyOf(words),
      credentials: 'same-origin',
      headers: { Accept: 'application/json', 'X-CSRF-Token': token },
      signal,
      keepalive,
    });
    return await outcomeOf(response);
  } catch {
    // No network, too slow, or a network that answers for us with a page of its own.
    return { kind: 'offline' };
  }
}

async function outcomeOf(response) {
  const { status } = response;
  if (status === 401) return { kind: 'signedOut' };
  if (status === 403) return { kind: 'token' };
  if (GONE.includes(status)) return { kind: 'refused', answer: await response.json() };
  if (!response.ok) return { kind: 'busy', seconds: secondsOf(response) };
  const answer = await response.json();
  return { kind: answer.conflict ? 'conflict' : 'saved', answer };
}

function secondsOf(response) {
  return Math.min(60, Number(response.headers.get('Retry-After')) || BUSY_SECONDS);
}

/** The lowest revision: the server passes over what this very page saved since. */
export function bodyOf({ writer, at, components }) {
  const body = new URLSearchParams({
    revisie: String(Math.min(...components.map(({ base }) => base))),
    schrijver: writer,
    toestel: new Date(at).toISOString(),
    verzonden: new Date().toISOString(),
  });
  for (const { values } of components) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== '' || name.startsWith('justification-')) {
        body.append(name, value);
      }
    }
  }
  return body;
}

/**
 * The form as the server has it, to keep on the device, and a token to post with.
 * @returns `kind`: `page` (`html`, `token`, `response`), `refused` (`answer`), `signedOut`, `busy` or `offline`
 */
export async function fetchCopy(address, signal) {
  try {
    const response = await fetch(address, { credentials: 'same-origin', signal });
    if (response.status === 401) return { kind: 'signedOut' };
    if (GONE.includes(response.status)) return { kind: 'refused', answer: await response.json() };
    if (!response.ok) return { kind: 'busy', seconds: secondsOf(response) };
    const html = await response.text();
    const token = TOKEN.exec(html)?.[1];
    return token ? { kind: 'page', html, token, response } : { kind: 'offline' };
  } catch {
    return { kind: 'offline' };
  }
}
