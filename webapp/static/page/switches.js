// What an operator switches on a camera's page, with its state: recording, privacy, and where the camera is passed on to.

import { change } from './operator.js';
import { mega } from './say.js';
import { t } from './tongue.js';

const PUSHES_MS = 4000;

export class Switches {
  #panel;
  #rows = new Map();

  /** @param {Element} panel is shown as soon as there is something to switch */
  constructor(panel) {
    this.#panel = panel;
    if (panel.hasAttribute('data-pushed')) this.#watchPushes();
  }

  /** What /stats tells of the camera and of its recordings. */
  tell(camera, recorder) {
    if (recorder) {
      const state = [t(recorder.state), recorder.reason, recorder.fileBytes ? `${mega(recorder.fileBytes)} MB` : ''].filter(Boolean).join(' · ');
      this.#row('recording', t('Recording'), state, recorder.wanted, on => change('PUT', 'recording', { recording: on }));
    }
    if (camera.privacy) {
      const { private: on, reason, switched } = camera.privacy;
      const state = on ? [t('private'), reason, switched ? '' : t('by the configuration')].filter(Boolean).join(' · ') : t('shown to those who may watch');
      this.#row('privacy', t('Privacy'), state, on, wanted => change('PUT', 'privacy', { private: wanted }));
    }
  }

  async #watchPushes() {
    if (!document.hidden) {
      try {
        const { pushes } = await (await fetch('pushes', { cache: 'no-store' })).json();
        for (const push of pushes ?? []) this.#push(push);
      } catch (away) {
        // the page says so elsewhere
      }
    }
    setTimeout(() => this.#watchPushes(), PUSHES_MS);
  }

  #push({ name, server, state, reason, sentBytes }) {
    const told = [t(state), reason, `${server}, ${mega(sentBytes)} MB`].filter(Boolean).join(' · ');
    this.#row(`push ${name}`, t('Passed on: {name}', { name }), told, state !== 'stopped', on => change('PUT', 'pushes', { [name]: on }));
  }

  #row(key, title, state, on, set) {
    this.#panel.hidden = false;
    const row = this.#rows.get(key) ?? this.#make(key, title);
    row.on = on;
    row.set = set;
    if (row.state.textContent !== state) row.state.textContent = state;
    row.button.setAttribute('aria-checked', String(on));
  }

  #make(key, title) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'toggle' });
    button.setAttribute('role', 'switch');
    button.setAttribute('aria-label', title);
    button.dataset.switch = key;
    const state = Object.assign(document.createElement('span'), { className: 'note' });
    const label = document.createElement('p');
    label.className = 'switchrow';
    label.append(button, Object.assign(document.createElement('b'), { textContent: title }), state);
    this.#panel.append(label);
    const row = { button, state, on: false, set: undefined };
    button.addEventListener('click', async () => {
      const trouble = await row.set(!row.on);
      if (trouble) state.textContent = trouble;
      else if (trouble === undefined) button.setAttribute('aria-checked', String(!row.on));
    });
    this.#rows.set(key, row);
    return row;
  }
}
