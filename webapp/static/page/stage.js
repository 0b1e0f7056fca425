// The place where one camera's picture is, and what is told beside it.

import { Player } from '../player/player.js';
import { perSecond, say } from './say.js';
import { Sound } from './sound.js';

const NO_PICTURE = 'No picture; trying again.';
const NO_ANSWER = 'The server does not answer; trying again.';
const CROWDED = 'A browser has no more connections for moving pictures; choose a way to show this one.';
const TOLD_MS = 500;

export class Stage {
  since = 0; // when it began to show something
  chosen = false; // whether somebody has chosen how it is shown
  #card;
  #place;
  #curtain;
  #player;
  #server;
  #mode = 'auto';
  #inSight = false;
  #started = false;
  #toldAt = -TOLD_MS;
  #reason = '';
  #silent = false;
  #sound;

  /** @param {object} page server: a Server; sockets: where it has some; room(stage): whether the browser has a connection for one more */
  constructor(card, { server, sockets, room }) {
    this.#card = card;
    this.#server = server;
    this.#place = card.querySelector('[data-stage]');
    this.#curtain = card.querySelector('[data-curtain]');
    const { base, query } = this.#place.dataset;
    this.#player = new Player(this.#place, {
      base, query, sockets,
      camera: this.id,
      clock: server.clock,
      room: () => room(this),
      flowing: () => server.flowing(this.id),
      alive: () => server.ask(),
      refresh: () => server.refresh(),
      tell: told => this.#told(told),
    });
    this.#sound = new Sound(card, this.id, sound => this.#player.hear(sound));
    this.#offerMore();
    for (const button of card.querySelectorAll('[data-show]')) {
      button.addEventListener('click', () => this.#choose(button.dataset.show));
    }
    card.querySelector('[data-play]')?.addEventListener('click', event => {
      event.preventDefault();
      this.#choose('auto');
    });
    card.querySelector('.switch').hidden = false;
    this.#press();
    this.#cover('');
  }

  get id() {
    return this.#card.dataset.camera;
  }

  get card() {
    return this.#card;
  }

  /** Whether it holds one of the browser's connections for a moving picture. */
  get streaming() {
    return this.#player.streaming;
  }

  /** Whether it has single pictures for want of a connection. */
  get crowded() {
    return this.#player.crowded && this.#visible && this.#mode !== 'off';
  }

  crowd(crowded) {
    this.#player.crowd(crowded);
  }

  /** Buttons for what only a script can show. */
  #offerMore() {
    const after = this.#card.querySelector('[data-show="auto"]');
    const known = new Set([...this.#card.querySelectorAll('[data-show]')].map(button => button.dataset.show));
    const { disabled } = this.#card.querySelector('[data-show="video"]');
    for (const { name, label, needs } of Player.usable().reverse()) {
      if (needs !== 'H264' || known.has(name)) continue;
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label, disabled });
      button.dataset.show = name;
      after.after(button);
    }
  }

  #choose(mode) {
    this.#mode = mode;
    this.chosen = mode !== 'auto';
    this.#started = false;
    this.#press();
    this.#player.stop();
    this.#cover(mode === 'off' ? 'Switched off.' : '');
    if (mode === 'off') {
      this.#player.clear();
      this.#tellPainted({});
    }
    this.show();
  }

  #press() {
    for (const button of this.#card.querySelectorAll('[data-show]')) {
      button.setAttribute('aria-pressed', String(button.dataset.show === this.#mode));
    }
  }

  get #visible() {
    return this.#inSight && !document.hidden;
  }

  /** Begins what is chosen, if somebody can see it. */
  show() {
    if (this.#mode === 'off' || !this.#visible) return;
    this.since = performance.now();
    if (this.#started) {
      this.#player.resume();
    } else {
      this.#started = true;
      this.#player.start(this.#mode, this.#place.dataset.best);
    }
  }

  sight(inSight = this.#inSight) {
    this.#inSight = inSight;
    if (this.#visible) {
      this.show();
    } else {
      this.#player.stop();
      this.#player.release();
    }
  }

  #told({ technique, painting, why, delayMillis, fps, held }) {
    this.#place.dataset.technique = technique;
    if (!painting) this.#server.ask();
    this.#cover(painting ? '' : this.#silent ? NO_ANSWER : this.#reason || (this.crowded && CROWDED) || why || NO_PICTURE);
    if (painting && performance.now() - this.#toldAt < TOLD_MS) return;
    this.#toldAt = performance.now();
    this.#tellPainted(painting && !held ? { delayMillis, fps } : {});
  }

  /** What this page paints, not what the camera gives. */
  #tellPainted({ delayMillis, fps }) {
    say(this.#card, 'delay', delayMillis === undefined ? '–' : `${Math.max(0, Math.round(delayMillis))} ms`);
    say(this.#card, 'rate', fps === undefined ? '–' : perSecond(fps));
  }

  #cover(text) {
    this.#curtain.hidden = text === '';
    if (text !== '') this.#curtain.textContent = text;
  }

  /** What the server says of the camera. */
  tell(camera, returned) {
    const state = this.#state(camera.state);
    const live = camera.state === 'live' && state !== 'live';
    this.#silent = false;
    this.#reason = camera.reason;
    say(this.#card, 'reason', camera.reason).hidden = camera.reason === '';
    const soundTrouble = camera.audio.card?.trouble ?? '';
    say(this.#card, 'soundTrouble', soundTrouble).hidden = soundTrouble === '';
    say(this.#card, 'size', camera.width ? `${camera.width} × ${camera.height}` : '–');
    say(this.#card, 'viewers', String(camera.viewers));
    const rate = this.#card.querySelector('[data-fact="rate"]');
    this.#learn(camera.native);
    this.#sound.offer(camera.audio.comes !== 'none');
    rate.title = camera.measuredFps ? `Painted here; the camera gives ${perSecond(camera.measuredFps)}` : 'Painted here';
    if (returned || live) this.#player.back();
  }

  /** What a program gives is known when it has run: the format that needs no encoding is shown. */
  #learn(formats) {
    const { best } = this.#place.dataset;
    const native = formats.filter(format => format !== 'AAC');
    if (native.length !== 1 || native[0] === best) return;
    [this.#place.dataset.best] = native;
    if (this.#mode === 'auto' && this.#started) this.#choose('auto');
  }

  /** @returns what was told before */
  #state(word) {
    const place = this.#card.querySelector('[data-fact="state"]');
    const before = place.dataset.state;
    place.dataset.state = word;
    say(this.#card, 'state', word === 'silent' ? 'no answer' : word);
    return before;
  }

  /** The server does not answer: nothing is known of the camera. */
  silent() {
    this.#silent = true;
    this.#state('silent');
    if (!this.#curtain.hidden && this.#mode !== 'off') this.#cover(NO_ANSWER);
  }
}
