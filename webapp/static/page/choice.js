// The choice of how one camera is shown: the menu of qualities, the browser's memory of it, and its meaning for the player.

import { Player } from '../player/player.js';

const KEY = 'perch.show.';
const SLOW = 'fps=2';

/**
 * Returns the meaning of a word of the menu: a technique's name for the player, and the parameters of its requests.
 *
 * @returns {[string, string, any]}
 */
function meaning(mode, { base, best, smallest }) {
  const video = best === 'H264';
  switch (mode) {
    case 'least':
      return ['auto', best, { least: true }];
    case 'smooth':
      return video ? ['hls', best, {}] : ['mjpeg', best, {}];
    case 'saver':
      if (smallest) return ['auto', best, { base: smallest, query: '' }];
      return video ? ['mse', best, {}] : ['mjpeg', best, { base, query: SLOW }];
    case 'pictures':
      return ['mjpeg', 'JPEG', {}];
    default:
      return [mode, best, {}];
  }
}

export class Choice {
  mode = 'auto';
  #card;
  #key;
  #tell;
  #place;

  /**
   * @param {HTMLElement} card of the camera
   * @param {string} page its name, because the wall may show a camera in another way
   * @param {function} tell called when somebody chooses
   */
  constructor(card, page, tell) {
    this.#card = card;
    this.#key = `${KEY}${page}.${card.dataset.camera}`;
    this.#place = card.querySelector('[data-stage]');
    this.#tell = tell;
    this.#offerMore();
    const asked = page === 'camera' ? new URLSearchParams(location.search).get('technique') : null;
    this.#remember(asked);
    for (const button of card.querySelectorAll('[data-show]')) {
      button.addEventListener('click', () => this.choose(button.dataset.show));
    }
    for (const hidden of card.querySelectorAll('.switch, [data-menu]')) hidden.hidden = false;
    this.#press();
  }

  /** Whether somebody has chosen something other than the best. */
  get chosen() {
    return this.mode !== 'auto';
  }

  /** The arguments for the player's start. */
  get start() {
    const { base, best } = this.#place.dataset;
    const renditions = [...this.#card.querySelectorAll('[data-rendition] a')].map(link => link.getAttribute('href').replace(/[^/]*$/, ''));
    return meaning(this.mode, { base, best, smallest: renditions.at(-1) });
  }

  choose(mode) {
    this.mode = mode;
    this.#press();
    this.#keep();
    this.#card.querySelector('[data-menu][open]')?.removeAttribute('open');
    this.#tell();
  }

  /** Adds buttons for what only a script can show. */
  #offerMore() {
    const shows = [...this.#card.querySelectorAll('[data-show]')];
    const known = new Set(shows.map(button => button.dataset.show));
    const before = this.#card.querySelector('.switch .short');
    const { disabled } = this.#card.querySelector('[data-show="video"]');
    for (const { name, label, needs } of Player.usable()) {
      if (needs !== 'H264' || known.has(name)) continue;
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'short', textContent: label, disabled });
      button.dataset.show = name;
      before.before(button);
    }
  }

  #remember(asked) {
    try {
      const mode = asked ?? localStorage.getItem(this.#key);
      if (mode && this.#card.querySelector(`[data-show="${CSS.escape(mode)}"]:enabled`)) this.mode = mode;
    } catch (keepsNothing) {
      // a browser that stores nothing begins with the best
    }
  }

  #keep() {
    try {
      if (this.chosen) localStorage.setItem(this.#key, this.mode);
      else localStorage.removeItem(this.#key);
    } catch (keepsNothing) {
      // valid until the page is left
    }
    const address = new URL(location.href);
    if (address.searchParams.has('technique')) {
      if (this.chosen) address.searchParams.set('technique', this.mode);
      else address.searchParams.delete('technique');
      history.replaceState(null, '', address);
    }
  }

  #press() {
    for (const button of this.#card.querySelectorAll('[data-show]')) {
      const pressed = button.dataset.show === this.mode;
      button.setAttribute('aria-pressed', String(pressed));
      if (pressed) this.#card.querySelector('[data-chosen]').textContent = (button.querySelector('b') ?? button).textContent;
    }
  }
}
