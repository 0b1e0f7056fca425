// Cuts multipart/x-mixed-replace, arriving in pieces, into JPEGs, by the Content-Length of each part.

const MOST_PART_BYTES = 1 << 25;
const ascii = new TextDecoder('latin1');

/** Cuts the stream; what it passes on is a copy. */
export class PartCutter {
  #bytes = new Uint8Array(0);

  /** @param part gets each JPEG and its capture time, in milliseconds since 1970 */
  constructor(part) {
    this.part = part;
  }

  push(piece) {
    const bytes = new Uint8Array(this.#bytes.length + piece.length);
    bytes.set(this.#bytes);
    bytes.set(piece, this.#bytes.length);
    let at = 0;
    for (;;) {
      const header = /^[^]*?\r\n\r\n/.exec(ascii.decode(bytes.subarray(at, at + 1024)));
      if (!header) break;
      const length = Number(/Content-Length: *(\d+)/i.exec(header[0])?.[1]);
      if (!(length <= MOST_PART_BYTES)) throw new Error('a part without a length');
      const from = at + header[0].length;
      if (from + length > bytes.length) break;
      this.part(bytes.slice(from, from + length), 1000 * Number(/X-Timestamp: *([\d.]+)/i.exec(header[0])?.[1]));
      at = from + length;
    }
    this.#bytes = bytes.subarray(at);
  }
}
