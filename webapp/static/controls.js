'use strict';
// The controls of one camera, read when the panel is opened and set when a field is changed.
(() => {
  const panel = document.querySelector('[data-controls]');
  if (!panel) return;
  const list = panel.querySelector('[data-list]');
  const says = panel.querySelector('[data-says]');
  const key = panel.querySelector('[data-key]');
  panel.hidden = false;

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /** What changes a control: gives its value to `set`. */
  function field(control, set) {
    const disabled = !control.settable || control.flags.includes('grabbed');
    if (control.type === 'boolean') {
      const box = element('input', { type: 'checkbox', checked: control.value === true, disabled });
      box.addEventListener('change', () => set(box.checked));
      return box;
    }
    if (control.menu) {
      const select = element('select', { disabled }, ...control.menu.map(entry =>
        element('option', { value: entry.number, textContent: entry.name, selected: entry.number === control.value })));
      select.addEventListener('change', () => set(control.menu.find(entry => String(entry.number) === select.value).name));
      return select;
    }
    if (control.type === 'button') {
      const button = element('button', { type: 'button', textContent: 'Press', disabled });
      button.addEventListener('click', () => set(true));
      return button;
    }
    if (control.type === 'integer' || control.type === 'integer64') {
      const number = element('input', {
        type: 'number', min: control.minimum, max: control.maximum, step: control.step || 1, value: control.value ?? '', disabled,
      });
      number.addEventListener('change', () => { if (number.value !== '') set(Number(number.value)); });
      return number;
    }
    if (!control.settable) return element('span', { textContent: `${control.type} ${(control.dimensions || []).join(' × ')}` });
    const text = element('input', { type: 'text', value: control.value ?? '', disabled });
    text.addEventListener('change', () => set(text.value));
    return text;
  }

  function show(controls) {
    const groups = new Map();
    for (const control of controls) {
      if (!groups.has(control.group)) groups.set(control.group, []);
      const changer = field(control, value => put({ [control.name]: value }));
      changer.dataset.control = control.name;
      const label = element('label', { title: `${control.name}: ${control.accepted}` },
        element('span', { textContent: control.title }), changer);
      if (control.flags.includes('inactive')) label.className = 'inactive';
      groups.get(control.group).push(label);
    }
    const focused = document.activeElement?.dataset?.control;
    list.replaceChildren(...[...groups].map(([name, labels]) =>
      element('fieldset', {}, element('legend', { textContent: name }), ...labels)));
    if (focused) list.querySelector(`[data-control="${focused}"]`)?.focus();
  }

  const say = text => {
    says.textContent = text;
    says.hidden = text === '';
  };

  async function ask(options) {
    try {
      const answer = await fetch('controls', { cache: 'no-store', ...options });
      const body = await answer.json();
      if (answer.status === 403) key.hidden = false;
      if (!answer.ok) return body.detail;
      show(body.controls);
      return '';
    } catch (unreachable) {
      return 'Perch does not answer.';
    }
  }

  async function put(values) {
    const headers = { 'Content-Type': 'application/json' };
    const typed = key.querySelector('input').value;
    if (typed) headers['X-Perch-Key'] = typed;
    const trouble = await ask({ method: 'PUT', headers, body: JSON.stringify(values) });
    if (trouble) await ask({}); // the fields go back to what is
    say(trouble);
  }

  panel.addEventListener('toggle', async () => {
    if (panel.open) say(await ask({}));
  });
})();
