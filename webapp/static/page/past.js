// The way back in time on one line: recent pictures from memory by HLS, older ones from the recordings, and the live picture at the end.

import { Player } from '../player/player.js';
import { Recorded } from '../player/techniques/recorded.js';
import { TimeLine, recordingAt } from './timeline.js';
import { t } from './tongue.js';

const SLACK_SECONDS = 2; // a picture this near to the newest is live
const NEAR_SECONDS = 30; // up to this age memory is tried first
const DAY = 86400000;
const LOOK_MILLIS = 10000; // the interval between reads of the list
const SPANS = [{ minutes: 15, name: t('15 min') }, { minutes: 120, name: t('2 h') }, { minutes: 1440, name: t('24 h') }];
const MINUTE = 60000;

export class Past {
  away = false; // whether the picture is not the live one
  #windowed; // whether HLS can go back
  #stage;
  #flash;
  #box;
  #slider;
  #times; // holds the line, if the camera is recorded
  #line;
  #span = 0;
  #recordings = [];
  #read = -LOOK_MILLIS; // when the list was read
  #wanted; // seconds before now, until HLS shows that
  #moment = 0; // of a recording's picture, in milliseconds since 1970
  #replaying = false;
  #paused = false; // whether it must stand still there
  #heldAt = 0;

  /** @param {function} flash shows a message for a moment */
  constructor(stage, screen, flash) {
    this.#flash = flash;
    this.#stage = stage;
    this.#box = screen.querySelector('[data-past]');
    this.#slider = this.#box.querySelector('input');
    this.#times = screen.querySelector('[data-times]');
    const seeks = Player.usable().some(({ name, prototype }) => name === 'hls' && 'behind' in prototype);
    this.#windowed = seeks && Boolean(stage.card.querySelector('[data-show="hls"]:enabled'));
    stage.leave = () => this.#leave();
    this.#slider.addEventListener('change', () => this.to(-Number(this.#slider.value)));
    if (this.#times) this.#draw();
  }

  #draw() {
    const times = this.#times;
    this.#line = new TimeLine(times.querySelector('canvas'), 'recordings/', millis => this.at(millis));
    const button = times.querySelector('[data-span]');
    const show = () => {
      const { minutes, name } = SPANS[this.#span];
      button.textContent = name;
      this.#line.near(minutes * MINUTE);
    };
    button.addEventListener('click', () => {
      this.#span = (this.#span + 1) % SPANS.length;
      show();
    });
    this.#look().then(() => {
      show();
      const asked = Date.parse(decodeURIComponent(location.hash.slice(1)));
      if (Number.isFinite(asked)) this.at(asked);
    });
  }

  /** Reads the list of recordings, now and then. */
  async #look(due = LOOK_MILLIS) {
    if (performance.now() - this.#read < due) return;
    this.#read = performance.now();
    const now = this.#stage.now;
    try {
      const answer = await fetch(`recordings/list.json?from=${new Date(now - DAY).toISOString()}`, { cache: 'no-store' });
      this.#recordings = answer.ok ? (await answer.json()).recordings : [];
      this.#times.hidden = !answer.ok;
    } catch (unreachable) {
      return; // the last list stays
    }
    this.#show();
  }

  #show() {
    const now = this.#stage.now;
    const memoryFrom = now - 1000 * (this.#replaying ? 0 : this.#seeker?.window ?? 0);
    const grown = each => ({ ...each, durationMillis: Math.max(each.durationMillis, now - each.startMillis) }); // it grows after the list was read
    const recordings = this.#recordings.map(each => (each.finished ? each : grown(each)));
    this.#line.show({ recordings, from: now - DAY, to: now, memoryFrom });
    this.#line.at(this.moment ?? now);
  }

  /** Whether there is anything to go back to. */
  get able() {
    return this.#windowed || this.#recordings.length > 0;
  }

  /** The moment of the picture, if it is not the live one. */
  get moment() {
    if (!this.away) return undefined;
    if (this.#replaying) return this.#moment;
    return this.#seeker ? this.#stage.now - 1000 * this.#secondsBehind : undefined;
  }

  /** The technique that can seek, once it shows something. */
  get #seeker() {
    const { showing } = this.#stage.player;
    return this.away && (showing?.behind || showing?.seek) ? showing : undefined;
  }

  get #secondsBehind() {
    if (this.#wanted !== undefined) return this.#wanted;
    if (this.#replaying) return (this.#stage.now - this.#moment) / 1000;
    return this.away ? -Number(this.#slider.value) : this.#heldAt ? (Date.now() - this.#heldAt) / 1000 : 0;
  }

  by(seconds) {
    const to = this.#secondsBehind - seconds;
    if (to < SLACK_SECONDS) this.live();
    else if (this.able) this.to(to);
  }

  /** Shows a moment, or the next one available. */
  at(millis) {
    this.to((this.#stage.now - millis) / 1000);
  }

  /** Shows the picture of `seconds` ago. */
  to(seconds) {
    if (seconds < SLACK_SECONDS) {
      this.live();
      return;
    }
    if ((seconds > NEAR_SECONDS || !this.#windowed) && this.#replay(this.#stage.now - 1000 * seconds)) return;
    const seeker = this.#replaying ? undefined : this.#seeker;
    if (seeker && this.#wanted === undefined) {
      if (seconds > seeker.window + 1) this.#farther(seconds);
      else this.#seek(seeker, seconds);
      return;
    }
    this.#wanted = seconds;
    if (this.away && !this.#replaying) return;
    this.away = true;
    this.#replaying = false;
    this.#stage.player.start('hls', this.#stage.card.querySelector('[data-stage]').dataset.best, { only: true });
  }

  /** Shows the recording of a moment; in a gap, the next one. @returns whether there is any */
  #replay(millis) {
    const recording = recordingAt(this.#recordings, millis);
    if (!recording) return false;
    const seeker = this.#replaying && this.#seeker;
    this.#moment = Math.max(millis, recording.startMillis);
    this.#wanted = undefined;
    this.away = true;
    if (seeker && seeker.seek(this.#moment)) return true;
    this.#replaying = true;
    this.#stage.player.start('recorded', 'H264', {
      only: true, technique: Recorded, from: () => this.#moment, now: () => this.#stage.now, over: end => this.#over(end),
    });
    return true;
  }

  /** Continues after the end of a playlist, with later recordings or with memory. */
  async #over(end) {
    this.#moment = end;
    await this.#look(0);
    if (this.#replaying && !this.#replay(end + 500)) this.to((this.#stage.now - end) / 1000);
  }

  #seek(seeker, seconds) {
    seeker.past = true;
    seeker.behind(seconds);
    this.#slider.value = String(-seconds);
  }

  /** Handles a moment older than memory: shows its recording, or the oldest picture. */
  #farther(seconds) {
    if (this.#replay(this.#stage.now - 1000 * seconds)) return;
    const seeker = this.#seeker;
    this.#seek(seeker, seeker.window);
    this.#flash(t('This is the oldest that is kept: {seconds} s.', { seconds: Math.round(seeker.window) }));
  }

  /** Returns to the live picture, shown as chosen. */
  live() {
    if (this.away || this.#stage.player.held) this.#stage.again();
  }

  #leave() {
    this.away = false;
    this.#replaying = false;
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

  /** Goes one frame forward or back, in memory or in the recordings. */
  step(frames) {
    const video = this.#seeker?.view;
    if (video) {
      video.pause();
      const { shown, lasts } = this.#seeker; // a browser's time may be ahead of the picture shown
      video.currentTime = shown === undefined ? video.currentTime + frames * lasts : shown + (frames + 0.5) * lasts;
    } else if (this.able) {
      this.#paused = true;
      this.to(Math.max(SLACK_SECONDS, this.#secondsBehind + 0.2));
    }
  }

  /** Takes the player's report. */
  told(told) {
    if (this.away) this.#toldAway(told);
    else this.#heldAt = told.held ? this.#heldAt || Date.now() : 0;
    if (!this.#line) return;
    this.#look();
    this.#show();
  }

  #toldAway({ painting, held, delayMillis }) {
    const seeker = this.#seeker;
    if (!seeker || !painting) return;
    if (this.#replaying) {
      this.#moment = seeker.moment;
      this.#stop(seeker);
      return;
    }
    if (!seeker.past) this.#wanted ??= -Number(this.#slider.value); // it was restarted
    if (this.#wanted !== undefined && seeker.window > 1) {
      const seconds = this.#wanted;
      this.#wanted = undefined;
      if (seconds > seeker.window + 1 && !this.#paused) {
        this.#farther(seconds);
        if (this.#replaying) return;
      } else {
        this.#seek(seeker, Math.min(seconds, seeker.window));
      }
      this.#stop(seeker);
    }
    this.#box.hidden = Boolean(this.#line) && !this.#times.hidden;
    this.#slider.min = String(-Math.round(seeker.window));
    if (delayMillis !== undefined && !held && document.activeElement !== this.#slider) this.#slider.value = String(-delayMillis / 1000);
    this.#slider.setAttribute('aria-valuetext', t('{seconds} seconds before now', { seconds: Math.round(-Number(this.#slider.value)) }));
  }

  #stop(seeker) {
    if (this.#paused) seeker.view.pause();
    this.#paused = false;
  }
}
