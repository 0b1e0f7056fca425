// HLS and DASH by hls.js and dash.js, which Perch serves itself; each is loaded when it is chosen. Techniques as techniques.js describes them.

const libraries = new Map();

/** Loads a script once; resolves to what it defines. */
function library(file, name) {
  if (!libraries.has(file)) {
    libraries.set(file, new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = new URL(`../players/${file}`, import.meta.url).href;
      script.onload = () => resolve(window[name]);
      script.onerror = () => {
        libraries.delete(file);
        reject(new Error(`${file} cannot be loaded`));
      };
      document.head.append(script);
    }));
  }
  return libraries.get(file);
}

/** The techniques, over the given <video> that tells its host what it paints. */
export function segmented(Video, usable) {
  class HlsJs extends Video {
    static name = 'hls';
    static label = 'HLS';
    static needs = 'H264';
    static usable = usable;
    static file = 'hls/index.m3u8';

    #hls;

    constructor(host) {
      super(host, { controls: true });
      this.#begin();
    }

    async #begin() {
      try {
        const Hls = await library('hls.light.min.js', 'Hls');
        if (this.stopped) return;
        const hls = this.#hls = new Hls({
          lowLatencyMode: true,
          maxLiveSyncPlaybackRate: 1.1,
          liveSyncOnStallIncrease: 0.05, // by default a second: one stall would cost more than all else
          backBufferLength: 10,
          enableWorker: false, // fragmented MP4 needs no transmuxer, and the page allows no blob for one
        });
        hls.on(Hls.Events.FRAG_BUFFERED, () => this.host.heard());
        hls.on(Hls.Events.ERROR, (event, data) => {
          if (!data.fatal || this.stopped) return;
          const status = data.response?.code || undefined; // 0 when there was no answer
          this.host.failed({ why: `hls.js: ${data.details}`, status, network: data.type === 'networkError' && !status });
        });
        hls.loadSource(this.host.url(HlsJs.file, ''));
        hls.attachMedia(this.view);
      } catch (failure) {
        if (!this.stopped) this.host.failed({ why: failure.message, unsure: true });
      }
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

  class DashJs extends Video {
    static name = 'dash';
    static label = 'DASH';
    static needs = 'H264';
    static usable = usable;
    static file = 'dash/manifest.mpd';

    #player;

    constructor(host) {
      super(host, { controls: true });
      this.#begin();
    }

    async #begin() {
      try {
        const dashjs = await library('dash.mediaplayer.min.js', 'dashjs');
        if (this.stopped) return;
        const player = this.#player = dashjs.MediaPlayer().create();
        player.initialize(this.view, this.host.url(DashJs.file, ''), true);
        player.updateSettings({ streaming: { liveCatchup: { enabled: true }, buffer: { bufferToKeep: 10 } } });
        player.on('fragmentLoadingCompleted', () => this.host.heard());
        player.on('error', ({ error }) => this.stopped || this.host.failed({ why: `dash.js: ${error?.message}`, unsure: true }));
      } catch (failure) {
        if (!this.stopped) this.host.failed({ why: failure.message, unsure: true });
      }
    }

    /** Its time is that of the manifest, which Perch's clock tells. */
    capturedAt(mediaTime) {
      const seconds = this.#player?.timeAsUTC?.();
      return Number.isFinite(seconds) ? 1000 * (seconds + mediaTime - this.view.currentTime) : undefined;
    }

    stop() {
      this.#player?.destroy();
      super.stop();
    }
  }

  return [HlsJs, DashJs];
}
