// HLS without a script.

import { make } from '../elements.js';
import { Video } from '../playing.js';

/** HLS in browsers that play it themselves. */
export class NativeHls extends Video {
  static name = 'hls';
  static label = 'HLS';
  static needs = 'H264';
  static sound = true;
  static usable = () => make('video', {}).canPlayType('application/vnd.apple.mpegurl') !== '';

  constructor(host) {
    super(host, {});
    this.view.src = host.url('hls/index.m3u8', '');
  }
}
