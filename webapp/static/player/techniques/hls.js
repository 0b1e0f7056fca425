// HLS by hls.js.

import { library } from '../library.js';
import { Video } from '../playing.js';
import { MediaSourceExtensions } from './mse.js';

const CATCH_UP = 1.1;
const EDGE_SECONDS = 1; // the beginning of the window is gone soon

export class HlsJs extends Video {
  static name = 'hls';
  static label = 'HLS';
  static needs = 'H264';
  static sound = true;
  static usable = MediaSourceExtensions.usable;
  static file = 'hls/index.m3u8';

  #hls;

  constructor(host) {
    super(host, {});
    this.#begin();
  }

  async #begin() {
    try {
      const Hls = await library('hls.min.js', 'Hls');
      if (this.stopped) return;
      const hls = this.#hls = new Hls({
        lowLatencyMode: true,
        maxLiveSyncPlaybackRate: CATCH_UP,
        liveSyncOnStallIncrease: 0.05, // the default is a second: one stall would cost more delay than anything else
        backBufferLength: 10,
        enableWorker: false, // fragmented MP4 needs no transmuxer, and the page allows no blob for one
      });
      hls.on(Hls.Events.FRAG_BUFFERED, (event, { part, stats }) => this.host.heard((part?.stats ?? stats).total));
      hls.on(Hls.Events.ERROR, (event, data) => {
        if (!data.fatal || this.stopped) return;
        const status = data.response?.code || undefined; // 0 when there was no answer
        this.host.failed({ why: `hls.js: ${data.details}`, status, network: data.type === 'networkError' && !status });
      });
      hls.loadSource(this.host.url(HlsJs.file, this.host.sound.on ? '' : 'audio=0'));
      hls.attachMedia(this.view);
    } catch (failure) {
      if (!this.stopped) this.host.failed({ why: failure.message, unsure: true });
    }
  }

  /** How far it can go back, in seconds. */
  get window() {
    const { seekable } = this.view;
    return seekable.length ? Math.max(0, seekable.end(0) - seekable.start(0) - EDGE_SECONDS) : 0;
  }

  /** Shows the picture of `seconds` before the newest, and keeps that distance; 0 is the live picture. */
  behind(seconds) {
    const { seekable } = this.view;
    if (!seekable.length || !this.#hls) return;
    this.#hls.config.maxLiveSyncPlaybackRate = seconds > 0 ? 1 : CATCH_UP;
    const live = this.#hls.liveSyncPosition ?? seekable.end(0);
    this.view.currentTime = seconds > 0 ? Math.max(seekable.start(0) + EDGE_SECONDS / 2, seekable.end(0) - seconds) : live;
  }

  /** The playlist dates its segments. */
  capturedAt(mediaTime) {
    const date = this.#hls?.playingDate?.getTime();
    return date === undefined ? undefined : date + 1000 * (mediaTime - this.view.currentTime);
  }

  stop() {
    this.#hls?.destroy();
    super.stop();
  }
}
