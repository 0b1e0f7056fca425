// What is painted: how many pictures a second, how late they are, and what they weigh.

const SPAN_MS = 3000;
const DELAYS = 31; // the delay that is told is the median of so many

export class Rate {
  #paints = []; // [time, pictures]
  #delays = [];
  #weights = []; // [time, bytes], rising

  painted(pictures, delayMillis) {
    const now = Date.now();
    this.#paints.push([now, pictures]);
    while (this.#paints[0][0] < now - SPAN_MS) this.#paints.shift();
    if (Number.isFinite(delayMillis)) {
      this.#delays.push(delayMillis);
      if (this.#delays.length > DELAYS) this.#delays.shift();
    }
  }

  /** Bytes that came. */
  came(bytes) {
    const now = Date.now();
    this.#weights.push([now, bytes]);
    while (this.#weights[0][0] < now - SPAN_MS) this.#weights.shift();
  }

  /** Bits a second over the last seconds; undefined where nobody tells. */
  get bitsPerSecond() {
    const recent = this.#weights.filter(([time]) => time >= Date.now() - SPAN_MS);
    const spanMillis = recent.length ? Date.now() - recent[0][0] : 0;
    return spanMillis < SPAN_MS / 3 ? undefined : 8000 * recent.reduce((sum, [, bytes]) => sum + bytes, 0) / spanMillis;
  }

  /** Pictures a second over the last seconds; undefined where that cannot be told. */
  get perSecond() {
    const recent = this.#paints.filter(([time]) => time >= Date.now() - SPAN_MS);
    if (recent.length < 2) return undefined;
    const pictures = recent.slice(1).reduce((sum, [, count]) => sum + count, 0);
    const first = recent[0][0];
    const last = recent.at(-1)[0];
    const overdue = Date.now() - last > 2 * (last - first) / pictures; // else the present interval is not over yet
    const rate = 1000 * pictures / ((overdue ? Date.now() : last) - first);
    return Number.isFinite(rate) ? rate : undefined;
  }

  /** Milliseconds from the capture to the paint; undefined where that cannot be told. */
  get delayMillis() {
    const sorted = [...this.#delays].sort((a, b) => a - b);
    return this.perSecond === undefined ? undefined : sorted[sorted.length >> 1];
  }
}
