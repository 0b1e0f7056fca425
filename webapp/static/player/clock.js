// The server's clock as far as the page can know it: from answers that state it, by the fastest of the last ones, as NTP does.

const KEPT = 8;

export class ServerClock {
  #samples = [];

  /** Takes an answer that the server's clock showed `serverMillis` between two times of this page (Date.now()). */
  observe(serverMillis, sentMillis, receivedMillis) {
    this.#samples.push({
      offset: serverMillis - (sentMillis + receivedMillis) / 2,
      trip: receivedMillis - sentMillis,
    });
    this.#samples = this.#samples.slice(-KEPT);
  }

  /** Milliseconds since 1970 on the server's clock; not a number before the first answer. */
  now() {
    if (!this.#samples.length) return NaN;
    const best = this.#samples.reduce((one, other) => (other.trip < one.trip ? other : one));
    return Date.now() + best.offset;
  }
}
