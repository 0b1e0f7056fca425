// The wall as a whole: the order of tiles, one large tile, a tour, full screen, and a display that stays awake. The style sheet sizes the tiles.

const ORDER = 'perch.order';
const TOUR_MS = 10000;

export class Wall {
  #wall;
  #tools;
  #tour;
  #lock;

  /** @param {HTMLElement} wall holds the tiles */
  constructor(wall) {
    this.#wall = wall;
    this.#tools = document.querySelector('[data-walltools]');
    this.#tools.hidden = false;
    this.#arrange();
    for (const button of this.#tools.querySelectorAll('[data-do]')) button.addEventListener('click', () => this.#act(button.dataset.do));
    for (const tile of this.#tiles) this.#offer(tile);
    const many = this.#tiles.length > 1;
    for (const name of ['tour', 'focus']) this.#button(name).hidden = !many;
    document.addEventListener('keydown', event => {
      if (event.target.closest('input, select, summary, dialog') || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'f') this.#act('full');
    });
    document.addEventListener('fullscreenchange', () => this.#stayAwake());
    document.addEventListener('visibilitychange', () => this.#stayAwake());
    this.#stayAwake();
    const asked = new URLSearchParams(location.search);
    if (asked.has('tour')) this.#startTour(1000 * Number(asked.get('tour')) || TOUR_MS);
    if (asked.has('focus')) this.#act('focus');
  }

  get #tiles() {
    return [...this.#wall.querySelectorAll('.tile')];
  }

  #button(name) {
    return this.#tools.querySelector(`[data-do="${name}"]`);
  }

  #act(what) {
    if (what === 'full') this.#full();
    else if (what === 'focus') this.#large(this.#wall.classList.contains('large') ? undefined : this.#tiles[0]);
    else if (what === 'tour') this.#tour ? this.#endTour() : this.#startTour(TOUR_MS);
  }

  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#wall.parentElement.requestFullscreen?.().catch(() => {});
  }

  /** Makes one tile large and the others small; without one, all alike. */
  #large(tile) {
    this.#endTour();
    this.#first(tile);
    const others = Math.max(1, this.#tiles.length - 1);
    const beside = Math.ceil(others / 5);
    this.#wall.style.setProperty('--beside', String(beside));
    this.#wall.style.setProperty('--rows', String(Math.ceil(others / beside)));
    this.#wall.classList.toggle('large', Boolean(tile));
    this.#button('focus').setAttribute('aria-pressed', String(Boolean(tile)));
  }

  #first(tile) {
    for (const each of this.#tiles) each.classList.toggle('first', each === tile);
  }

  /** Shows one camera after the other, each alone. */
  #startTour(millis) {
    this.#large();
    const tiles = this.#tiles;
    let at = 0;
    const show = () => this.#first(tiles[at++ % tiles.length]);
    show();
    this.#tour = setInterval(show, millis);
    this.#wall.classList.add('touring');
    this.#button('tour').setAttribute('aria-pressed', 'true');
  }

  #endTour() {
    clearInterval(this.#tour);
    this.#tour = undefined;
    this.#wall.classList.remove('touring');
    this.#first();
    this.#button('tour').setAttribute('aria-pressed', 'false');
  }

  /** Keeps a display awake that shows nothing but the wall. */
  async #stayAwake() {
    const wanted = !document.hidden && (document.fullscreenElement || document.body.classList.contains('bare'));
    if (!wanted) {
      await this.#lock?.release();
      this.#lock = undefined;
    } else if (!this.#lock || this.#lock.released) {
      this.#lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
    }
  }

  #offer(tile) {
    const acts = {
      large: () => this.#large(tile.classList.contains('first') ? undefined : tile),
      before: () => this.#move(tile, this.#tiles[this.#tiles.indexOf(tile) - 1], true),
      after: () => this.#move(tile, this.#tiles[this.#tiles.indexOf(tile) + 1], false),
    };
    for (const button of tile.querySelectorAll('[data-do]')) button.addEventListener('click', () => acts[button.dataset.do]());
    tile.draggable = true;
    tile.addEventListener('dragstart', event => {
      event.dataTransfer.setData('text/plain', tile.dataset.camera);
      event.dataTransfer.effectAllowed = 'move';
      tile.classList.add('dragged');
    });
    tile.addEventListener('dragend', () => { for (const each of this.#tiles) each.classList.remove('dragged', 'target'); });
    tile.addEventListener('dragover', event => {
      if (!this.#wall.querySelector('.dragged')) return;
      event.preventDefault();
      for (const each of this.#tiles) each.classList.toggle('target', each === tile);
    });
    tile.addEventListener('drop', event => {
      event.preventDefault();
      const dragged = this.#wall.querySelector('.dragged');
      if (dragged) this.#move(dragged, tile, this.#tiles.indexOf(dragged) > this.#tiles.indexOf(tile));
    });
  }

  #move(tile, other, before) {
    if (!other || tile === other) return;
    if (before) other.before(tile);
    else other.after(tile);
    try {
      localStorage.setItem(ORDER, JSON.stringify(this.#tiles.map(each => each.dataset.camera)));
    } catch (keepsNothing) {
      // it holds until the page is left
    }
    tile.querySelector('.plate a').focus();
  }

  /** Restores the order; new cameras go to the end. An address that names cameras has its own order. */
  #arrange() {
    if (new URLSearchParams(location.search).has('cameras')) return;
    try {
      const order = JSON.parse(localStorage.getItem(ORDER) ?? '[]');
      const place = tile => (order.includes(tile.dataset.camera) ? order.indexOf(tile.dataset.camera) : order.length);
      const tiles = this.#tiles;
      const sorted = [...tiles].sort((one, other) => place(one) - place(other));
      if (sorted.some((tile, at) => tile !== tiles[at])) this.#wall.append(...sorted);
      document.adoptedStyleSheets = []; // of order.js
    } catch (unreadable) {
      // as the configuration has it
    }
  }
}
