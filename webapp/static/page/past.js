// Back in time: within the HLS window by the slider over the controls, and beyond it on the page of recordings.

import { Player } from '../player/player.js';
import { t } from './tongue.js';

const FRAME_SECONDS = 1 / 30;
const SLACK_SECONDS = 2; // nearer to the newest than that is live

export class Past {
  away = false; // from the live picture
  able; // to go back at all
  #stage;
  #flash;
  #box;
  #slider;
  #wanted; // seconds before now, until HLS shows them
  #paused = false; // whether it is to stand still there
  #heldAt = 0;

  /** @param {function} flash says something for a moment, with a link */
  constructor(stage, screen, flash) {
    this.#flash = flash;
    this.#stage = stage;
    this.#box = screen.querySelector('[data-past]');
    this.#slider = this.#box.querySelector('input');
    const seeks = Player.usable().some(({ name, prototype }) => name === 'hls' && 'behind' in prototype);
    this.able = seeks && Boolean(stage.card.querySelector('[data-show="hls"]:enabled'));
    stage.leave = () => this.#leave();
    this.#slider.addEventListener('change', () => this.to(-Number(this.#slider.value)));
  }

  /** What can seek, once it shows something. */
  get #seeker() {
    const { showing } = this.#stage.player;
    return this.away && showing?.behind ? showing : undefined;
  }

  get #secondsBehind() {
    return this.#wanted ?? (this.away ? -Number(this.#slider.value) : this.#heldAt ? (Date.now() - this.#heldAt) / 1000 : 0);
  }

  by(seconds) {
    const to = this.#secondsBehind - seconds;
    if (to < SLACK_SECONDS) this.live();
    else if (this.able) this.to(to);
  }

  /** Shows what was so many seconds ago. */
  to(seconds) {
    if (seconds < SLACK_SECONDS) {
      this.live();
      return;
    }
    const seeker = this.#seeker;
    if (seeker && this.#wanted === undefined) {
      if (seconds > seeker.window + 1) this.#farther(seconds);
      else this.#seek(seeker, seconds);
      return;
    }
    this.#wanted = seconds;
    if (this.away) return;
    this.away = true;
    this.#stage.player.start('hls', this.#stage.card.querySelector('[data-stage]').dataset.best, { only: true });
  }

  #seek(seeker, seconds) {
    seeker.past = true;
    seeker.behind(seconds);
    this.#slider.value = String(-seconds);
  }

  /** Shows the oldest that is kept; what is older may have been recorded. */
  #farther(seconds) {
    const seeker = this.#seeker;
    this.#seek(seeker, seeker.window);
    const recordings = document.querySelector('.nav a[href="recordings/"]');
    const link = recordings && Object.assign(document.createElement('a'), {
      href: `${recordings.href}#${new Date(Date.now() - 1000 * seconds).toISOString()}`, textContent: t('Look into the recordings'),
    });
    this.#flash(t('This is the oldest that is kept: {seconds} s.', { seconds: Math.round(seeker.window) }), link);
  }

  /** Back to the newest, as it was chosen. */
  live() {
    if (this.away || this.#stage.player.held) this.#stage.again();
  }

  #leave() {
    this.away = false;
    this.#wanted = undefined;
    this.#paused = false;
    this.#heldAt = 0;
    this.#box.hidden = true;
  }

  pause() {
    const video = this.#seeker?.view;
    if (!video) this.#paused = !this.#paused;
    else if (video.paused) video.play().catch(() => {});
    else video.pause();
  }

  /** One frame on or back; a picture that stands still is looked for in the window. */
  step(frames) {
    const video = this.#seeker?.view;
    if (video) {
      video.pause();
      video.currentTime += frames * FRAME_SECONDS;
    } else if (this.able) {
      this.#paused = true;
      this.to(Math.max(SLACK_SECONDS, this.#secondsBehind + 0.2));
    }
  }

  /** What the player tells of itself. */
  told({ painting, held, delayMillis }) {
    if (!this.away) {
      this.#heldAt = held ? this.#heldAt || Date.now() : 0;
      return;
    }
    const seeker = this.#seeker;
    if (!seeker || !painting) return;
    if (!seeker.past) this.#wanted ??= -Number(this.#slider.value); // it was begun anew
    if (this.#wanted !== undefined && seeker.window > 1) {
      const seconds = this.#wanted;
      this.#wanted = undefined;
      if (seconds > seeker.window + 1 && !this.#paused) {
        this.#farther(seconds);
      } else {
        this.#seek(seeker, Math.min(seconds, seeker.window));
      }
      if (this.#paused) seeker.view.pause();
      this.#paused = false;
    }
    this.#box.hidden = false;
    this.#slider.min = String(-Math.round(seeker.window));
    if (delayMillis !== undefined && !held && document.activeElement !== this.#slider) this.#slider.value = String(-delayMillis / 1000);
    this.#slider.setAttribute('aria-valuetext', t('{seconds} seconds before now', { seconds: Math.round(-Number(this.#slider.value)) }));
  }
}
