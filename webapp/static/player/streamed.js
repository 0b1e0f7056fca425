// What all techniques have in common.

/** One connection and one element. */
export class Streamed {
  #aborter = new AbortController();

  /** Whether it is over. */
  stopped = false;

  constructor(host, element) {
    this.host = host;
    this.view = host.mount(element);
  }

  get signal() {
    return this.#aborter.signal;
  }

  get aborted() {
    return this.signal.aborted;
  }

  /** Whether the picture stands still because somebody wants it to. */
  get held() {
    return false;
  }

  /** How many pictures that came were not painted, as far as the technique counts them itself. */
  get left() {
    return undefined;
  }

  /** Lets go of the connection; the picture stays. */
  abort() {
    this.#aborter.abort();
  }

  stop() {
    this.stopped = true;
    this.abort();
    this.view.remove();
  }
}
