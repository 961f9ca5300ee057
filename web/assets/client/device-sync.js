// Sends what an earlier page left on the device, in order, each under the name of the page that wrote it: sending the same
// again changes nothing over there.

import { fetchCopy, postWords } from './form-post.js';

const PATIENCE_MS = 30_000;

/**
 * @param left rows of `store.listWords`
 * @param token to post with; empty: one is fetched
 * @returns `isDone` false when some could not be sent now; `revision` of the newest save; `isOver` when the form was withdrawn
 */
export async function sendLeft(store, left, token = '') {
  const result = { isDone: true, revision: 0, hasConflict: false };
  let current = token;
  for (const row of left) {
    let outcome = current === '' ? { kind: 'token' } : await postWords(row.words, current, patience());
    if (outcome.kind === 'token') {
      const copy = await fetchCopy(row.words.copy, patience().signal);
      current = copy.token ?? '';
      outcome = copy.kind === 'page' ? await postWords(row.words, current, patience()) : copy;
    }
    await settle(store, row, outcome, result);
    if (!result.isDone) break;
  }
  return result;
}

async function settle(store, row, { kind, answer }, result) {
  if (kind === 'saved' || kind === 'conflict') {
    result.revision = Math.max(result.revision, answer.revision);
    result.hasConflict ||= kind === 'conflict';
    // What the server could not take is kept, to be seen.
    if (!answer.notTaken) await store.dropWords(row.id, row.at);
  } else if (kind === 'refused') {
    if (answer?.isOver) await store.forget(row.form);
    else await store.forget(row.form, { keepsWords: answer?.isKept !== true });
  } else {
    result.isDone = false;
  }
}

function patience() {
  return { signal: AbortSignal.timeout(PATIENCE_MS) };
}
