// A link to the camera for somebody who has no name here.

import { change } from './operator.js';
import { t } from './tongue.js';

const DAY_SECONDS = 86400;

/** Makes a link that is valid for a day, and shows it for copying. @returns what went wrong; undefined if nothing did */
export function share(root) {
  return change('POST', 'links', { seconds: DAY_SECONDS }, ({ path, ends }) => {
    const home = new URL(root || './', document.baseURI).href.replace(/\/~[^/]*\.[^/]*\/$/, '/'); // this page may have come by a link itself
    const address = new URL(path, home).href;
    const dialog = document.createElement('dialog');
    const form = Object.assign(document.createElement('form'), { method: 'dialog' });
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { readOnly: true, value: address });
    input.dataset.link = '';
    label.append(t('Who has this link sees the camera until {time}.', { time: new Date(ends).toLocaleString() }), input);
    const copy = Object.assign(document.createElement('button'), { type: 'button', textContent: t('Copy') });
    copy.addEventListener('click', () => {
      input.select();
      copy.textContent = document.execCommand('copy') ? t('Copied') : t('Press Ctrl+C'); // the clipboard API is for https only
    });
    const buttons = Object.assign(document.createElement('div'), { className: 'row' });
    buttons.append(copy, Object.assign(document.createElement('button'), { textContent: t('Close') }));
    form.append(label, buttons);
    dialog.append(form);
    dialog.setAttribute('aria-label', t('Share a link'));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}
