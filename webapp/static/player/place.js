// The place of one camera's picture. A new picture begins under the old one, which goes when the new one paints.

import { dropPicture } from './elements.js';

export class Place {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** Puts an element under those that are there. */
  mount(element) {
    if (element.tagName !== 'VIDEO') element.setAttribute('role', 'img');
    element.setAttribute('aria-label', `Live picture: ${this.#element.dataset.title ?? ''}`);
    this.#element.prepend(element);
    return element;
  }

  /** Keeps an element's picture, as a still over all others, until the next one paints. */
  keep(element) {
    const width = element.videoWidth || element.naturalWidth || element.width;
    const height = element.videoHeight || element.naturalHeight || element.height;
    if (!width || !height) return;
    const still = Object.assign(document.createElement('canvas'), { width, height });
    still.dataset.still = '';
    still.setAttribute('aria-hidden', 'true');
    try {
      still.getContext('2d').drawImage(element, 0, 0, width, height);
    } catch (broken) {
      return; // an <img> that could not be loaded
    }
    this.#clear('[data-still]');
    this.#element.querySelector('[data-curtain]').before(still);
  }

  /** Keeps the picture that came with the page as a still, so that it does not go on moving. */
  freeze() {
    const first = this.#element.querySelector('[data-first]');
    if (first) this.keep(first);
    this.release();
  }

  /** Removes older pictures, because the new one paints. */
  painted() {
    this.#clear('[data-still], [data-first]');
  }

  /** Closes the connection of the picture that came with the page. */
  release() {
    this.#clear('[data-first]');
  }

  #clear(selector) {
    for (const old of [...this.#element.querySelectorAll(selector)]) {
      if (old.tagName === 'VIDEO') {
        old.removeAttribute('src');
        old.load();
      } else if (old.tagName === 'IMG') {
        dropPicture(old);
      }
      old.remove();
    }
  }
}
