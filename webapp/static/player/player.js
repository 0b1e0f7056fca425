// Keeps one camera's picture moving: tries technique after technique, notices one that stands still, and begins it again.

import { TECHNIQUES } from './techniques.js';

const TICK_MS = 250;
const FROZEN_MS = 2500;
const START_MS = 12000; // the server answers within 10 s, with a frame or an error
const SLEPT_MS = 2000; // between two ticks
const MOST_RETRY_MS = 10000;
const TRIES = 2; // of a technique that has shown nothing
const MOST_FREEZES = 3; // of one that has, within a minute
const DELAYS = 31; // the delay that is told is the median of so many
const CONFLICT = 409; // the camera does not give this format

export class Player {
  #place;
  #base;
  #query;
  #clock;
  #tell;
  #techniques = [];
  #index = 0;
  #session;
  #running = false;
  #tries = 0;
  #freezes = [];
  #delays = [];

  /**
   * @param {Element} place where the picture goes, as its first child
   * @param {object} options base: of the camera's addresses; query: for moving pictures; clock: a ServerClock; tell: is given
   *   { technique, painting, why, delayMillis } whenever any of it changes
   */
  constructor(place, { base, query = '', clock, tell }) {
    this.#place = place;
    this.#base = base;
    this.#query = query;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Those that this browser can show, in the order in which they are tried; `first` is the format that the camera has itself. */
  static usable(first = 'H264') {
    const able = TECHNIQUES.filter(technique => technique.usable());
    return [...able.filter(({ needs }) => needs === first), ...able.filter(({ needs }) => needs !== first)];
  }

  /** Begins with the technique of that name, or with the best of all; when it fails, those after it that need the same format follow. */
  start(name, first) {
    this.stop();
    const usable = Player.usable(first);
    const chosen = usable.findIndex(technique => technique.name === name);
    this.#techniques = chosen < 0 ? usable : usable.slice(chosen).filter(({ needs }) => needs === usable[chosen].needs);
    this.#index = 0;
    this.#tries = 0;
    this.#freezes = [];
    this.resume();
  }

  /** Lets go of the connection; resume() goes on with what had worked. */
  stop() {
    this.#running = false;
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    this.#end();
  }

  resume() {
    if (this.#running) return;
    this.#running = true;
    this.lastTick = Date.now();
    this.ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#begin();
  }

  get technique() {
    return this.#techniques[this.#index]?.name ?? '';
  }

  #begin() {
    clearTimeout(this.retry);
    this.#end();
    this.#delays = [];
    const now = Date.now();
    const session = { begun: now, heard: now, framed: 0, painted: 0 };
    this.#session = session;
    const current = work => (...values) => { if (this.#session === session) work(...values); };
    session.host = {
      url: (file, query) => this.#url(file, query),
      mount: element => {
        element.setAttribute('role', 'img');
        element.setAttribute('aria-label', `Live picture: ${this.#place.dataset.title ?? ''}`);
        this.#place.prepend(element);
        return element;
      },
      heard: current(() => { session.heard = Date.now(); }),
      framed: current(() => { session.framed = Date.now(); }),
      painted: current(captured => this.#painted(session, captured)),
      failed: current((why, status) => this.#failed(why, status)),
    };
    try {
      session.view = new this.#techniques[this.#index](session.host);
    } catch (failure) {
      this.#failed(failure.message);
    }
  }

  #url(file, query) {
    const words = [file.endsWith('.mjpg') ? this.#query : '', query].filter(Boolean).join('&');
    return new URL(this.#base + file + (words && '?' + words), document.baseURI).href;
  }

  #end() {
    const session = this.#session;
    this.#session = undefined;
    session?.view?.stop();
  }

  #painted(session, captured) {
    if (!session.painted) {
      this.#tries = 0;
      for (const other of [...this.#place.querySelectorAll('[data-first]')]) release(other);
    }
    session.painted = Date.now();
    const delay = this.#clock.now() - captured;
    if (Number.isFinite(delay)) {
      this.#delays.push(delay);
      if (this.#delays.length > DELAYS) this.#delays.shift();
    }
    this.#report('', true);
  }

  #report(why, painting) {
    const sorted = [...this.#delays].sort((a, b) => a - b);
    this.#tell({ technique: this.technique, painting, why, delayMillis: sorted[sorted.length >> 1] });
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.lastTick > SLEPT_MS;
    this.lastTick = now;
    const session = this.#session;
    if (slept) {
      this.#begin(); // what has piled up meanwhile is old
    } else if (session && this.#stands(session, now)) {
      this.#frozen(now);
    }
  }

  /** Nothing comes, or what comes is not painted. A camera that is away sends a sign of life each second: its viewers wait. */
  #stands({ begun, heard, framed, painted, view }, now) {
    if (!painted) return now - begun > START_MS;
    if (view?.constructor.patient) return false;
    const streams = framed > 0;
    if (!streams) return now - painted > FROZEN_MS; // it cannot tell what comes
    return now - heard > FROZEN_MS || (framed - painted > 500 && now - painted > FROZEN_MS);
  }

  #frozen(now) {
    this.#freezes = [...this.#freezes.filter(time => now - time < 60000), now];
    if (this.#freezes.length >= MOST_FREEZES) this.#another();
    this.#report('The picture stood still; beginning it again.', false);
    this.#begin();
  }

  #failed(why, status) {
    const worked = this.#session?.painted > 0;
    this.#end();
    this.#tries += 1;
    if (status === CONFLICT || (!status && !worked && this.#tries >= TRIES)) this.#another();
    this.#report(why, false);
    this.retry = setTimeout(() => this.#begin(), worked ? 0 : Math.min(MOST_RETRY_MS, 500 * 2 ** this.#tries));
  }

  /** The next technique, if there is one; else the first again. */
  #another() {
    this.#index = (this.#index + 1) % this.#techniques.length;
    this.#tries = 0;
    this.#freezes = [];
  }
}

/** Lets go of a picture that came with the page. */
export function release(picture) {
  if (picture.tagName === 'VIDEO') {
    picture.removeAttribute('src');
    picture.load();
  } else {
    picture.src = 'data:,';
  }
  picture.remove();
}
