// The place of one camera's picture, and the figures beside it.

import { Player } from '../player/player.js';
import { Choice } from './choice.js';
import { bitRate, perSecond, say } from './say.js';
import { Sound } from './sound.js';
import { t } from './tongue.js';
import { NO_ANSWER, NO_PICTURE, nameOf, trouble, whyChosen } from './words.js';

const TOLD_MS = 500;
const UNKNOWN = '–';

export class Stage {
  since = 0; // when it began to show something
  choice;
  sound;
  player;
  /** @type {function} gets the player's reports */
  watcher = () => {};
  note = ''; // why this technique runs
  leave = () => {}; // called when the live picture begins
  #card;
  #place;
  #curtain;
  #server;
  #inSight = false;
  #started = false;
  #toldAt = -TOLD_MS;
  #reason = '';
  #silent = false;
  #gone = false; // whether the server has the camera no more
  #failed = '';
  #failing = ''; // which technique that was
  #profile = ''; // of an H.264 that this browser cannot play

  /**
   * @param {HTMLElement} card
   * @param {object} page name: of the page; server: a Server; sockets: if it has any; room(stage): whether the browser has a connection for one more
   */
  constructor(card, { name, server, sockets, room }) {
    this.#card = card;
    this.#server = server;
    this.#place = card.querySelector('[data-stage]');
    this.#curtain = card.querySelector('[data-curtain]');
    for (const video of this.#place.querySelectorAll('video')) video.controls = false; // the page has its own
    this.#hideBroken();
    const { base, query } = this.#place.dataset;
    this.player = new Player(this.#place, {
      base, query, sockets,
      many: document.querySelectorAll('[data-stage]').length > 1,
      camera: this.id,
      clock: server.clock,
      room: () => room(this),
      flowing: () => server.flowing(this.id),
      alive: () => server.ask(),
      refresh: () => server.refresh(),
      tell: told => this.#told(told),
    });
    this.sound = new Sound(card, this.id, sound => this.player.hear(sound));
    this.choice = new Choice(card, name, () => this.again());
    card.querySelector('[data-play]')?.addEventListener('click', event => {
      event.preventDefault();
      this.choice.choose('auto');
    });
    this.#cover(this.choice.mode === 'off' ? t('Switched off.') : '');
  }

  /** Hides the browser's icon of a broken picture, if none came with the page. */
  #hideBroken() {
    /** @type {HTMLImageElement} */
    const first = this.#place.querySelector('img[data-first]');
    if (!first) return;
    const hide = () => { first.hidden = true; };
    if (first.complete && !first.naturalWidth) hide();
    else first.addEventListener('error', hide);
  }

  get id() {
    return this.#card.dataset.camera;
  }

  /** The server's time, in milliseconds since 1970. */
  get now() {
    const now = this.#server.clock.now();
    return Number.isNaN(now) ? Date.now() : now;
  }

  get card() {
    return this.#card;
  }

  /** Whether somebody has chosen how it is shown. */
  get chosen() {
    return this.choice.chosen;
  }

  /** Whether a moving picture holds one of the browser's connections. */
  get streaming() {
    return this.player.streaming;
  }

  /** Whether it shows single pictures for lack of a connection. */
  get crowded() {
    return this.player.crowded && this.#visible && this.choice.mode !== 'off';
  }

  crowd(crowded) {
    this.player.crowd(crowded);
  }

  /** Restarts with the current choice. */
  again() {
    const off = this.choice.mode === 'off';
    this.#started = false;
    this.#failed = this.#profile = '';
    this.player.stop();
    this.leave();
    this.watcher({ painting: false });
    this.#cover(off ? t('Switched off.') : '');
    if (off) {
      this.player.clear();
      this.#tellPainted({});
    }
    this.show();
  }

  get #visible() {
    return this.#inSight && !document.hidden;
  }

  /** Starts the chosen technique if somebody can see it. */
  show() {
    if (this.choice.mode === 'off' || !this.#visible || this.player.held || this.#gone) return;
    this.since = performance.now();
    if (this.#started) {
      this.player.resume();
    } else {
      this.#started = true;
      this.player.start(...this.choice.start);
    }
  }

  sight(inSight = this.#inSight) {
    this.#inSight = inSight;
    if (this.#visible) {
      this.show();
    } else if (!this.player.held) {
      this.player.stop();
      this.player.release();
    }
  }

  #told(told) {
    const { technique, painting, why, held, refused } = told;
    this.#place.dataset.technique = technique;
    this.#place.dataset.refused = String(Boolean(refused));
    if (!painting) {
      this.#server.ask();
      this.#failed = this.#silent || this.#reason ? '' : why;
      this.#failing = technique;
      this.#profile ||= told.profile ?? '';
    }
    if (painting && technique === this.#failing) this.#failed = ''; // the fault was temporary
    const blocked = location.protocol === 'https:' && this.#place.dataset.base.startsWith('http:');
    const words = told.profile ? t('{profile}, which this browser does not play.', told) : t(why);
    this.#cover(painting ? '' : trouble({ silent: this.#silent, reason: this.#reason, crowded: this.crowded, why: words, blocked }));
    this.watcher(told);
    if (painting && performance.now() - this.#toldAt < TOLD_MS) return;
    this.#toldAt = performance.now();
    this.#tellPainted(painting && !held ? told : {});
    say(this.#card, 'technique', nameOf(technique));
    if (painting) {
      const { best } = this.#place.dataset;
      const shown = { technique, best, profile: this.#profile, failed: this.#failed };
      this.note = whyChosen({ ...shown, chosen: this.chosen && !this.#failed });
      say(this.#card, 'why', this.note);
    }
  }

  /** Whether a fault keeps it from being shown in the preferred way. */
  get hindered() {
    return Boolean(this.#profile || this.#failed);
  }

  /** Shows the figures of what this page paints, not of the camera. @param {any} told */
  #tellPainted({ delayMillis, fps, bitsPerSecond, left }) {
    say(this.#card, 'delay', delayMillis === undefined ? UNKNOWN : `${Math.max(0, Math.round(delayMillis))} ms`);
    say(this.#card, 'rate', fps === undefined ? UNKNOWN : perSecond(fps));
    say(this.#card, 'data', bitsPerSecond === undefined ? UNKNOWN : bitRate(bitsPerSecond));
    say(this.#card, 'drops', left === undefined ? UNKNOWN : String(left));
  }

  #cover(text) {
    this.#curtain.hidden = text === '';
    if (text !== '' && this.#curtain.textContent !== text) this.#curtain.textContent = text;
  }

  /** Takes the server's figures of the camera. */
  tell(camera, returned) {
    const state = this.#state(camera.state);
    const live = camera.state === 'live' && state !== 'live';
    this.#silent = false;
    if (this.#gone) {
      this.#gone = false;
      this.again();
    }
    this.#reason = camera.reason;
    const empty = this.#started && !this.player.showing && this.#curtain.hidden && this.choice.mode !== 'off';
    if (empty && camera.reason) this.#cover(camera.reason);
    say(this.#card, 'reason', camera.reason).hidden = camera.reason === '';
    const soundTrouble = camera.audio.card?.trouble ?? '';
    say(this.#card, 'soundTrouble', soundTrouble).hidden = soundTrouble === '';
    say(this.#card, 'size', camera.width ? `${camera.width} × ${camera.height}` : UNKNOWN);
    say(this.#card, 'viewers', String(camera.viewers));
    const rate = this.#card.querySelector('[data-fact="rate"]');
    this.#learn(camera.native);
    this.sound.offer(camera.audio.comes !== 'none', camera.may.includes('listen'));
    rate.title = camera.measuredFps ? t('Painted here; the camera gives {rate}', { rate: perSecond(camera.measuredFps) }) : t('Painted here');
    if (returned || live) this.player.back();
  }

  /** Learns the formats of a camera, which for a program are known only after a run: one that needs no encoding is shown. */
  #learn(formats) {
    const { best } = this.#place.dataset;
    const native = formats.filter(format => format !== 'AAC');
    if (native.length !== 1 || native[0] === best) return;
    [this.#place.dataset.best] = native;
    if (this.choice.mode === 'auto' && this.#started && !this.player.held) this.again();
  }

  /** @returns the previous word */
  #state(word) {
    const place = this.#card.querySelector('[data-fact="state"]') ?? document.querySelector('.top [data-fact="state"]');
    const before = place.dataset.state;
    place.dataset.state = word;
    place.textContent = t(word === 'silent' ? 'no answer' : word);
    return before;
  }

  /** Handles a camera that the server no longer lists, because its publisher has gone. */
  gone() {
    if (this.#gone) return;
    this.#gone = true;
    this.#silent = false;
    this.#state('gone');
    this.player.stop();
    if (this.choice.mode !== 'off') this.#cover(t('This camera is gone.'));
  }

  /** Handles an answer that says nothing about the camera. */
  unknown() {
    if (!this.#silent) return;
    this.#silent = false;
    this.#state(UNKNOWN);
    if (!this.#curtain.hidden && this.#curtain.textContent === NO_ANSWER) this.#cover(NO_PICTURE);
  }

  /** Handles a server that does not answer: nothing is known of the camera. */
  silent() {
    this.#silent = true;
    this.#state('silent');
    if (!this.#curtain.hidden && this.choice.mode !== 'off') this.#cover(NO_ANSWER);
  }
}
