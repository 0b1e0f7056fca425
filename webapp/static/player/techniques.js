// The ways to show a camera, each a class with the same few members:
//   name               what the page and its addresses call it
//   label              for people
//   needs              'H264' or 'JPEG'
//   usable()           whether this browser can
//   new T(host)        begins; stop() ends it and lets go of the connection
// A host has url(file, query), mount(element), and is told heard() of bytes, framed() of a frame, painted(captured) of a picture,
// failed(reason, status) once. To add a technique, write a class and put it into TECHNIQUES where it should be tried.

import { FragmentCutter, TIMESCALE, join, toAnnexB } from './boxes.js';
import { PartCutter } from './parts.js';
import { segmented } from './segmented.js';

const MOST_QUEUED = 30; // frames; a decoder that is so far behind gets the next key frame
const JUMP_SECONDS = 1;
const KEPT_SECONDS = 8;
const SLACK_SECONDS = 0.03;
const MOST_SLACK_SECONDS = 0.5;
const SNAPSHOT_PAUSE_MS = 1000;
const SNAPSHOT_PATIENCE_MS = 12000; // the server answers within 10 s
const EMPTY = 'data:,'; // Safari and Firefox drop an endless picture only for another one

const make = (name, properties) => Object.assign(document.createElement(name), properties);

/** Reads an endless answer, piece by piece, until `signal` aborts. */
async function read(host, url, signal, { head, piece }) {
  try {
    const answer = await fetch(url, { signal, cache: 'no-store' });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      host.failed(problem.detail ?? '', answer.status);
      return;
    }
    host.heard();
    await head?.(answer);
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) break;
      host.heard();
      piece(value);
    }
    host.failed('The stream has ended.');
  } catch (failure) {
    if (!signal.aborted) host.failed(failure.message ?? '');
  }
}

/** One connection and one element. */
class Streamed {
  aborter = new AbortController();

  constructor(host, element) {
    this.host = host;
    this.view = host.mount(element);
  }

  get signal() {
    return this.aborter.signal;
  }

  stop() {
    this.aborter.abort();
    this.view.remove();
  }
}

/** Decodes by itself, onto a canvas: the least delay that a browser has. Over https, or on the machine itself. */
class WebCodecs extends Streamed {
  static name = 'webcodecs';
  static label = 'WebCodecs';
  static needs = 'H264';
  static usable = () => 'VideoDecoder' in window && 'EncodedVideoChunk' in window;

  #captured = new Map();
  #codec = '';
  #awaitingKey = true;

  constructor(host) {
    super(host, make('canvas', {}));
    this.context = this.view.getContext('2d', { alpha: false, desynchronized: true });
    this.decoder = new VideoDecoder({
      output: frame => this.#paint(frame),
      error: failure => this.signal.aborted || host.failed(failure.message),
    });
    const cutter = new FragmentCutter({ init: () => {}, fragment: sample => this.#decode(sample) });
    read(host, host.url('stream.mp4', 'start=plain&pad=0&prft=1'), this.signal, { piece: bytes => cutter.push(bytes) });
  }

  #decode({ payload, ticks, key, captured }) {
    this.host.framed();
    const codec = toAnnexB(payload);
    if (codec && codec !== this.#codec) {
      this.#codec = codec;
      this.decoder.configure({ codec, optimizeForLatency: true });
    }
    if (this.decoder.decodeQueueSize > MOST_QUEUED) this.#awaitingKey = true;
    if (this.#awaitingKey && !key) return;
    this.#awaitingKey = false;
    const timestamp = Math.round(ticks * 1e6 / TIMESCALE);
    this.#captured.set(timestamp, captured);
    this.decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data: payload }));
  }

  #paint(frame) {
    const captured = this.#captured.get(frame.timestamp);
    for (const timestamp of this.#captured.keys()) if (timestamp <= frame.timestamp) this.#captured.delete(timestamp);
    if (!this.signal.aborted) {
      const { view } = this;
      if (view.width !== frame.displayWidth) view.width = frame.displayWidth;
      if (view.height !== frame.displayHeight) view.height = frame.displayHeight;
      this.context.drawImage(frame, 0, 0, view.width, view.height);
      this.host.painted(captured);
    }
    frame.close();
  }

  stop() {
    super.stop();
    if (this.decoder.state !== 'closed') this.decoder.close();
  }
}

const Source = window.ManagedMediaSource ?? window.MediaSource;

/** A <video>; mounts it and tells the host when it paints. */
class Video extends Streamed {
  constructor(host, properties) {
    const video = make('video', { muted: true, autoplay: true, playsInline: true, disableRemotePlayback: true, ...properties });
    super(host, video);
    const fail = () => { if (!this.signal.aborted) host.failed(video.error?.message ?? 'The stream has ended.'); };
    video.addEventListener('error', fail);
    video.addEventListener('ended', fail);
    // autoplay alone waits until Chromium thinks that it can play to the end, which an endless stream lets it think late or never
    video.addEventListener('canplay', () => this.#play());
    if ('requestVideoFrameCallback' in video) {
      const painted = (now, { mediaTime }) => {
        if (this.signal.aborted) return;
        video.requestVideoFrameCallback(painted);
        host.painted(this.capturedAt(mediaTime));
      };
      video.requestVideoFrameCallback(painted);
    } else {
      video.addEventListener('timeupdate', () => host.painted(this.capturedAt(video.currentTime)));
    }
  }

  #play() {
    if (this.view.paused) this.view.play().catch(() => {}); // refused: the user may press play
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

/** Media Source Extensions: the player holds the <video> a few frames behind the newest, by its speed. */
class MediaSourceExtensions extends Video {
  static name = 'mse';
  static label = 'MSE';
  static needs = 'H264';
  static usable = () => Boolean(Source?.isTypeSupported('video/mp4; codecs="avc1.42e01e"'));

  #source = new Source();
  #queue = [];
  #times = []; // [media seconds, captured], rising
  #slack = SLACK_SECONDS;
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
    const cutter = new FragmentCutter({ init: bytes => this.#append(bytes), fragment: sample => this.#fragment(sample) });
    read(this.host, this.host.url('stream.mp4', 'start=plain&pad=0&prft=1'), this.signal, {
      head: answer => {
        this.#buffer = this.#source.addSourceBuffer(answer.headers.get('Content-Type'));
        this.#buffer.addEventListener('updateend', () => this.#next());
      },
      piece: bytes => cutter.push(bytes),
    });
  }

  /** Each frame begins where the one before ends: frames that come early or late would leave gaps, over which no browser plays. */
  #fragment({ bytes, ticksAt, duration, captured }) {
    this.host.framed();
    new DataView(bytes.buffer).setBigUint64(ticksAt, BigInt(this.#ticks));
    this.#times.push([this.#ticks / TIMESCALE, captured]);
    this.#ticks += duration;
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
    if (this.signal.aborted || !buffer || buffer.updating || this.#source.readyState !== 'open') return;
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
    if (!ranges.length || this.signal.aborted) return;
    const last = ranges.length - 1;
    const end = ranges.end(last);
    const behind = end - view.currentTime;
    const wanted = this.#slack + this.#duration;
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

  stop() {
    clearInterval(this.timer);
    super.stop();
  }
}

/** What every page can write: <video src="stream.mp4">. Never sought in: the browser would ask for the file once more, from its start. */
class BareVideo extends Video {
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
class NativeHls extends Video {
  static name = 'hls';
  static label = 'HLS';
  static needs = 'H264';
  static usable = () => make('video', {}).canPlayType('application/vnd.apple.mpegurl') !== '';

  constructor(host) {
    super(host, { controls: true });
    this.view.src = host.url('hls/index.m3u8', '');
  }
}

/** JPEGs onto a canvas. */
class Pictures extends Streamed {
  constructor(host) {
    super(host, make('canvas', {}));
    this.context = this.view.getContext('bitmaprenderer');
  }

  /** The newest of those that wait for being decoded. */
  async show(jpeg, captured) {
    this.host.framed();
    this.waiting = [jpeg, captured];
    if (this.decoding) return;
    this.decoding = true;
    while (this.waiting && !this.signal.aborted) {
      const [bytes, time] = this.waiting;
      this.waiting = undefined;
      try {
        const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        if (this.signal.aborted) break;
        Object.assign(this.view, { width: picture.width, height: picture.height });
        this.context.transferFromImageBitmap(picture);
        this.host.painted(time);
      } catch (broken) {
        // the next one comes
      }
    }
    this.decoding = false;
  }
}

class Mjpeg extends Pictures {
  static name = 'mjpeg';
  static label = 'MJPEG';
  static needs = 'JPEG';
  static usable = () => 'createImageBitmap' in window && 'ReadableStream' in window;

  constructor(host) {
    super(host);
    const cutter = new PartCutter((jpeg, captured) => this.show(jpeg, captured));
    read(host, host.url('stream.mjpg', 'advance=0'), this.signal, { piece: bytes => cutter.push(bytes) });
  }
}

/** Every browser has it; it tells nothing of what it paints. */
class MjpegImage extends Streamed {
  static name = 'img';
  static label = 'MJPEG as <img>';
  static needs = 'JPEG';
  static usable = () => true;

  constructor(host) {
    super(host, make('img', { alt: '' }));
    this.view.addEventListener('error', () => this.signal.aborted || host.failed(''));
    this.view.src = host.url('stream.mjpg', '');
    this.timer = setInterval(() => this.view.naturalWidth && host.painted(undefined), 500);
  }

  stop() {
    clearInterval(this.timer);
    this.view.src = EMPTY;
    super.stop();
  }
}

let turn = Promise.resolve();

/** One picture a second; those of all cameras one after the other, over one connection. */
class Snapshots extends Pictures {
  static name = 'snapshot';
  static label = 'Snapshots';
  static needs = 'JPEG';
  static usable = () => true;
  static patient = true;

  constructor(host) {
    super(host);
    this.#go();
  }

  #go() {
    if (this.signal.aborted) return;
    turn = turn.then(() => this.#one()).finally(() => setTimeout(() => this.#go(), SNAPSHOT_PAUSE_MS));
  }

  async #one() {
    if (this.signal.aborted) return;
    try {
      const signal = AbortSignal.any?.([this.signal, AbortSignal.timeout(SNAPSHOT_PATIENCE_MS)]) ?? this.signal;
      const answer = await fetch(this.host.url('snapshot.jpg', 'max-age=1000'), { signal, cache: 'no-store' });
      if (!answer.ok) {
        this.host.failed((await answer.json()).detail, answer.status);
        return;
      }
      const captured = 1000 * Number(answer.headers.get('X-Timestamp'));
      await this.show(new Uint8Array(await answer.arrayBuffer()), captured);
    } catch (failure) {
      if (!this.signal.aborted) this.host.failed('');
    }
  }
}

const [HlsJs, DashJs] = segmented(Video, MediaSourceExtensions.usable);

/** In the order in which they are tried. hls.js keeps nearer to the newest than browsers do by themselves. */
export const TECHNIQUES = [
  WebCodecs, MediaSourceExtensions, BareVideo, HlsJs.usable() ? HlsJs : NativeHls, Mjpeg, MjpegImage, Snapshots, DashJs,
];
