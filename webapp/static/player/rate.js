// The figures of what is painted: pictures a second, their delay, and their size.

const SPAN_MS = 3000;
const DELAYS = 31; // the delay is the median of this many

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

  /** Counts received bytes. */
  came(bytes) {
    const now = Date.now();
    this.#weights.push([now, bytes]);
    while (this.#weights[0][0] < now - SPAN_MS) this.#weights.shift();
  }

  /** Bits a second over the last seconds; undefined if unknown. */
  get bitsPerSecond() {
    const recent = this.#weights.filter(([time]) => time >= Date.now() - SPAN_MS);
    const spanMillis = recent.length ? Date.now() - recent[0][0] : 0;
    return spanMillis < SPAN_MS / 3 ? undefined : 8000 * recent.reduce((sum, [, bytes]) => sum + bytes, 0) / spanMillis;
  }

  /** Pictures a second over the last seconds; undefined if unknown. */
  get perSecond() {
    const recent = this.#paints.filter(([time]) => time >= Date.now() - SPAN_MS);
    if (recent.length < 2) return undefined;
    const pictures = recent.slice(1).reduce((sum, [, count]) => sum + count, 0);
    const first = recent[0][0];
    const last = recent.at(-1)[0];
    const overdue = Date.now() - last > 2 * (last - first) / pictures; // else the current interval is not over yet
    const rate = 1000 * pictures / ((overdue ? Date.now() : last) - first);
    return Number.isFinite(rate) ? rate : undefined;
  }

  /** Milliseconds from capture to paint; undefined if unknown. */
  get delayMillis() {
    const sorted = [...this.#delays].sort((a, b) => a - b);
    return this.perSecond === undefined ? undefined : sorted[sorted.length >> 1];
  }
}
