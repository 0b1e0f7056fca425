// The controls over the picture of a camera's page, by pointer, touch and keyboard.

import { change } from './operator.js';
import { Past } from './past.js';
import { savePicture } from './picture.js';
import { share } from './share.js';
import { t } from './tongue.js';
import { Zoom } from './zoom.js';

const IDLE_MS = 3500;
const FLASH_MS = 4000;
const BACK_SECONDS = 10;
const LOUDER = 0.1;
const CLOCK_MILLIS = 90000; // older pictures show the clock's time

export class Deck {
  #stage;
  #screen;
  #zoom;
  #past;
  #idle;
  #fading;
  #recording = false;
  #noted = '';

  /** @param {import('./stage.js').Stage} stage its card must have a screen */
  constructor(stage) {
    this.#stage = stage;
    this.#screen = stage.card.querySelector('[data-screen]');
    this.#zoom = new Zoom(this.#screen);
    this.#past = new Past(stage, this.#screen, (text, link) => this.flash(text, link));
    this.#find('[data-deck]').hidden = false;
    for (const button of this.#screen.querySelectorAll('[data-do]')) {
      button.addEventListener('click', () => this.act(button.dataset.do));
    }
    this.#find('[data-begin]').addEventListener('click', () => this.act('play'));
    stage.watcher = told => this.#told(told);
    this.#offerPast();
    this.#find('[data-do="pip"]').hidden = !document.pictureInPictureEnabled || !this.#video;
    this.#find('[data-do="full"]').hidden = !(this.#screen.requestFullscreen || HTMLVideoElement.prototype.webkitEnterFullscreen);
    document.addEventListener('keydown', event => this.#key(event));
    for (const type of ['pointermove', 'pointerdown', 'focusin', 'keydown']) this.#screen.addEventListener(type, () => this.#awake());
    this.#screen.addEventListener('pointerleave', () => this.#sleepIn(500));
    this.#awake();
  }

  #offerPast() {
    for (const name of ['back', 'previous', 'next']) this.#find(`[data-do="${name}"]`).hidden = !this.#past.able;
  }

  #find(selector) {
    return this.#screen.querySelector(selector);
  }

  /** Takes the server's word on whether it is recording this camera. */
  recording(on) {
    const button = this.#find('[data-do="record"]');
    if (!button || on === undefined) return;
    this.#recording = on;
    button.setAttribute('aria-pressed', String(on));
    button.title = on ? t('Recording; press to stop') : t('Record');
  }

  act(what) {
    const acts = {
      play: () => this.#play(),
      back: () => this.#past.by(-BACK_SECONDS),
      on: () => this.#past.by(BACK_SECONDS),
      previous: () => this.#past.step(-1),
      next: () => this.#past.step(1),
      live: () => this.#past.live(),
      snapshot: () => this.#snapshot(),
      record: () => this.#record(),
      share: () => this.#share(),
      facts: () => this.#facts(),
      help: () => document.querySelector('[data-keys]').showModal(),
      pip: () => this.#pip(),
      full: () => this.#full(),
      sound: () => this.#stage.sound.there && this.#stage.sound.toggle(),
    };
    acts[what]?.();
  }

  #play() {
    const { player } = this.#stage;
    if (this.#past.away) this.#past.pause();
    else if (!player.held) player.hold();
    else if (player.showing?.view instanceof HTMLVideoElement) player.showing.view.play().catch(() => {});
    else player.resume();
  }

  #told({ painting, held, refused, delayMillis }) {
    this.#screen.toggleAttribute('data-held', Boolean(held));
    this.#screen.toggleAttribute('data-live', painting && !held && !this.#past.away);
    const play = this.#find('[data-do="play"]');
    play.setAttribute('aria-label', held ? t('Play') : t('Pause'));
    this.#find('[data-begin]').hidden = !refused;
    const late = this.#find('[data-late]');
    const known = painting && !held && delayMillis !== undefined;
    const { moment } = this.#past;
    const ago = delayMillis > CLOCK_MILLIS && moment ? new Date(moment).toLocaleTimeString() : `−${Math.round(delayMillis / 1000)} s`;
    const text = !known ? '' : delayMillis < 10000 ? `${Math.max(0, Math.round(delayMillis))} ms` : ago;
    if (late.textContent !== text) late.textContent = text;
    this.#find('[data-live]').textContent = held ? t('Paused') : this.#past.away ? t('Earlier') : t('Live');
    this.#past.told({ painting, held, delayMillis });
    const { note, hindered } = this.#stage;
    if (painting && hindered && note !== this.#noted) this.flash(note);
    this.#noted = note;
    this.#offerPast();
  }

  /** Shows a message for a moment. */
  flash(text, link) {
    const place = this.#find('[data-flash]');
    place.textContent = text;
    if (link) place.append(' ', link);
    place.hidden = false;
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => { place.hidden = true; }, FLASH_MS);
  }

  async #snapshot() {
    try {
      const name = await savePicture(this.#find('[data-stage]'), this.#stage.id, Date.now());
      this.flash(t('Saved as {name}', { name }));
    } catch (nothing) {
      this.flash(t('There is no picture to save yet.'));
    }
  }

  async #record() {
    const trouble = await change('PUT', 'recording', { recording: !this.#recording });
    if (trouble === undefined) {
      this.recording(!this.#recording);
      this.flash(this.#recording ? t('Recording.') : t('Recording stopped.'),
        Object.assign(document.createElement('a'), { href: 'recordings/', textContent: t('Recordings') }));
    } else if (trouble) {
      this.flash(trouble);
    }
  }

  async #share() {
    const trouble = await share(document.body.dataset.root || '');
    if (trouble) this.flash(trouble);
  }

  #facts() {
    const panel = this.#find('[data-told]');
    panel.hidden = !panel.hidden;
    this.#find('[data-do="facts"]').setAttribute('aria-expanded', String(!panel.hidden));
  }

  /** A technique with a <video>, if the camera offers one. */
  get #video() {
    return ['mse', 'video'].find(name => this.#find(`[data-show="${name}"]:enabled`));
  }

  /** Only a <video> can leave the page; another technique hands over to one. */
  async #pip() {
    if (document.pictureInPictureElement) {
      await document.exitPictureInPicture();
      return;
    }
    const video = this.#stage.player.showing?.view;
    if (video instanceof HTMLVideoElement) {
      video.requestPictureInPicture().catch(refusal => this.flash(refusal.message));
    } else {
      this.#stage.choice.choose(this.#video);
      this.flash(t('Shown as a video now: press once more.'));
    }
  }

  #full() {
    const video = this.#find('video');
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.#screen.requestFullscreen) this.#screen.requestFullscreen().catch(refusal => this.flash(refusal.message));
    else video?.webkitEnterFullscreen?.(); // an iPhone has nothing else
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const typing = target.closest('input:not([type="range"]), select, textarea, dialog[open], pre');
    const pressing = event.key === ' ' && target.closest('button, summary, a, label');
    if (typing || pressing) return;
    const sliding = event.key.startsWith('Arrow') && target.closest('input');
    if (sliding) return;
    const { held } = this.#stage.player;
    const keys = {
      ' ': 'play', ArrowLeft: held ? 'previous' : 'back', ArrowRight: held ? 'next' : 'on', f: 'full', m: 'sound', s: 'snapshot', i: 'facts', l: 'live', '?': 'help',
    };
    if (keys[event.key]) this.act(keys[event.key]);
    else if (event.key === 'ArrowUp' && this.#stage.sound.there) this.#stage.sound.louder(LOUDER);
    else if (event.key === 'ArrowDown' && this.#stage.sound.there) this.#stage.sound.louder(-LOUDER);
    else if (!this.#zoom.key(event.key)) return;
    event.preventDefault();
    this.#awake();
  }

  #awake() {
    this.#screen.removeAttribute('data-idle');
    this.#sleepIn(IDLE_MS);
  }

  #sleepIn(millis) {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const busy = this.#screen.hasAttribute('data-held') || this.#screen.querySelector('.menu[open]') || !this.#find('[data-curtain]').hidden;
      if (!busy) this.#screen.setAttribute('data-idle', '');
    }, millis);
  }
}
