// Media Source Extensions.

import { TIMESCALE, join } from '../boxes.js';
import { frames } from '../frames.js';
import { unplayable } from '../profile.js';
import { Video } from '../playing.js';

const JUMP_SECONDS = 1;
const KEPT_SECONDS = 8;
const SLACK_SECONDS = 0.03;
const SOUND_SLACK_SECONDS = 0.01;
const MOST_SLACK_SECONDS = 0.5;

const MOST_WAITING = 300; // fragments

// W3C Media Source Extensions 2, section 4: an iPhone has only the managed one, which opens if the <video> is not played on other devices (disableRemotePlayback)
const Source = window.ManagedMediaSource ?? window.MediaSource;

/** Keeps the <video> a few frames behind the newest by changing its speed. */
export class MediaSourceExtensions extends Video {
  static name = 'mse';
  static label = 'MSE';
  static needs = 'H264';
  static frames = true;
  static light = true; // pictures go to the screen as the decoder leaves them, in no colours of a canvas
  static sound = true;
  static usable = () => Boolean(Source?.isTypeSupported('video/mp4; codecs="avc1.42e01e"'));

  /** @type {MediaSource & { streaming?: boolean }} */
  #source = new Source();
  #queue = [];
  #times = []; // [media seconds, captured], in the order of decoding
  #slack = SLACK_SECONDS;
  #reorder = 0; // the longest time from decoding to showing: the end of the buffer still has holes for so long
  #duration = 1 / 30; // of a frame, smoothed
  #ticks = 0;
  #heard = 0; // the end of the sound, in its own ticks
  #shift; // from the times of the stream to those of the player, in ticks of pictures; unknown before the first picture
  #buffer;

  constructor(host) {
    super(host, {});
    this.address = URL.createObjectURL(this.#source);
    this.#source.addEventListener('sourceopen', () => this.#open(), { once: true });
    this.#source.addEventListener('startstreaming', () => this.#goOn());
    this.view.addEventListener('waiting', () => this.#starved());
    this.view.addEventListener('loadeddata', () => this.#keepUp());
    this.view.src = this.address;
    this.timer = setInterval(() => this.#keepUp(), 100);
  }

  #open() {
    URL.revokeObjectURL(this.address);
    frames(this.host, 'mp4', this.signal, {
      init: (bytes, mimeType) => this.#init(bytes, mimeType),
      frame: sample => this.#fragment(sample),
    });
  }

  #init(bytes, mimeType) {
    if (!this.#buffer) {
      if (!Source.isTypeSupported(mimeType)) {
        this.host.failed(unplayable(mimeType));
        return;
      }
      this.#buffer = this.#source.addSourceBuffer(mimeType);
      this.#buffer.addEventListener('updateend', () => this.#next());
    }
    this.#shift = undefined;
    this.#append(bytes);
  }

  /** Takes a fragment. Each frame begins where the previous one ends: early or late frames would leave gaps, over which no browser plays. */
  #fragment(sample) {
    if (sample.rate) this.#sound(sample);
    else this.#picture(sample);
  }

  /**
   * Takes a picture. With sound, frames end when the stream says, so that both stay together; so do pictures that are shown in another order than decoded, and
   * each gets its composition offset anew (ISO/IEC 14496-12, 8.6.1.3), so that all are shown when the stream says, wherever they are decoded.
   */
  #picture({ bytes, ticksAt, ticks, durationAt, duration: told, laterAt, later, captured }) {
    this.host.framed();
    this.#shift ??= this.#ticks - ticks;
    const data = new DataView(bytes.buffer);
    data.setBigUint64(ticksAt, BigInt(this.#ticks));
    const due = ticks + this.#shift;
    let shown = this.#ticks;
    if (laterAt !== undefined) {
      shown = due + later;
      data.setInt32(laterAt, shown - this.#ticks);
    }
    const duration = this.host.sound.on || laterAt !== undefined ? Math.max(1, due + told - this.#ticks) : told;
    data.setUint32(durationAt, duration);
    this.#times.push([shown / TIMESCALE, captured]);
    this.#reorder = Math.max((shown - this.#ticks) / TIMESCALE, this.#reorder * 0.999);
    this.#ticks += duration;
    this.#duration += (Math.min(0.2, duration / TIMESCALE) - this.#duration) / 16;
    if (this.#times.length > 300) this.#times.splice(0, 150);
    this.#append(bytes);
  }

  /** Takes a frame of sound. Frames follow each other directly; one that would overlap others, in a restarted stream, is left out. */
  #sound({ bytes, ticksAt, ticks, duration, rate }) {
    if (this.#shift === undefined) return;
    const at = Math.max(0, Math.round(ticks + this.#shift * rate / TIMESCALE));
    const near = Math.abs(at - this.#heard) < SOUND_SLACK_SECONDS * rate;
    if (!near && at < this.#heard) return;
    const start = near ? this.#heard : at;
    new DataView(bytes.buffer).setBigUint64(ticksAt, BigInt(start));
    this.#heard = start + duration;
    this.#append(bytes);
  }

  #append(bytes) {
    this.#queue.push(bytes);
    if (this.#queue.length > MOST_WAITING) this.abort(); // nobody takes them
    this.#next();
  }

  /** Continues because the browser takes more: with the waiting frames, or with the newest if too many were missed. */
  #goOn() {
    if (this.stopped) return;
    if (this.aborted && !this.held) this.host.again();
    else this.#next();
  }

  /** Whether the browser takes frames; one that manages memory and radio says when it does not. */
  get #takes() {
    return this.#source.readyState === 'open' && this.#source.streaming !== false;
  }

  #next() {
    const buffer = this.#buffer;
    if (this.aborted || !buffer || buffer.updating || !this.#takes) return;
    if (this.#queue.length) {
      buffer.appendBuffer(join(this.#queue.splice(0)));
    } else if (buffer.buffered.length && this.view.currentTime - buffer.buffered.start(0) > 2 * KEPT_SECONDS) {
      buffer.remove(0, this.view.currentTime - KEPT_SECONDS);
    }
    this.#keepUp();
  }

  /** Enlarges the buffer a little, because it ran empty. */
  #starved() {
    this.#slack = Math.min(MOST_SLACK_SECONDS, this.#slack + 0.02);
  }

  /** Jumps to the newest picture when far behind or before a gap; else plays a little faster or slower, which nobody sees. */
  #keepUp() {
    const { view } = this;
    const ranges = view.buffered;
    if (!ranges.length || this.aborted) return;
    const last = ranges.length - 1;
    const end = ranges.end(last);
    const behind = end - view.currentTime;
    const wanted = this.#slack + this.#duration + this.#reorder;
    this.#slack = Math.max(SLACK_SECONDS, this.#slack - 0.0002);
    const early = view.currentTime < ranges.start(last);
    // a jump while the first pictures are on their way to the decoder has WebKitGTK drop what they need, and end with "Failed to push buffer" (bugs.webkit.org 262193)
    if (!this.begun && !early && view.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (early || behind > JUMP_SECONDS || (!this.begun && behind > wanted)) {
      this.begun = true;
      view.currentTime = Math.max(ranges.start(last), end - wanted);
      return;
    }
    const excess = behind - wanted;
    const rate = excess > 0.15 ? 1.1 : excess > 0.015 ? 1.03 : behind < this.#slack / 2 ? 0.97 : 1;
    if (view.playbackRate !== rate) view.playbackRate = rate;
  }

  capturedAt(mediaTime) {
    let last = -1;
    let found;
    for (const [time, captured] of this.#times) {
      if (time <= last || time > mediaTime + 0.002) continue;
      last = time;
      found = captured;
    }
    return found;
  }

  /** Stops the stream, because its frames would be old when somebody looks again. */
  pause() {
    this.abort();
    clearInterval(this.timer);
  }

  stop() {
    clearInterval(this.timer);
    super.stop();
  }
}
