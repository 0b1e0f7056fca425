import { TIMESCALE, toAnnexB, turnOf } from '../boxes.js';
import { make } from '../elements.js';
import { frames } from '../frames.js';
import { unplayable } from '../profile.js';
import { Streamed } from '../streamed.js';

const MOST_QUEUED = 30; // frames; a decoder this far behind continues with the next key frame

/** Decodes onto a canvas, with the least delay that a browser allows. Needs https, or the same machine. */
export class WebCodecs extends Streamed {
  static name = 'webcodecs';
  static label = 'WebCodecs';
  static needs = 'H264';
  static frames = true;
  static usable = () => 'VideoDecoder' in window && 'EncodedVideoChunk' in window;

  #captured = new Map();
  #codec = '';
  #awaitingKey = true;
  #turn = [1, 0, 0, 1, 0, 0];

  constructor(host) {
    super(host, make('canvas', {}));
    this.context = this.view.getContext('2d', { alpha: false, desynchronized: true });
    this.decoder = new VideoDecoder({
      output: frame => this.#paint(frame),
      error: failure => this.stopped || host.failed(failure.name === 'NotSupportedError' ? unplayable(this.#codec) : { why: failure.message }),
    });
    frames(host, 'mp4', this.signal, {
      init: bytes => { this.#turn = turnOf(bytes); },
      frame: sample => sample.rate || this.#decode(sample),
    });
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
    if (!this.stopped) {
      const { view } = this;
      const onItsSide = this.#turn[0] === 0;
      const width = onItsSide ? frame.displayHeight : frame.displayWidth;
      const height = onItsSide ? frame.displayWidth : frame.displayHeight;
      if (view.width !== width) view.width = width;
      if (view.height !== height) view.height = height;
      this.context.setTransform(...this.#turn);
      this.context.drawImage(frame, 0, 0, frame.displayWidth, frame.displayHeight);
      this.host.painted(captured);
    }
    frame.close();
  }

  stop() {
    super.stop();
    if (this.decoder.state !== 'closed') this.decoder.close();
  }
}
