// stream.mp4 in a <video>.

import { make } from '../elements.js';
import { Video } from '../playing.js';

/** What every page can write: <video src="stream.mp4">. Never sought in: the browser would ask for the file once more, from its start. */
export class BareVideo extends Video {
  static name = 'video';
  static label = 'MP4 video';
  static needs = 'H264';
  static sound = true;
  static usable = () => make('video', {}).canPlayType('video/mp4; codecs="avc1.42e01e"') !== '';

  constructor(host) {
    super(host, { controls: true });
    this.view.src = host.url('stream.mp4', host.sound.on ? 'audio=1' : 'audio=0');
  }
}
