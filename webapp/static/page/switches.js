// The operator's switches on a camera's page, with their state: recording, privacy and pushes.

import { change } from './operator.js';
import { mega } from './say.js';
import { t } from './tongue.js';

const PUSHES_MS = 4000;
const TROUBLE_MS = 6000; // how long a refusal is shown

export class Switches {
  #panel;
  #rows = new Map();

  /** @param {HTMLElement} panel reserves room for its first switches, so that nothing moves when they come */
  constructor(panel) {
    this.#panel = panel;
    if (panel.hasAttribute('data-pushed')) this.#watchPushes();
  }

  /** Takes the figures of the camera and of its recordings from /stats. */
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
    this.#row(`push ${name}`, t('Passed on: {name}', { name }), told, state !== 'off', on => change('PUT', 'pushes', { [name]: on }));
  }

  #row(key, title, state, on, set) {
    const row = this.#rows.get(key) ?? this.#make(key, title);
    row.set = set;
    if (row.busy) return;
    turn(row, on);
    if (row.state.textContent !== state && Date.now() > row.troubleUntil) row.state.textContent = state;
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
    const row = { button, state, on: false, set: undefined, busy: false, troubleUntil: 0 };
    button.addEventListener('click', () => this.#press(row));
    this.#rows.set(key, row);
    return row;
  }

  /** Presses a switch; until it is answered, figures are older than the press. */
  async #press(row) {
    if (row.busy) return;
    row.busy = true;
    const trouble = await row.set(!row.on);
    row.busy = false;
    row.troubleUntil = trouble ? Date.now() + TROUBLE_MS : 0;
    if (trouble) row.state.textContent = trouble;
    else if (trouble === undefined) turn(row, !row.on);
  }
}

function turn(row, on) {
  row.on = on;
  row.button.setAttribute('aria-checked', String(on));
}
