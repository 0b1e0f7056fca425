// The volume of one camera's sound, which the browser remembers for each camera.

import { t } from './tongue.js';

const KEY = 'perch.sound.';

export class Sound {
  #box;
  #button;
  #slider;
  #key;
  #tell;
  #sound = { on: false, volume: 1 };
  #allowed = true; // until the server says otherwise and sends no sound

  /** @param {function} tell gets { on, volume } now, if the sound is on, and at each change */
  constructor(card, id, tell) {
    this.#box = card.querySelector('[data-sound]');
    this.#button = this.#box.querySelector('button');
    this.#slider = this.#box.querySelector('input');
    this.#key = KEY + id;
    this.#tell = tell;
    this.#remember();
    this.#button.addEventListener('click', () => this.#change({ on: !this.#sound.on }));
    this.#slider.addEventListener('input', () => this.#change({ on: true, volume: Number(this.#slider.value) / 100 }));
    this.#show();
    if (this.#sound.on) tell(this.#sound);
  }

  /** Turns the sound on or off, or changes its volume by a share. */
  toggle() {
    this.#change({ on: !this.#sound.on });
  }

  louder(share) {
    this.#change({ on: true, volume: Math.min(1, Math.max(0, this.#sound.volume + share)) });
  }

  get there() {
    return !this.#box.hidden && this.#allowed;
  }

  /** Shows the button if the camera has sound; for those who may not listen it says so. */
  offer(there, allowed) {
    this.#box.hidden = !there;
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    this.#button.disabled = this.#slider.disabled = !allowed;
    this.#show();
    if (this.#sound.on) this.#tell({ ...this.#sound, on: allowed });
  }

  #remember() {
    try {
      const { on, volume } = JSON.parse(localStorage.getItem(this.#key)) ?? {};
      this.#sound = { on: on === true, volume: volume >= 0 && volume <= 1 ? volume : 1 };
    } catch (unreadable) {
      // a browser that stores nothing, or something else under that name
    }
  }

  #change(change) {
    this.#sound = { ...this.#sound, ...change };
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#sound));
    } catch (full) {
      // it holds until the page is left
    }
    this.#show();
    this.#tell(this.#sound);
  }

  #show() {
    const { volume } = this.#sound;
    const on = this.#sound.on && this.#allowed;
    this.#button.setAttribute('aria-pressed', String(on));
    this.#button.title = !this.#allowed ? t('You may see this camera, but not hear it.') : on ? t('Sound on') : t('Sound off');
    this.#slider.value = String(Math.round(100 * volume));
  }
}
