// Recordings, from a moment on.

import { library } from '../library.js';
import { Video } from '../playing.js';
import { MediaSourceExtensions } from './mse.js';

const LONGEST_MILLIS = 4 * 3600000;
const iso = millis => new Date(millis).toISOString();

/** Plays a playlist over the recorded files: by hls.js, or by the browser itself if it can. */
export class Recorded extends Video {
  static name = 'recorded';
  static needs = 'H264';
  static sound = true;

  past = true;
  #hls;
  #from;

  /** @param host its way has from(), the moment to begin with, in milliseconds since 1970, and over(), called at the end */
  constructor(host) {
    super(host, {});
    this.#from = host.way.from();
    this.#begin(host.url('hls/vod.m3u8', `from=${iso(this.#from)}&to=${iso(Math.min(host.way.now(), this.#from + LONGEST_MILLIS))}`));
  }

  async #begin(address) {
    if (!MediaSourceExtensions.usable()) {
      this.view.src = address;
      return;
    }
    try {
      const Hls = await library('hls.min.js', 'Hls');
      if (this.stopped) return;
      const hls = this.#hls = new Hls({ enableWorker: false, backBufferLength: 30 });
      hls.on(Hls.Events.FRAG_BUFFERED, (event, { stats }) => this.host.heard(stats.total));
      hls.on(Hls.Events.ERROR, (event, data) => {
        if (!data.fatal || this.stopped) return;
        const status = data.response?.code || undefined;
        this.host.failed({ why: `hls.js: ${data.details}`, status, network: data.type === 'networkError' && !status });
      });
      hls.loadSource(address);
      hls.attachMedia(this.view);
    } catch (failure) {
      if (!this.stopped) this.host.failed({ why: failure.message, unsure: true });
    }
  }

  /** The moment that is shown. */
  get moment() {
    return this.capturedAt(this.view.currentTime) ?? this.#from;
  }

  /** Shows another moment. @returns whether the playlist has it */
  seek(millis) {
    const { seekable, currentTime } = this.view;
    const to = currentTime + (millis - this.moment) / 1000;
    if (!seekable.length || to < seekable.start(0) || to > seekable.end(0) - 0.5) return false;
    this.view.currentTime = to;
    return true;
  }

  /** The playlist dates each file. */
  capturedAt(mediaTime) {
    const date = this.#hls ? this.#hls.playingDate?.getTime() : this.view.getStartDate?.().getTime() + 1000 * this.view.currentTime;
    return Number.isFinite(date) ? date + 1000 * (mediaTime - this.view.currentTime) : undefined;
  }

  ended(error) {
    if (error?.code === MediaError.MEDIA_ERR_NETWORK && this.view.ended) this.host.way.over(this.moment);
    else super.ended(error);
  }

  stop() {
    this.#hls?.destroy();
    super.stop();
  }
}
