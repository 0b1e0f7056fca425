// The common part of techniques that show JPEGs.

import { make } from './elements.js';
import { Streamed } from './streamed.js';

/** Paints JPEGs onto a canvas. */
export class Jpegs extends Streamed {
  constructor(host) {
    super(host, make('canvas', {}));
    this.context = this.view.getContext('bitmaprenderer');
  }

  /** Shows a JPEG; of those that wait to be decoded only the newest. */
  async show(jpeg, captured) {
    this.host.framed();
    this.waiting = [jpeg, captured];
    if (this.decoding) return;
    this.decoding = true;
    while (this.waiting && !this.stopped) {
      const [bytes, time] = this.waiting;
      this.waiting = undefined;
      try {
        const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        if (this.stopped) break;
        Object.assign(this.view, { width: picture.width, height: picture.height });
        this.context.transferFromImageBitmap(picture);
        this.host.painted(time);
      } catch (broken) {
        // the next one follows
      }
    }
    this.decoding = false;
  }
}
