// The common part of techniques with a <video>.

import { make } from './elements.js';
import { Streamed } from './streamed.js';

const STALE_MS = 1500; // after a shorter pause the picture continues where it was

/** Mounts a <video> and tells the host when it paints. */
export class Video extends Streamed {
  #counted = 0;
  #heldAt = 0;

  /** Whether the browser wants somebody to press play; a first picture may be shown already. */
  refused = false;

  /** The beginning of the picture seen and its duration, in seconds of its media, if the browser tells. */
  shown;
  lasts = 1 / 30;

  /** Whether it shows the past, so that it continues where it stood. */
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
    // autoplay alone waits until Chromium expects to play to the end, which for an endless stream comes late or never
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

  /** Whether somebody has paused the picture. */
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

  /** Plays in silence, because browsers let a page be heard only after somebody has touched it. */
  #playMuted() {
    this.view.muted = true;
    this.#heldAt = 0;
    const touched = () => { this.view.muted = this.stopped || !this.host.sound.on; };
    for (const event of ['pointerdown', 'keydown']) {
      document.addEventListener(event, touched, { once: true, capture: true, signal: this.signal });
    }
    this.#play();
  }

  /** Sets the volume of the sound, if there is any. */
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

  /** Called when the picture is paused and needs no frames. */
  pause() {}

  /** Called when the browser gave up, or reached the end. */
  ended(error) {
    if (this.stopped || this.held) return;
    this.host.failed({
      why: error?.message || 'The stream has ended.',
      network: error?.code === MediaError.MEDIA_ERR_NETWORK,
      unsure: error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED, // said of any answer but a video
    });
  }

  /** The number of pictures decoded too late to be painted. */
  get left() {
    return this.view.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0;
  }

  /** Whether it is muted although the sound is on, because the browser refused. */
  get hushed() {
    return this.view.muted && this.host.sound.on;
  }

  /** Returns the capture time of the picture at a media time, if it is known. @returns {number} */
  capturedAt(mediaTime) {
    return undefined;
  }

  stop() {
    super.stop();
    this.view.removeAttribute('src');
    this.view.load();
  }
}
