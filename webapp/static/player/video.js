// Techniques over a <video>, as techniques.js describes them.

import { TIMESCALE, join } from './boxes.js';
import { frames } from './frames.js';
import { Streamed, make } from './streamed.js';

const JUMP_SECONDS = 1;
const KEPT_SECONDS = 8;
const SLACK_SECONDS = 0.03;
const MOST_SLACK_SECONDS = 0.5;
const STALE_MS = 1500; // a pause that leaves no more than this behind goes on where it was

/** A <video>; mounts it and tells the host when it paints. */
export class Video extends Streamed {
  #counted = 0;
  #heldAt = 0;

  constructor(host, properties) {
    const video = make('video', { muted: true, autoplay: true, playsInline: true, disableRemotePlayback: true, ...properties });
    super(host, video);
    video.addEventListener('error', () => this.ended(video.error));
    video.addEventListener('ended', () => this.ended({ code: MediaError.MEDIA_ERR_NETWORK }));
    video.addEventListener('progress', () => host.heard());
    video.addEventListener('pause', () => this.#hold());
    video.addEventListener('play', () => this.#goOn());
    // autoplay alone waits until Chromium thinks that it can play to the end, which an endless stream lets it think late or never
    video.addEventListener('canplay', () => this.#play());
    if ('requestVideoFrameCallback' in video) {
      const painted = (now, { mediaTime, presentedFrames }) => {
        if (this.stopped) return;
        video.requestVideoFrameCallback(painted);
        this.#painted(presentedFrames, mediaTime);
      };
      video.requestVideoFrameCallback(painted);
    } else {
      video.addEventListener('timeupdate', () => {
        const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
        this.#painted(totalVideoFrames - droppedVideoFrames, video.currentTime);
      });
    }
  }

  #painted(presented, mediaTime) {
    this.host.painted(this.capturedAt(mediaTime), Math.max(1, presented - this.#counted));
    this.#counted = presented;
  }

  /** Whether the picture stands still because somebody wants it to. */
  get held() {
    return this.#heldAt > 0;
  }

  #play() {
    if (!this.view.paused || this.held) return;
    this.view.play().catch(refusal => {
      if (this.stopped || refusal.name !== 'NotAllowedError') return;
      this.view.controls = true; // the user may press play
      this.#heldAt = Date.now();
    });
  }

  #hold() {
    if (this.stopped || this.view.ended) return;
    this.#heldAt = Date.now();
    this.pause();
  }

  #goOn() {
    if (this.stopped || !this.held) return;
    const heldMillis = Date.now() - this.#heldAt;
    this.#heldAt = 0;
    if (heldMillis > STALE_MS || this.aborted) this.host.again();
  }

  /** What is held needs no frames. */
  pause() {}

  /** The browser gave up, or was told that there is no more. */
  ended(error) {
    if (this.stopped || this.held) return;
    this.host.failed({
      why: error?.message || 'The stream has ended.',
      network: error?.code === MediaError.MEDIA_ERR_NETWORK,
      unsure: error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED, // what a browser says of any answer but a video
    });
  }

  /** When the picture of that media time was captured, where that is known. */
  capturedAt() {
    return undefined;
  }

  stop() {
    super.stop();
    this.view.removeAttribute('src');
    this.view.load();
  }
}

const Source = window.ManagedMediaSource ?? window.MediaSource;

/** Media Source Extensions: the player holds the <video> a few frames behind the newest, by its speed. */
export class MediaSourceExtensions extends Video {
  static name = 'mse';
  static label = 'MSE';
  static needs = 'H264';
  static frames = true;
  static usable = () => Boolean(Source?.isTypeSupported('video/mp4; codecs="avc1.42e01e"'));

  #source = new Source();
  #queue = [];
  #times = []; // [media seconds, captured], rising
  #slack = SLACK_SECONDS;
  #reorder = 0; // how much later than decoded a frame is shown at most: so much of what is buffered has holes yet
  #duration = 1 / 30; // of a frame, smoothed
  #ticks = 0;
  #buffer;

  constructor(host) {
    super(host, {});
    this.address = URL.createObjectURL(this.#source);
    this.#source.addEventListener('sourceopen', () => this.#open(), { once: true });
    this.view.addEventListener('waiting', () => this.#starved());
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
      this.#buffer = this.#source.addSourceBuffer(mimeType);
      this.#buffer.addEventListener('updateend', () => this.#next());
    }
    this.#append(bytes);
  }

  /** Each frame begins where the one before ends: frames that come early or late would leave gaps, over which no browser plays. */
  #fragment({ bytes, ticksAt, duration, later, captured }) {
    this.host.framed();
    new DataView(bytes.buffer).setBigUint64(ticksAt, BigInt(this.#ticks));
    this.#times.push([this.#ticks / TIMESCALE, captured]);
    this.#ticks += duration;
    this.#reorder = Math.max(later / TIMESCALE, this.#reorder * 0.999);
    this.#duration += (Math.min(0.2, duration / TIMESCALE) - this.#duration) / 16;
    if (this.#times.length > 300) this.#times.splice(0, 150);
    this.#append(bytes);
  }

  #append(bytes) {
    this.#queue.push(bytes);
    this.#next();
  }

  #next() {
    const buffer = this.#buffer;
    if (this.aborted || !buffer || buffer.updating || this.#source.readyState !== 'open') return;
    if (this.#queue.length) {
      buffer.appendBuffer(join(this.#queue.splice(0)));
    } else if (buffer.buffered.length && this.view.currentTime - buffer.buffered.start(0) > 2 * KEPT_SECONDS) {
      buffer.remove(0, this.view.currentTime - KEPT_SECONDS);
    }
    this.#keepUp();
  }

  /** The buffer ran empty: keep a little more of it from now on. */
  #starved() {
    this.#slack = Math.min(MOST_SLACK_SECONDS, this.#slack + 0.02);
  }

  /** Jumps to the newest when far behind or before a gap; else goes a little faster, or slower, which nobody sees. */
  #keepUp() {
    const { view } = this;
    const ranges = view.buffered;
    if (!ranges.length || this.aborted) return;
    const last = ranges.length - 1;
    const end = ranges.end(last);
    const behind = end - view.currentTime;
    const wanted = this.#slack + this.#duration + this.#reorder;
    this.#slack = Math.max(SLACK_SECONDS, this.#slack - 0.0002);
    if (view.currentTime < ranges.start(last) || behind > JUMP_SECONDS || (!this.begun && behind > wanted)) {
      this.begun = true;
      view.currentTime = Math.max(ranges.start(last), end - wanted);
      return;
    }
    const excess = behind - wanted;
    const rate = excess > 0.15 ? 1.1 : excess > 0.015 ? 1.03 : behind < this.#slack / 2 ? 0.97 : 1;
    if (view.playbackRate !== rate) view.playbackRate = rate;
  }

  capturedAt(mediaTime) {
    let found;
    for (const [time, captured] of this.#times) {
      if (time > mediaTime + 0.002) break;
      found = captured;
    }
    return found;
  }

  /** What would come meanwhile is old when it is looked at. */
  pause() {
    this.abort();
    clearInterval(this.timer);
  }

  stop() {
    clearInterval(this.timer);
    super.stop();
  }
}

/** What every page can write: <video src="stream.mp4">. Never sought in: the browser would ask for the file once more, from its start. */
export class BareVideo extends Video {
  static name = 'video';
  static label = 'MP4 video';
  static needs = 'H264';
  static usable = () => make('video', {}).canPlayType('video/mp4; codecs="avc1.42e01e"') !== '';

  constructor(host) {
    super(host, { controls: true });
    this.view.src = host.url('stream.mp4', '');
  }
}

/** HLS where the browser plays it itself. */
export class NativeHls extends Video {
  static name = 'hls';
  static label = 'HLS';
  static needs = 'H264';
  static usable = () => make('video', {}).canPlayType('application/vnd.apple.mpegurl') !== '';

  constructor(host) {
    super(host, { controls: true });
    this.view.src = host.url('hls/index.m3u8', '');
  }
}
