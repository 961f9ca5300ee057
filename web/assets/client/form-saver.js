// Saves as one goes: a second after the last change, on leaving, and again until it has arrived. What could not be sent is
// on the device meanwhile (device: form-device.js, loaded when the form is usable).

import { bodyOf, fetchCopy, postWords } from './form-post.js';

const SAVE_AFTER_MS = 1000;
const KEEP_AFTER_MS = 250;
const RETRY_MS = [2000, 5000, 10_000, 30_000, 60_000];
/** A request on bad reception is given up, longer each time: a slow network must get through in the end. */
const PATIENCE_MS = [10_000, 20_000, 40_000];
/** Browsers refuse a request that outlives its page when its body is larger than this (Fetch standard). */
const KEEPALIVE_BYTES = 60_000;

/**
 * @param where `address` (saving), `copy` (the form to keep), as the page says
 * @param device door to what this device keeps
 */
export function createSaver({ form, where, fields, notice, device, texts }) {
  let timer = 0;
  let keepTimer = 0;
  let failures = 0;
  let sending = null;
  /** Gives up the request that is under way. */
  let giveUp = () => undefined;
  /** Nothing is sent any more: `refused` or `conflict`. What is typed stays on the device. */
  let ended = '';
  let isSubmitted = false;
  let isOffline = false;
  let isSignedOut = false;
  let lastSign = '';

  const words = () => ({
    ...fields.snapshot(),
    address: where.address,
    copy: where.copy,
    writer: form.elements.schrijver.value,
  });
  const token = () => form.elements._csrf.value;

  function schedule(delay) {
    clearTimeout(timer);
    if (ended === '') {
      timer = setTimeout(save, delay);
    }
  }

  async function save() {
    clearTimeout(timer);
    if (sending || ended !== '' || isSubmitted) return;
    if (fields.isDirty()) {
      sending = send();
    } else if (isOffline || isSignedOut) {
      sending = reconnect();
    }
    try {
      await sending;
    } finally {
      sending = null;
    }
  }

  async function send() {
    const sent = words();
    // Written down before it is sent: whatever happens on the way, it is somewhere.
    void device.keep(sent);
    const outcome = await postWords(sent, token(), { signal: patience() });
    if (outcome.kind === 'token') return reconnect();
    await take(sent, outcome);
  }

  /** Asks for the form again: it tells whether we are connected and still let in, and gives a token that counts. */
  async function reconnect() {
    const copy = await fetchCopy(where.copy, patience());
    if (copy.kind !== 'page') return take(null, copy);
    form.elements._csrf.value = copy.token;
    isSignedOut = false;
    if (fields.isDirty()) {
      const sent = words();
      return take(sent, await postWords(sent, token(), { signal: patience() }));
    }
    connected();
    notice.say(texts.device.back, { isGood: true });
  }

  function patience() {
    const controller = new AbortController();
    giveUp = () => controller.abort();
    setTimeout(giveUp, PATIENCE_MS[Math.min(failures, PATIENCE_MS.length - 1)]);
    return controller.signal;
  }

  async function take(sent, outcome) {
    switch (outcome.kind) {
      case 'saved':
        return saved(sent, outcome.answer);
      case 'conflict':
        ended = 'conflict';
        // Both versions are kept over there; saving on would keep another one each time.
        fields.keptAside(sent.components);
        await device.drop(sent.at);
        connected();
        notice.say(texts.conflict, { href: outcome.answer.conflict, link: texts.conflictLink });
        return settled();
      case 'refused':
        return refused(outcome.answer);
      case 'signedOut':
      case 'token':
        isSignedOut = true;
        notice.offline(texts.offline);
        notice.say(await keptOr(texts.device.signedOut, texts.signedOut));
        return retry();
      case 'busy':
        failures += 1;
        if (fields.isDirty()) notice.waiting((await device.keep(words())) === 'kept' ? texts.device.waiting : '');
        return schedule(outcome.seconds * 1000 * (1 + Math.random() / 4));
      default:
        return offline();
    }
  }

  async function saved(sent, answer) {
    connected();
    fields.settle(sent.components, answer);
    notice.errors(answer.errors);
    notice.saved(answer.time);
    const isPartly = answer.errors.length > 0;
    notice.say(answer.notTaken ? texts.device.notTaken : isPartly ? texts.notStored : '');
    if (answer.notTaken) return;
    form.dispatchEvent(new CustomEvent('proeve:progress'));
    await device.remember(fields.known());
    if (fields.isDirty()) {
      schedule(SAVE_AFTER_MS);
    } else {
      await device.drop(sent.at);
      if (!isPartly) settled();
    }
  }

  async function refused(answer) {
    ended = 'refused';
    connected();
    notice.say([answer?.title, answer?.text].filter(Boolean).join('. ') || texts.refused);
    // What was withdrawn is nobody's business any more; otherwise what was not taken can still be copied.
    await device.refused({ isOver: answer?.isOver === true, isKept: answer?.isKept === true || !fields.isDirty() });
  }

  async function offline({ isCopy = false } = {}) {
    failures += 1;
    notice.offline(texts.offline);
    const isDirty = fields.isDirty();
    const text = await keptOr(isCopy && !isDirty ? texts.device.copy : texts.device.kept);
    // Said when it changes: in between, a button may have been told why it has to wait.
    if (!isOffline || text !== lastSign) notice.say(text);
    isOffline = true;
    lastSign = text;
    if (isDirty) void device.askForSync();
    retry();
  }

  /** What is true of the words now: on this device, or nowhere but on this page. */
  async function keptOr(text, otherwise) {
    const state = fields.isDirty() ? await device.keep(words()) : 'kept';
    if (state === 'kept') {
      if (fields.isDirty()) settled();
      return text;
    }
    return otherwise ?? texts.device[state];
  }

  function retry() {
    const delay = RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? RETRY_MS[0];
    schedule(delay * (1 + Math.random() / 4));
  }

  function connected() {
    const isBack = isOffline || isSignedOut;
    failures = 0;
    isOffline = false;
    isSignedOut = false;
    notice.saved('');
    if (isBack) {
      notice.say('');
      form.dispatchEvent(new CustomEvent('proeve:connected'));
    }
  }

  /** The page may go: the words are somewhere. */
  function settled() {
    form.dispatchEvent(new CustomEvent('proeve:saved'));
  }

  /** The page goes away, perhaps for good: a last save that outlives it. */
  function saveOnLeaving() {
    if (!fields.isDirty() || isSubmitted) return;
    const sent = words();
    void device.keep(sent);
    if (ended !== '' || isOffline) return;
    const fits = bodyOf(sent).toString().length < KEEPALIVE_BYTES;
    void postWords(sent, token(), { keepalive: fits }).then((outcome) =>
      // On the device already, so the next look at the form tries again.
      outcome.kind === 'offline' ? schedule(RETRY_MS[0]) : take(sent, outcome),
    );
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') saveOnLeaving();
    else schedule(0);
  });
  window.addEventListener('pagehide', saveOnLeaving);
  window.addEventListener('online', () => {
    // What hangs was sent into a network that is no more.
    giveUp();
    // A device says so before the network is really there, so the next tries come soon.
    void Promise.resolve(sending).then(() => {
      failures = 0;
      schedule(0);
    });
  });
  window.addEventListener('offline', () => {
    if (ended === '' && !sending) void offline();
  });
  window.addEventListener('pageshow', (event) => {
    isSubmitted = false;
    // Brought back by the back button: what it shows may be old.
    if (event.persisted && !fields.isDirty()) location.reload();
  });
  form.addEventListener('formdata', (event) => fields.prune(event.formData));

  return {
    /** @param isChoice a choice is saved at once with the next idle second, words after a pause */
    changed(isChoice) {
      fields.changed();
      if (isOffline || ended !== '') {
        clearTimeout(keepTimer);
        keepTimer = setTimeout(
          () => void device.keep(words()).then((state) => state === 'kept' && settled()),
          KEEP_AFTER_MS,
        );
        return;
      }
      schedule(isChoice ? SAVE_AFTER_MS / 2 : SAVE_AFTER_MS);
    },
    isOffline: () => isOffline,
    /** Tries now. */
    now: () => schedule(0),
    /** The page came from the device: it is not known yet whether there is a connection. */
    beginOffline: () => offline({ isCopy: true }),
    /** Keeps what was typed. @returns `kept`, `full` or `none` */
    keep: () => (fields.isDirty() ? device.keep(words()) : Promise.resolve('kept')),
    /** A button of the form posts everything itself. */
    submitted() {
      isSubmitted = true;
      clearTimeout(timer);
      if (fields.isDirty()) void device.keep(words());
    },
  };
}
