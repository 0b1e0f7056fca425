// stream.mp4 in a <video>.

import { make } from '../elements.js';
import { Video } from '../playing.js';

/** The element that every page can have: <video src="stream.mp4">. It is never sought in: the browser would request the file again, from its start. */
export class BareVideo extends Video {
  static name = 'video';
  static label = 'MP4 video';
  static needs = 'H264';
  static sound = true;
  static usable = () => make('video', {}).canPlayType('video/mp4; codecs="avc1.42e01e"') !== '';

  #decoded = 0;

  constructor(host) {
    super(host, {});
    this.#weigh();
    this.view.src = host.url('stream.mp4', host.sound.on ? 'audio=1' : 'audio=0');
  }

  /** Counts the bytes received, if the browser tells. */
  #weigh() {
    this.view.addEventListener('timeupdate', () => {
      const { webkitVideoDecodedByteCount: video = 0, webkitAudioDecodedByteCount: audio = 0 } = this.view;
      if (video + audio > this.#decoded) this.host.heard(video + audio - this.#decoded);
      this.#decoded = video + audio;
    });
  }
}
