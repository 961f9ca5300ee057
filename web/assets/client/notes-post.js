// Posts the forms of the page of notes and reads the answer, which is that page.

/** What an answer says about trying again. */
const SIGNED_OUT = [401, 403];
const NEVER = [404, 409, 410, 413];

/**
 * @param list address of the page of notes
 * @returns `page` when it was kept; `error`: what the server says must be mended; `isOver`: the link must be opened again;
 * `isRefused`: never; none of them: try again
 */
export async function post(address, body, list) {
  const answer = await send(address, body);
  if (!answer.isOver) return answer;
  // The page may be older than its token, as a copy on the device is.
  const token = (await load(list))?.querySelector('[name="_csrf"]')?.value;
  if (!token || token === body.get('_csrf')) return answer;
  body.set('_csrf', token);
  return send(address, body);
}

async function send(address, body) {
  try {
    const response = await fetch(address, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      headers: { Accept: 'text/html' },
    });
    const page = parse(await response.text());
    const hasList = page.querySelector('[data-note-list]') !== null;
    const isChangeRefused = response.status === 422 && page.querySelector('#notitie-wijzigen-error') !== null;
    if (hasList && (response.ok || isChangeRefused)) return { page };
    const error = page.querySelector('[data-error-summary] li')?.textContent.trim();
    if (response.status === 422 && error) return { error };
    return { isOver: SIGNED_OUT.includes(response.status), isRefused: NEVER.includes(response.status) };
  } catch {
    return {};
  }
}

/** The page of notes, or null. */
export async function load(address) {
  try {
    const response = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'text/html' } });
    const page = parse(await response.text());
    return response.ok && page.querySelector('[data-note-list]') ? page : null;
  } catch {
    return null;
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, 'text/html');
}
