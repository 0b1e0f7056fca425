// The multipart stream in an <img>.

import { dropPicture, make } from '../elements.js';
import { Streamed } from '../streamed.js';

/** Every browser has this element; it reports nothing about what it paints. */
export class MjpegImage extends Streamed {
  static name = 'img';
  static label = 'MJPEG as <img>';
  static needs = 'JPEG';
  static usable = () => true;

  constructor(host) {
    super(host, make('img', { alt: '' }));
    this.view.addEventListener('error', () => this.stopped || host.failed({ why: '', unsure: true }));
    this.view.src = host.url('stream.mjpg', '');
    this.timer = setInterval(() => this.view.naturalWidth && host.painted(undefined, NaN), 500);
  }

  stop() {
    clearInterval(this.timer);
    super.stop();
    dropPicture(this.view);
  }
}
