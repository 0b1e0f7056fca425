// The controls of one camera, read when the panel opens and set when a field changes; grouped as by the driver.

import { t } from './page/tongue.js';

const panel = document.querySelector('[data-controls]');
const list = panel.querySelector('[data-list]');
const says = panel.querySelector('[data-says]');
const key = panel.querySelector('[data-key]');
panel.hidden = false;

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const whole = control => control.type === 'integer' || control.type === 'integer64';

/** Makes the element that changes a control; it passes the value to `set`. */
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
    const button = element('button', { type: 'button', textContent: t('Press'), disabled });
    button.addEventListener('click', () => set(true));
    return button;
  }
  if (whole(control)) {
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

/** Makes a slider beside a number: the camera follows it while it is dragged, one change after the other. */
function slider(control, number) {
  const range = element('input', {
    type: 'range', min: control.minimum, max: control.maximum, step: control.step || 1, value: control.value ?? control.minimum, disabled: number.disabled,
  });
  range.setAttribute('aria-label', `${control.title}, ${t('slider')}`);
  let sending = false;
  let outcome;
  const follow = async () => {
    let trouble;
    sending = true;
    for (let sent; sent !== range.value;) {
      sent = range.value;
      trouble = await send({ [control.name]: Number(sent) }, () => {});
      if (trouble) {
        await refused(trouble);
        break;
      }
    }
    sending = false;
    return trouble;
  };
  range.addEventListener('input', () => {
    number.value = range.value;
    if (!sending) outcome = follow();
  });
  range.addEventListener('change', async () => {
    if (!await outcome) say(await ask({}));
  });
  return range;
}

/** Makes the button that sets the driver's default, for a control with another value. */
function reset(control, set) {
  const button = element('button', { type: 'button', className: 'reset', textContent: '↺', title: `${t('Reset')}: ${control.default}` });
  button.setAttribute('aria-label', `${t('Reset')} ${control.title}`);
  button.addEventListener('click', () => set(control.menu?.find(entry => entry.number === control.default)?.name ?? control.default));
  return button;
}

const changed = control => control.settable && control.default !== undefined && control.default !== null
  && control.value !== undefined && control.value !== null && control.value !== control.default && control.type !== 'button';

function row(control) {
  const set = value => put({ [control.name]: value });
  const changer = field(control, set);
  changer.dataset.control = control.name;
  const why = !control.settable ? t('read only') : control.flags.includes('grabbed') ? t('in use by the stream') : control.flags.includes('inactive') ? t('without effect now') : '';
  const title = element('span', { textContent: control.title }, ...(why ? [element('small', { textContent: ` ${why}` })] : []));
  const label = element('label', { title: `${control.name}: ${control.accepted}` }, title, changer);
  const made = element('div', { className: control.flags.includes('inactive') ? 'control inactive' : 'control' }, label);
  const spread = control.maximum - control.minimum;
  if (whole(control) && control.settable && spread > 0 && spread <= 100000) made.append(slider(control, changer));
  if (changed(control)) made.append(reset(control, set));
  return made;
}

/** Returns the lines of perch.yml that set these values at each start. */
function lines(controls) {
  const different = controls.filter(changed).map(control => {
    const value = control.menu?.find(entry => entry.number === control.value)?.name ?? control.value;
    return `      ${control.name}: ${typeof value === 'string' ? JSON.stringify(value) : value}`;
  });
  if (!different.length) return [];
  return [element('p', { className: 'note', textContent: t('Lines for perch.yml') }), element('pre', { tabIndex: 0, textContent: ['    controls:', ...different].join('\n') })];
}

function show(controls) {
  const groups = new Map();
  for (const control of controls) {
    if (!groups.has(control.group)) groups.set(control.group, []);
    groups.get(control.group).push(row(control));
  }
  const focused = document.activeElement?.dataset?.control;
  list.replaceChildren(...[...groups].map(([name, rows]) =>
    element('fieldset', {}, element('legend', { textContent: name }), ...rows)), ...lines(controls));
  if (focused) list.querySelector(`[data-control="${focused}"]`)?.focus();
}

function say(text) {
  says.textContent = text;
  says.hidden = text === '';
}

async function ask(options, use = show) {
  try {
    const answer = await fetch('controls', { cache: 'no-store', ...options });
    const body = await answer.json();
    if (answer.status === 403) key.hidden = false;
    if (!answer.ok) return body.detail;
    use(body.controls);
    return '';
  } catch (unreachable) {
    return t('Perch does not answer; nothing was changed.');
  }
}

function send(values, use) {
  const headers = { 'Content-Type': 'application/json' };
  const typed = key.querySelector('input').value;
  if (typed) headers['X-Perch-Key'] = typed;
  return ask({ method: 'PUT', headers, body: JSON.stringify(values) }, use);
}

async function put(values) {
  const trouble = await send(values, show);
  if (trouble) await refused(trouble);
  else say('');
}

/** Resets the fields to the actual values. */
async function refused(trouble) {
  await ask({});
  say(trouble);
}

panel.addEventListener('toggle', async () => {
  if (panel.open) say(await ask({}));
});
