// What the techniques over a <video> have in common.

import { make } from './elements.js';
import { Streamed } from './streamed.js';

const STALE_MS = 1500; // a pause that leaves no more than this behind goes on where it was

/** A <video>; mounts it and tells the host when it paints. */
export class Video extends Streamed {
  #counted = 0;
  #heldAt = 0;

  /** Whether the browser wants somebody to press play; a first picture may be there all the same. */
  refused = false;

  /** When the picture that is seen begins, and how long one lasts, in seconds of its media; where the browser tells. */
  shown;
  lasts = 1 / 30;

  /** Whether it shows what was, so that it goes on where it stood. */
  past = false;

  constructor(host, properties) {
    const { on, volume } = host.sound;
    const video = make('video', {
      muted: !on, volume, autoplay: true, playsInline: true, disableRemotePlayback: true, ...properties,
    });
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
        const gap = mediaTime - this.shown;
        if (presentedFrames === this.#counted + 1 && gap > 0 && gap < 1) this.lasts = gap;
        this.shown = mediaTime;
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
      if (!this.view.muted) {
        this.#playMuted();
        return;
      }
      this.#heldAt = Date.now();
      this.refused = true;
      this.host.refused();
    });
  }

  /** Browsers let a page be heard only after somebody has touched it: until then the picture moves in silence. */
  #playMuted() {
    this.view.muted = true;
    this.#heldAt = 0;
    const touched = () => { this.view.muted = this.stopped || !this.host.sound.on; };
    for (const event of ['pointerdown', 'keydown']) {
      document.addEventListener(event, touched, { once: true, capture: true, signal: this.signal });
    }
    this.#play();
  }

  /** How loud the sound is, where there is any. */
  hear({ on, volume }) {
    Object.assign(this.view, { muted: !on, volume });
  }

  #hold() {
    if (this.stopped || this.view.ended) return;
    this.#heldAt = Date.now();
    this.pause();
  }

  #goOn() {
    this.refused = false;
    if (this.stopped || !this.held) return;
    const heldMillis = Date.now() - this.#heldAt;
    this.#heldAt = 0;
    if (!this.past && (heldMillis > STALE_MS || this.aborted)) this.host.again();
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

  /** Pictures that were decoded too late to be painted. */
  get left() {
    return this.view.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0;
  }

  /** Whether it can be heard: a browser may have refused. */
  get hushed() {
    return this.view.muted && this.host.sound.on;
  }

  /** When the picture of that media time was captured, where that is known. @returns {number} */
  capturedAt(mediaTime) {
    return undefined;
  }

  stop() {
    super.stop();
    this.view.removeAttribute('src');
    this.view.load();
  }
}
