// The multipart stream, read by the script.

import { frames } from '../frames.js';
import { Jpegs } from '../jpegs.js';

export class Mjpeg extends Jpegs {
  static name = 'mjpeg';
  static label = 'MJPEG';
  static needs = 'JPEG';
  static frames = true;
  static usable = () => 'createImageBitmap' in window && 'ReadableStream' in window;

  constructor(host) {
    super(host);
    frames(host, 'mjpg', this.signal, { frame: (jpeg, captured) => this.show(jpeg, captured) });
  }
}
