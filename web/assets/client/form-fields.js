// What stands in the form, by component: what was changed since the server last had it, and on which revision it was written.

const FIELD = /^(score|justification)-/;

export function createFields(form) {
  const components = [...form.querySelectorAll('[data-component]')].map((element) => createComponent(form, element));
  const revision = form.elements.revisie;
  /** The newest revision this page knows of. */
  let newest = Number(revision.value);
  let lastAt = 0;
  for (const component of components) {
    component.base = newest;
  }

  const isChanged = (component) => component.names.some((name) => currentOf(form, name) !== component.sent[name]);
  const find = (key) => components.find((component) => component.key === key);

  /** Time of a change by the clock of the device, which may be set back while somebody types: never earlier than before. */
  function tick() {
    lastAt = Math.max(Date.now(), lastAt + 1);
    return lastAt;
  }

  function setValue(name, value) {
    const control = form.elements[name];
    if (!control) return;
    if (control instanceof RadioNodeList) {
      for (const radio of control) {
        radio.checked = radio.value === value;
      }
    } else {
      control.value = value;
    }
  }

  return {
    /** A person changed something. */
    changed: () => tick(),
    isDirty: () => components.some(isChanged),
    /** The changed components as they are to be sent, with the time of the newest change. */
    snapshot() {
      const changed = components.filter(isChanged);
      return {
        at: lastAt || tick(),
        components: changed.map(({ key, title, base, names }) => ({ key, title, base, values: valuesOf(form, names) })),
      };
    },
    /** All components, as the server has them. */
    known: () => Object.fromEntries(components.map(({ key, base, sent }) => [key, { base, values: { ...sent } }])),

    /**
     * The server has these components now.
     * @param answer `revision`; `fields`: what stands there otherwise than was sent, because somebody wrote it elsewhere
     */
    settle(sent, answer) {
      const isOnlyWriter = answer.revision <= newest + 1;
      const before = newest;
      newest = Math.max(newest, answer.revision);
      for (const component of components) {
        if (isOnlyWriter && component.base === before) component.base = answer.revision;
      }
      for (const { key, values } of sent) {
        settleComponent(find(key), values, answer);
      }
      revision.value = String(newest);
    },

    /** The server has these, beside what others wrote: only what is typed from now on is new. */
    keptAside(sent) {
      for (const { key, values } of sent) Object.assign(find(key)?.sent ?? {}, values);
    },

    /** Puts in place what this device knows to be newer, where nobody typed yet. */
    show(key, { base, values }, { isSent }) {
      const component = find(key);
      if (!component || isChanged(component)) return;
      component.base = base;
      newest = Math.max(newest, isSent ? base : newest);
      for (const name of component.names) {
        const value = values[name] ?? '';
        setValue(name, value);
        if (isSent) component.sent[name] = value;
      }
    },

    /** Words of an earlier page are this page's own from now on. */
    adoptTime(at) {
      lastAt = Math.max(lastAt, at);
    },

    /** Leaves out of a post by a button what was not changed: its revision may be an older one. */
    prune(formData) {
      const changed = components.filter(isChanged);
      for (const component of components) {
        if (!changed.includes(component) && !component.hasErrors()) {
          for (const name of component.names) formData.delete(name);
        }
      }
      const posted = changed.length > 0 ? changed : components;
      formData.set('revisie', String(Math.min(newest, ...posted.map(({ base }) => base))));
      formData.set('toestel', new Date(lastAt || Date.now()).toISOString());
      formData.set('verzonden', new Date().toISOString());
    },
  };

  function settleComponent(component, values, answer) {
    if (!component) return;
    const others = component.names.filter((name) => Object.hasOwn(answer.fields ?? {}, name));
    const isTyping = others.some((name) => currentOf(form, name) !== values[name]);
    Object.assign(component.sent, values);
    // Typed over meanwhile: it stays written on the old revision, so that the next save shows both.
    if (isTyping) return;
    component.base = answer.revision;
    for (const name of others) {
      setValue(name, answer.fields[name]);
      component.sent[name] = answer.fields[name];
    }
  }
}

function createComponent(form, element) {
  const controls = [...element.querySelectorAll('input, textarea')].filter(({ name }) => FIELD.test(name));
  const names = [...new Set(controls.map(({ name }) => name))];
  return {
    key: element.id,
    title: element.querySelector('h2')?.textContent ?? '',
    names,
    base: 0,
    sent: valuesOf(form, names, true),
    hasErrors: () => element.querySelector('[aria-invalid="true"], [data-autosave-error]') !== null,
  };
}

function valuesOf(form, names, isDefault = false) {
  return Object.fromEntries(names.map((name) => [name, currentOf(form, name, isDefault)]));
}

/** @param isDefault as the server sent it, not as the browser filled it in again after going back */
function currentOf(form, name, isDefault = false) {
  const control = form.elements[name];
  if (!(control instanceof RadioNodeList)) {
    return isDefault ? control.defaultValue : control.value;
  }
  return [...control].find((radio) => (isDefault ? radio.defaultChecked : radio.checked))?.value ?? '';
}
