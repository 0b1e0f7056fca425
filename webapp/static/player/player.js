// Keeps one camera's picture moving: tries technique after technique, notices one that stands still, and restarts it.

import { Place } from './place.js';
import { Rate } from './rate.js';
import { Snapshots, TECHNIQUES } from './techniques.js';

const TICK_MS = 250;
const FROZEN_MS = 2500;
const START_MS = 12000; // the server answers within 10 s, with a frame or an error
const SLEPT_MS = 2000; // between two ticks
const HUNG_MS = 1500; // after this silence a connection hangs, if the server answers others
const RETRY_MS = 500;
const MOST_RETRY_MS = 2000;
const LONGEST_WAIT_MS = 10000; // the most of a server's Retry-After
const TRIES = 2; // of a technique that has shown nothing
const MOST_FREEZES = 3; // of one that has, within a minute
const HOMESICK_MS = 60000; // until a technique that stood still is tried again
const CONFLICT = 409; // the camera does not give this format

export class Player {
  #place;
  #options;
  #techniques = [];
  #index = 0;
  #unable = new Set(); // techniques that have failed by themselves
  #session;
  #running = false;
  #alone = false; // whether sockets were refused, so that it uses its own connections
  #crowded = false;
  #failures = 0;
  #tries = 0;
  #freezes = [];
  #awaySince = 0; // since when the best technique is not used
  #held = false;
  #sound = { on: false, volume: 1 };
  /** @type {[string, string, any]} the arguments of start() */
  #begun = ['auto', 'H264', {}];
  #stale = false; // whether the sound was changed while nothing ran

  /**
   * @param {Element} place where the picture goes, as its first child
   * @param {object} options base: of the camera's addresses; camera: its id; many: whether it is one of several on the page; query: for moving pictures; clock: a ServerClock; sockets: of the
   *   page, where it has some; room(): whether the browser has a connection to spare; flowing(): whether the camera gives frames, as far as that is
   *   known; alive(): resolves to whether the server answers now; refresh(): drops dead connections; tell: is given { technique, painting, why, profile, delayMillis, fps, bitsPerSecond, left, startMillis, held, refused } several times a
   *   second and whenever it changes
   */
  constructor(place, options) {
    this.#place = new Place(place);
    this.#options = { query: '', room: () => true, ...options };
  }

  /**
   * Those that this browser can show, in the order in which they are tried.
   *
   * @param {string} first the format that the camera has itself
   * @param {boolean} many whether it is one of several pictures: those that are light on the browser come before those of the least delay
   */
  static usable(first = 'H264', many = false) {
    const all = TECHNIQUES.filter(technique => technique.usable());
    const able = many ? [...all.filter(({ light }) => light), ...all.filter(({ light }) => !light)] : all;
    return [...able.filter(({ needs }) => needs === first), ...able.filter(({ needs }) => needs !== first)];
  }

  /** Plays the sound, or leaves it out of the stream. A technique that cannot play it is replaced by one that can. */
  hear(sound) {
    const changed = sound.on !== this.#sound.on;
    this.#sound = sound;
    if (changed && this.#running) this.start(...this.#begun);
    else if (changed) this.#stale = true;
    else this.#session?.view?.hear?.(sound);
  }

  /**
   * Starts the technique of that name, or the best of all; if it fails, later ones that need the same format follow.
   *
   * @param {object} way only: that none follows; least: that the one of the least delay comes first, among many pictures, too; base, query: of the addresses, in the place of the player's own;
   *   technique: one that is not in the menu, which gets all of `way`
   */
  start(name, first, way = {}) {
    this.stop();
    this.#stale = false;
    this.#begun = [name, first, way];
    const able = Player.usable(first, this.#options.many && !way.least);
    const sounding = able.filter(technique => technique.sound);
    const usable = this.#sound.on && sounding.length ? sounding : able;
    const chosen = usable.findIndex(technique => technique.name === name);
    const following = usable.slice(chosen, way.only ? chosen + 1 : undefined).filter(({ needs }) => needs === usable[chosen]?.needs);
    this.#techniques = way.technique ? [way.technique] : chosen < 0 ? usable : following;
    this.#unable.clear();
    this.#crowded = false;
    this.#home();
    this.resume();
  }

  /** Closes the connection, and keeps the last picture; resume() continues. */
  stop() {
    this.#running = false;
    this.#held = false;
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    this.#end();
  }

  /** Keeps the last picture until resume(), because somebody looks at it. */
  hold() {
    if (!this.#running) return;
    const technique = this.#session?.technique;
    if (!this.#session?.painted) this.#place.freeze();
    this.stop();
    this.#held = true;
    this.#options.tell({ technique: (technique ?? this.#techniques[this.#index]).name, painting: true, why: '', held: true });
  }

  /** Whether somebody has stopped the picture. */
  get held() {
    return this.#held || Boolean(this.#session?.view?.held);
  }

  /** The technique that shows the picture now; undefined between two. */
  get showing() {
    return this.#session?.painted ? this.#session.view : undefined;
  }

  /** Removes all pictures. */
  clear() {
    this.#place.painted();
  }

  /** Closes the connection of the picture that came with the page. */
  release() {
    this.#place.release();
  }

  resume() {
    if (this.#running) return;
    if (this.#stale) {
      this.start(...this.#begun);
      return;
    }
    this.#held = false;
    this.#running = true;
    this.lastTick = Date.now();
    this.ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#begin();
  }

  /** Restarts with the best technique, if need be, because the server or the camera is back. */
  back() {
    if (!this.#running) return;
    this.#alone = false;
    const session = this.#session;
    if (session?.view?.held) return;
    const hangs = !session || Date.now() - session.heard > HUNG_MS;
    if (!hangs && this.#best() === this.#index) return;
    this.#home();
    this.#begin();
  }

  /** Whether it uses one of the few connections that a browser opens to a host. */
  get streaming() {
    return this.#session?.streams ?? false;
  }

  /** Sets whether there is no connection for a moving picture. */
  crowd(crowded) {
    if (this.#crowded === crowded) return;
    this.#crowded = crowded;
    if (this.#running) this.#begin();
  }

  get crowded() {
    return this.#crowded;
  }

  #sockets(technique) {
    const { sockets } = this.#options;
    return technique.frames && sockets?.usable && !this.#alone && !this.#begun[2]?.base ? sockets : undefined;
  }

  #begin() {
    clearTimeout(this.retry);
    this.#end();
    let technique = this.#techniques[this.#index];
    let sockets = this.#sockets(technique);
    if (!sockets && technique !== Snapshots && (this.#crowded || !this.#options.room())) {
      this.#crowded = true;
      technique = Snapshots;
      sockets = undefined;
    }
    const now = Date.now();
    const session = { technique, begun: now, heard: now, framed: 0, painted: 0, frames: 0, pictures: 0, rate: new Rate() };
    session.streams = !sockets && technique !== Snapshots;
    session.socket = Boolean(sockets);
    this.#session = session;
    session.host = this.#host(session, sockets);
    try {
      session.view = new technique(session.host);
    } catch (failure) {
      this.#failed({ why: failure.message });
    }
  }

  #host(session, sockets) {
    const current = work => (...values) => { if (this.#session === session) work(...values); };
    return {
      sockets,
      sound: this.#sound,
      way: this.#begun[2],
      camera: this.#options.camera,
      url: (file, query) => this.#url(file, query),
      mount: element => this.#place.mount(element),
      heard: current(bytes => {
        session.heard = Date.now();
        if (bytes) session.rate.came(bytes);
      }),
      framed: current(() => {
        session.framed = Date.now();
        session.frames += 1;
      }),
      refused: current(() => this.#report('', true)),
      painted: current((captured, pictures = 1) => this.#painted(session, captured, pictures)),
      again: current(() => this.#begin()),
      failed: current(failure => this.#failed(failure)),
    };
  }

  #url(file, query) {
    const way = { ...this.#options, ...this.#begun[2] };
    const words = [file.endsWith('.mjpg') ? way.query : '', query].filter(Boolean).join('&');
    return new URL(way.base + file + (words && '?' + words), document.baseURI).href;
  }

  #end() {
    const session = this.#session;
    this.#session = undefined;
    if (session?.painted) this.#place.keep(session.view.view);
    session?.view?.stop();
  }

  #painted(session, captured, pictures) {
    const first = !session.painted;
    session.painted = Date.now();
    if (first) session.startMillis = session.painted - session.begun;
    if (first && session.frames > 0) session.frames = 1; // frames before a decoder's first picture are its start, not a loss
    session.pictures += pictures;
    session.rate.painted(pictures, this.#options.clock.now() - captured);
    if (!first) return;
    this.#tries = 0;
    this.#failures = 0;
    this.#place.painted();
    this.#report('', true);
  }

  /** @param {string} [profile] of an H.264 that the browser cannot play */
  #report(why, painting, profile) {
    const { technique, rate, view, startMillis, frames, pictures } = this.#session ?? {};
    const name = (technique ?? this.#techniques[this.#index]).name;
    this.#options.tell({
      technique: name, painting, why, profile, delayMillis: rate?.delayMillis, fps: rate?.perSecond, held: Boolean(view?.held), refused: Boolean(view?.refused),
      bitsPerSecond: rate?.bitsPerSecond, startMillis, left: view?.left ?? (frames > 0 ? Math.max(0, frames - pictures) : undefined),
    });
  }

  #tick() {
    const now = Date.now();
    const slept = now - this.lastTick > SLEPT_MS;
    this.lastTick = now;
    const session = this.#session;
    if (slept) {
      this.#begin(); // frames that have piled up are old
      return;
    }
    if (!session) return;
    const trouble = this.#trouble(session, now);
    if (trouble) {
      this.#stuck(trouble, now);
    } else if (now - this.#awaySince > HOMESICK_MS && this.#best() < this.#index && !session.view.held) {
      this.#home();
      this.#begin();
    } else if (session.painted) {
      this.#report('', true);
    }
  }

  /**
   * Returns 'silent' if nothing comes, 'frozen' if frames are not painted. A camera that is away sends a heartbeat each second, but not over a socket, nor to
   * a <video>: its viewers wait.
   */
  #trouble({ begun, heard, framed, painted, view, socket, technique }, now) {
    if (view?.held || technique.patient) return '';
    if (!painted) return now - begun > START_MS ? 'silent' : '';
    const silent = now - heard > FROZEN_MS;
    const still = now - painted > FROZEN_MS;
    if (framed > 0 && !socket) return silent ? 'silent' : still && framed - painted > 500 ? 'frozen' : '';
    if (socket && still && !silent && framed - painted > 500) return 'frozen';
    if (!still) return '';
    const flowing = this.#options.flowing();
    if (socket) return silent && flowing ? 'silent' : '';
    return flowing === false ? '' : silent ? 'silent' : 'frozen';
  }

  /** Handles a standstill. Silence is the network's fault, and says nothing about the technique. */
  async #stuck(trouble, now) {
    this.#report('The picture stood still; beginning it again.', false);
    if (trouble === 'silent') {
      this.#home();
      this.#end();
      await this.#options.refresh();
      if (this.#session || !this.#running) return;
    } else {
      this.#freezes = [...this.#freezes.filter(time => now - time < 60000), now];
      if (this.#freezes.length >= MOST_FREEZES) this.#another();
    }
    this.#begin();
  }

  async #failed(failure) {
    const session = this.#session;
    const worked = session?.painted > 0;
    this.#end();
    this.#report(failure.why, false, failure.profile);
    if (failure.unsure && !(await this.#reaches())) failure.network = true;
    if (this.#session || !this.#running) return; // restarted or stopped in the meantime
    const before = this.#index;
    this.#judge(failure, session?.technique ?? this.#techniques[before], worked);
    const atOnce = failure.refused || (failure.unplayable && this.#index > before) || (worked && !failure.status);
    const wait = atOnce ? 0 : Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    if (this.#crowded) failure.retryMillis = LONGEST_WAIT_MS;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.#begin(), Math.min(LONGEST_WAIT_MS, failure.retryMillis ?? wait));
  }

  /** Whether the server answers and the camera gives frames. */
  async #reaches() {
    return (await this.#options.alive()) && this.#options.flowing() !== false;
  }

  #judge({ status, network, refused, unplayable, profile }, technique, worked) {
    if (refused) {
      this.#alone = true;
    } else if (this.#crowded) {
      this.#home(); // it had replaced another technique
    } else if (status === CONFLICT || unplayable) {
      // what Media Source Extensions cannot play, no <video> can
      for (const each of this.#techniques) if (each === technique || (profile && technique.sound && each.needs === technique.needs)) this.#unable.add(each);
      this.#another();
    } else if (status || network) {
      this.#home();
    } else if (!worked && ++this.#tries >= TRIES) {
      this.#unable.add(technique);
      this.#another();
    }
  }

  /** Returns the best technique not known to fail; if none is left, all are tried again. */
  #best() {
    const best = this.#techniques.findIndex(technique => !this.#unable.has(technique));
    if (best < 0) this.#unable.clear();
    return Math.max(0, best);
  }

  #home() {
    this.#index = this.#best();
    this.#awaySince = 0;
    this.#tries = 0;
    this.#freezes = [];
  }

  /** Starts the next technique, or the best again if there is none. */
  #another() {
    this.#awaySince = Date.now();
    this.#tries = 0;
    this.#freezes = [];
    const next = this.#techniques.findIndex((technique, at) => at > this.#index && !this.#unable.has(technique));
    this.#index = next < 0 ? this.#best() : next;
  }
}
