// Moving about on the form: jumps to what is open, keys, and what the buttons do without a connection.

/** A place on this screen needs no trip to the server. */
export function followJumps(form) {
  const list = form.querySelector('[data-open]');
  list.addEventListener('click', (event) => {
    const control = document.getElementById(event.target.closest('[data-jump]')?.dataset.jump ?? '');
    if (control) {
      event.preventDefault();
      list.open = false;
      goTo(control);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && list.open) {
      list.open = false;
      list.querySelector('summary').focus();
    }
  });
  document.addEventListener('click', (event) => {
    if (!list.contains(event.target)) {
      list.open = false;
    }
  });
  // A link to a field, from the check page: the field itself takes focus.
  const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (linked && form.contains(linked)) {
    goTo(linked);
  }
}

function goTo(control) {
  const place = control.closest('fieldset, .utrecht-form-field') ?? control;
  place.scrollIntoView({ block: 'center' });
  const checked = place.querySelector('input:checked');
  (checked ?? control).focus({ preventScroll: true });
}

/** On a criterion: o, v, g choose and go on; arrows up and down move. Left and right stay the browser's own. */
export function followKeys(form) {
  const criteria = [...form.querySelectorAll('[data-criterion]')];
  const help = form.querySelector('[data-keys-help]');
  if (help && matchMedia('(hover: hover) and (pointer: fine)').matches) {
    help.hidden = false;
  }
  const focusOn = (criterion) => {
    const control = criterion && (criterion.querySelector('input:checked') ?? criterion.querySelector('input'));
    if (control) {
      criterion.scrollIntoView({ block: 'nearest' });
      control.focus();
    }
  };
  form.addEventListener('keydown', (event) => {
    const criterion = event.target.closest('[data-criterion]');
    if (!criterion || event.target.type !== 'radio' || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const index = criteria.indexOf(criterion);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = criterion.querySelector(`input[value="${CSS.escape(event.key.toUpperCase())}"]`);
    if (step) {
      event.preventDefault();
      focusOn(criteria[index + step]);
    } else if (choice && /^[ovg]$/i.test(event.key)) {
      event.preventDefault();
      choice.checked = true;
      choice.dispatchEvent(new Event('input', { bubbles: true }));
      choice.dispatchEvent(new Event('change', { bubbles: true }));
      choice.focus();
    }
  });
}

/**
 * Every button posts the form. Without a connection what needs none goes on in the copy on this device, where the whole form
 * is, and the rest says that it has to wait, before it is tried.
 */
export function followButtons(form, { saver, notice, texts }) {
  form.addEventListener('submit', (event) => {
    if (!saver.isOffline()) {
      saver.submitted();
      return;
    }
    event.preventDefault();
    void moveOffline(form, event.submitter?.value ?? '', { saver, notice, texts });
  });
}

async function moveOffline(form, action, { saver, notice, texts }) {
  const state = await saver.keep();
  saver.now();
  const place = placeAfter(form, action);
  if (action === 'opslaan') {
    notice.say(texts.device[state]);
  } else if (state === 'kept' && place !== '' && navigator.serviceWorker?.controller) {
    location.assign(place);
  } else {
    notice.say(action === 'controleren' ? texts.device.finishNeeds : texts.device.needs);
  }
}

/** Where the copy on the device has what a button asks for; empty: nowhere. */
function placeAfter(form, action) {
  const step = Number(form.elements.stap.value);
  const all = `${form.getAttribute('action')}?weergave=alles`;
  if (form.dataset.kept === 'true') return '';
  if (action === 'volgende') return `${all}#stap-${step + 1}`;
  if (action === 'vorige') return `${all}#stap-${Math.max(1, step - 1)}`;
  if (action === 'alles') return all;
  return action.startsWith('naar:') ? `${all}#${action.slice(5)}` : '';
}
