// What is painted: how many pictures a second, and how late they are.

const SPAN_MS = 3000;
const DELAYS = 31; // the delay that is told is the median of so many

export class Rate {
  #paints = []; // [time, pictures]
  #delays = [];

  painted(pictures, delayMillis) {
    const now = Date.now();
    this.#paints.push([now, pictures]);
    while (this.#paints[0][0] < now - SPAN_MS) this.#paints.shift();
    if (Number.isFinite(delayMillis)) {
      this.#delays.push(delayMillis);
      if (this.#delays.length > DELAYS) this.#delays.shift();
    }
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
