// What the form says about saving: a word in the header, and a sentence in the bar when there is something to know.

export function createNotice(form) {
  const notice = form.querySelector('[data-save-problem]');
  const place = notice.querySelector('[data-save-problem-text]');
  const state = document.querySelector('[data-save-state]');
  const word = state?.querySelector('[data-save-state-text]');
  const line = form.querySelector('[data-save-line]');

  function setWord(text) {
    if (word && text && word.textContent !== text) {
      word.textContent = text;
    }
  }

  /** Beside the name, where a thumb is: the header is out of sight by then. */
  function setLine(text = '') {
    if (line && line.textContent !== text) {
      line.textContent = text;
    }
  }

  return {
    saved(time) {
      state?.classList.remove('proeve-save-state--offline');
      setWord(time);
      setLine(time ? line?.dataset.template.replace('{time}', time) : '');
    },
    /** @param label short, for the header */
    offline(label) {
      state?.classList.add('proeve-save-state--offline');
      setWord(label);
      // The sentence in the bar says it.
      setLine('');
    },
    /** Nothing to worry about: it waits. */
    waiting(label) {
      setWord(label);
    },
    /** A sentence in the bar; empty takes it away. It is only said again when it changed. */
    say(text, { href = '', link = '', isGood = false } = {}) {
      if (place.dataset.said !== text) {
        place.dataset.said = text;
        place.textContent = text;
        if (href) {
          const anchor = Object.assign(document.createElement('a'), { href, className: 'utrecht-link' });
          anchor.textContent = link;
          place.append(' ', anchor);
        }
      }
      notice.classList.toggle('proeve-sticky-bar__notice--good', isGood);
      notice.hidden = text === '';
    },
    /** What could not be stored is said beside the field, and taken away when it is mended. */
    errors(errors) {
      for (const old of form.querySelectorAll('[data-autosave-error]')) {
        const control = document.getElementById(old.dataset.autosaveError);
        control?.removeAttribute('aria-invalid');
        describe(control, old.id, false);
        old.remove();
      }
      for (const { field, message } of errors) {
        addError(field, message);
      }
    },
  };
}

function addError(field, message) {
  const control = document.getElementById(field);
  if (!control?.closest('.utrecht-form-field, fieldset') || document.getElementById(`${field}-error`)) {
    return;
  }
  const error = document.createElement('p');
  error.className = 'utrecht-form-field-error-message';
  error.id = `${field}-error`;
  error.dataset.autosaveError = field;
  error.textContent = message;
  control.before(error);
  control.setAttribute('aria-invalid', 'true');
  describe(control, error.id, true);
}

/** A screen reader reads the error with its control. */
function describe(control, id, isOn) {
  if (!control) return;
  const ids = (control.getAttribute('aria-describedby') ?? '').split(' ').filter((each) => each && each !== id);
  control.setAttribute('aria-describedby', (isOn ? [id, ...ids] : ids).join(' '));
}
