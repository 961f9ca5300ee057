// Base of every page. Each part only adds to what already works without it.

/** Moves focus to the error summary, also where autofocus on a div is not honoured. */
function focusErrorSummary() {
  document.querySelector('[data-error-summary]')?.focus();
}

/** A link of the summary goes to the control itself and not only to its place on the page. */
function followSummaryLinks() {
  document.querySelector('[data-error-summary]')?.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const control = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (control) {
      event.preventDefault();
      const place = control.closest('fieldset') ?? control.closest('.utrecht-form-field') ?? control;
      place.scrollIntoView({ block: 'start' });
      control.focus({ preventScroll: true });
    }
  });
}

/** Asks before leaving with changes not sent. A script that saves by itself fires `proeve:saved` on the form. */
function guardForm(form) {
  let isDirty = false;
  form.addEventListener('input', () => {
    isDirty = true;
  });
  for (const event of ['submit', 'proeve:saved']) {
    form.addEventListener(event, () => {
      isDirty = false;
    });
  }
  window.addEventListener('beforeunload', (event) => {
    if (isDirty) {
      event.preventDefault();
    }
  });
}

/** "142 van 2.000 tekens", counted as the server does: trimmed, Unicode NFC. */
function countCharacters(textarea) {
  const counter = document.querySelector(`[data-counter-for="${CSS.escape(textarea.id)}"]`);
  const max = Number(textarea.dataset.max);
  if (!counter || !max) {
    return;
  }
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const show = () => {
    const used = [...textarea.value.normalize('NFC').trim()].length;
    counter.textContent = counter.dataset.template
      .replace('{used}', number.format(used))
      .replace('{max}', number.format(max));
    counter.classList.toggle('proeve-field-foot__over', used > max);
  };
  textarea.addEventListener('input', show);
  show();
}

/** Progress of a form of criteria: groups of radios with a choice made. */
function followProgress(progress) {
  const bar = progress.querySelector('progress');
  const text = progress.querySelector('[data-progress-text]');
  const form = progress.closest('form');
  const groups = form ? [...form.querySelectorAll('[data-criterion]')] : [];
  if (!bar || !text || groups.length === 0 || groups.length !== Number(bar.max)) {
    return;
  }
  const show = () => {
    const filled = groups.filter((group) => group.querySelector('input:checked')).length;
    bar.value = filled;
    text.textContent = text.dataset.template.replace('{filled}', filled).replace('{total}', groups.length);
  };
  form.addEventListener('change', show);
  show();
}

/** The dashed box around a file field lights up while a file hangs over it; dropping on it fills the field. */
function acceptDrops(zone) {
  const input = zone.querySelector('input[type="file"]');
  const setOver = (isOver) => zone.classList.toggle('proeve-file--over', isOver);
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    setOver(true);
  });
  zone.addEventListener('dragleave', () => setOver(false));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length > 0) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
}

/** The menu of a phone closes by Escape, giving focus back, and by a tap beside it. */
function closeMenu(menu) {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  });
}

/** A folded part that holds an error or is linked to opens by itself. */
function openDetailsWithErrors() {
  for (const details of document.querySelectorAll('details:has([aria-invalid="true"])')) {
    details.open = true;
  }
}

/** A double click sends once. For a moment only: a POST that downloads leaves the page as it was. */
function preventSecondSubmit(form) {
  let sentAt = -Infinity;
  form.addEventListener('submit', (event) => {
    if (event.timeStamp - sentAt < 2000) {
      event.preventDefault();
    }
    sentAt = event.timeStamp;
  });
}

focusErrorSummary();
followSummaryLinks();
openDetailsWithErrors();
document.querySelectorAll('form[data-guard]').forEach(guardForm);
document.querySelectorAll('form[method="post"]').forEach(preventSecondSubmit);
document.querySelectorAll('textarea[data-max]').forEach(countCharacters);
document.querySelectorAll('[data-progress]').forEach(followProgress);
document.querySelectorAll('[data-drop-zone]').forEach(acceptDrops);
document.querySelectorAll('.proeve-menu').forEach(closeMenu);
