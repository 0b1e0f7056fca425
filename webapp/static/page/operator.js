// Changes that only an operator may make: tried without a key first, then with the one that somebody types.

import { t } from './tongue.js';

const KEY = 'perch.key'; // stored while the tab is open

function remembered() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch (keepsNothing) {
    return '';
  }
}

function remember(key) {
  try {
    sessionStorage.setItem(KEY, key);
  } catch (keepsNothing) {
    // the key is asked for again
  }
}

/** Asks for the key; resolves to nothing when the dialog is closed. */
function askForKey(why) {
  const dialog = document.createElement('dialog');
  const form = Object.assign(document.createElement('form'), { method: 'dialog' });
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'password', autocomplete: 'off', required: true });
  const buttons = Object.assign(document.createElement('div'), { className: 'row' });
  const cancel = Object.assign(document.createElement('button'), { type: 'button', textContent: t('Leave it') });
  label.append(t("Operator's key"), input);
  buttons.append(Object.assign(document.createElement('button'), { textContent: t('Go on') }), cancel);
  form.append(Object.assign(document.createElement('p'), { textContent: why }), label, buttons);
  dialog.append(form);
  document.body.append(dialog);
  dialog.setAttribute('aria-label', t("Operator's key"));
  return new Promise(resolve => {
    cancel.addEventListener('click', () => dialog.close());
    form.addEventListener('submit', () => dialog.close(input.value));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

/**
 * Sends a change.
 *
 * @param {function} [got] gets the answer
 * @returns {Promise<string|undefined>} why it was not made, empty if somebody closed the dialog; undefined if it was made
 */
export async function change(method, address, body, got = () => {}) {
  for (let key = remembered(); ;) {
    const headers = { 'Content-Type': 'application/json' };
    if (key) headers['X-Perch-Key'] = key;
    let answer;
    try {
      answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    } catch (unreachable) {
      return t('Perch does not answer; nothing was changed.');
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      got(told);
      return undefined;
    }
    if (answer.status !== 403) return told.detail ?? answer.statusText;
    key = await askForKey(told.detail ?? '');
    if (!key) return '';
    remember(key);
  }
}
