// Techniques over JPEGs, as techniques.js describes them.

import { frames, short } from './frames.js';
import { Streamed, make } from './streamed.js';

const PAUSE_MS = 1000;
const PATIENCE_MS = 12000; // the server answers within 10 s

/** Has the browser close the connection of a picture: Safari and Firefox drop an endless one only for another. */
export function dropPicture(picture) {
  picture.src = new URL('../perch.svg', import.meta.url).href;
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
    while (this.waiting && !this.stopped) {
      const [bytes, time] = this.waiting;
      this.waiting = undefined;
      try {
        const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        if (this.stopped) break;
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

export class Mjpeg extends Pictures {
  static name = 'mjpeg';
  static label = 'MJPEG';
  static needs = 'JPEG';
  static frames = true;
  static usable = () => 'createImageBitmap' in window && 'ReadableStream' in window;

  constructor(host) {
    super(host);
    frames(host, 'mjpg', this.signal, { frame: (jpeg, captured) => this.show(jpeg, captured) });
  }
}

/** Every browser has it; it tells nothing of what it paints. */
export class MjpegImage extends Streamed {
  static name = 'img';
  static label = 'MJPEG as <img>';
  static needs = 'JPEG';
  static usable = () => true;

  constructor(host) {
    super(host, make('img', { alt: '' }));
    this.view.addEventListener('error', () => this.stopped || host.failed({ why: '', unsure: true }));
    this.view.src = host.url('stream.mjpg', '');
    this.timer = setInterval(() => this.view.naturalWidth && host.painted(undefined, NaN), 500);
  }

  stop() {
    clearInterval(this.timer);
    super.stop();
    dropPicture(this.view);
  }
}

let turn = Promise.resolve();

/** One picture a second; those of all cameras one after the other, over one connection. */
export class Snapshots extends Pictures {
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
    if (this.aborted) return;
    turn = turn.then(() => this.#one()).finally(() => setTimeout(() => this.#go(), PAUSE_MS));
  }

  async #one() {
    if (this.aborted) return;
    const signal = AbortSignal.any?.([this.signal, AbortSignal.timeout(PATIENCE_MS)]) ?? this.signal;
    const answer = await short(this.host, this.host.url('snapshot.jpg', 'max-age=1000'), signal);
    if (answer) await this.show(answer.bytes, 1000 * Number(answer.headers.get('X-Timestamp')));
  }
}
