// The common part of all techniques.

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

  /** Whether somebody has paused the picture. */
  get held() {
    return false;
  }

  /** The number of pictures received but not painted, as far as the technique counts them. */
  get left() {
    return undefined;
  }

  /** Closes the connection; the picture stays. */
  abort() {
    this.#aborter.abort();
  }

  stop() {
    this.stopped = true;
    this.abort();
    this.view.remove();
  }
}
