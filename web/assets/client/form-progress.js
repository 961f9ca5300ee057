// Progress, what is still open, and why a justification is needed: kept up to date while somebody fills in.

/** Said aloud this long after the last change of the number, and never at each key. */
const SAY_AFTER_MS = 1500;

export function createProgress(form, texts) {
  const criteria = [...form.querySelectorAll('[data-criterion]')];
  const components = [...form.querySelectorAll('[data-component]')];
  const bar = form.querySelector('[data-progress] progress');
  const label = form.querySelector('[data-progress-text]');
  const said = form.querySelector('[data-progress-said]');
  const list = form.querySelector('[data-open]');
  const items = new Map([...form.querySelectorAll('[data-open-item]')].map((item) => [item.dataset.openItem, item]));
  const isFilled = (criterion) => criterion.querySelector('input:checked') !== null;
  let timer = 0;
  let shown = -1;

  function showItem(field, isDone) {
    const item = items.get(field);
    if (item) {
      item.hidden = isDone;
    }
  }

  function say(done) {
    const isFirst = shown === -1;
    if (done === shown) return;
    shown = done;
    clearTimeout(timer);
    if (!isFirst && said) {
      timer = setTimeout(() => {
        said.textContent = label.textContent;
      }, SAY_AFTER_MS);
    }
  }

  function show() {
    const done = texts.doneElsewhere + criteria.filter(isFilled).length;
    bar.value = done;
    label.textContent = label.dataset.template.replace('{filled}', done).replace('{total}', bar.max);
    say(done);
    for (const criterion of criteria) {
      showItem(criterion.querySelector('input').name, isFilled(criterion));
    }
    for (const component of components) {
      showRequired(component, texts, showItem);
    }
    const open = [...items.values()].filter((item) => !item.hidden).length;
    list.hidden = open === 0;
    list.querySelector('[data-open-text]').textContent = texts.open.replace('{count}', open);
  }

  return { show };
}

function showRequired(component, texts, showItem) {
  const textarea = component.querySelector('textarea');
  const notice = component.querySelector('[data-notice-for]');
  if (!textarea || !notice) {
    return;
  }
  const count = (score) => component.querySelectorAll(`input[value="${score}"]:checked`).length;
  const given = { O: count('O'), G: count('G') };
  if (texts.policy === 'og') {
    const key = given.O && given.G ? 'both' : given.O ? 'O' : given.G ? 'G' : '';
    const text = key ? texts.required[key].replace('{O}', given.O).replace('{G}', given.G) : '';
    notice.hidden = text === '';
    const place = notice.querySelector('[data-notice-text]');
    if (place.textContent !== text) {
      place.textContent = text;
    }
  }
  const isRequired = texts.policy === 'all' || (texts.policy === 'og' && given.O + given.G > 0);
  showItem(textarea.name, !isRequired || textarea.value.trim() !== '');
}
