// DASH by dash.js.

import { library } from '../library.js';
import { Video } from '../playing.js';
import { MediaSourceExtensions } from './mse.js';

export class DashJs extends Video {
  static name = 'dash';
  static label = 'DASH';
  static needs = 'H264';
  static sound = true;
  static usable = MediaSourceExtensions.usable;
  static file = 'dash/manifest.mpd';

  #player;

  constructor(host) {
    super(host, {});
    this.#begin();
  }

  async #begin() {
    try {
      const dashjs = await library('dash.mediaplayer.min.js', 'dashjs');
      if (this.stopped) return;
      const player = this.#player = dashjs.MediaPlayer().create();
      player.setXHRWithCredentialsForType(null, true); // of all types: it fetches segments without the cookie of who is signed in otherwise
      player.initialize(this.view, this.host.url(DashJs.file, `renditions=0${this.host.sound.on ? '' : '&audio=0'}`), true);
      player.updateSettings({ streaming: { liveCatchup: { enabled: true }, buffer: { bufferToKeep: 10 } } });
      player.on('fragmentLoadingCompleted', ({ request }) => this.host.heard(request?.bytesLoaded || undefined));
      player.on('error', ({ error }) => this.stopped || this.host.failed({ why: `dash.js: ${error?.message}`, unsure: true }));
    } catch (failure) {
      if (!this.stopped) this.host.failed({ why: failure.message, unsure: true });
    }
  }

  /** Media time follows the manifest's clock, which is Perch's. */
  capturedAt(mediaTime) {
    const seconds = this.#player?.timeAsUTC?.();
    return Number.isFinite(seconds) ? 1000 * (seconds + mediaTime - this.view.currentTime) : undefined;
  }

  stop() {
    this.#player?.destroy();
    super.stop();
  }
}
