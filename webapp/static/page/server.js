// The server's figures: /stats, requested every other second while somebody looks.

import { ServerClock } from '../player/clock.js';

const POLL_MS = 2000;
const EAGER_MS = 1000; // while there is no answer
const PATIENCE_MS = 2500;
const STALE_MS = 5000;
const PROBES = 5; // of the six connections that a browser keeps
const PROBE_MS = 400;
const FLOWING_MS = 1500; // a camera whose newest frame is no older gives frames

export class Server {
  clock = new ServerClock();
  silent = false;
  #root;
  #tell;
  #cameras = new Map();
  #answeredAt = 0;
  #asking;
  #timer;

  /** @param {object} tell answered(stats, returned: whether the last request had no answer), silent(), and refused(status, why) if it answers, but not this page */
  constructor(root, tell) {
    this.#root = root;
    this.#tell = tell;
  }

  /** Returns a camera's part of the last answer. */
  camera(id) {
    return this.#cameras.get(id);
  }

  /** Returns whether a camera gives frames; undefined without a recent answer. */
  flowing(id) {
    const camera = this.#cameras.get(id);
    if (!camera || Date.now() - this.#answeredAt > STALE_MS) return undefined;
    return camera.state === 'live' && camera.lastFrameAgeMillis !== null && camera.lastFrameAgeMillis < FLOWING_MS;
  }

  /** Asks now. @returns whether it answers */
  async ask() {
    this.#asking ??= this.#once().finally(() => { this.#asking = undefined; });
    return this.#asking;
  }

  /**
   * Makes the browser drop idle connections that have died: it would send the next requests over them, and each would wait. A request that
   * is given up closes its connection.
   */
  async refresh() {
    await Promise.allSettled(Array.from({ length: PROBES }, () => fetch(`${this.#root}static/perch.svg`, {
      method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout?.(PROBE_MS),
    })));
  }

  /** Asks regularly from now on. */
  async watch() {
    clearTimeout(this.#timer);
    const answers = document.hidden || await this.ask();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.watch(), answers ? POLL_MS : EAGER_MS);
  }

  async #once() {
    const stats = await this.#stats();
    if (stats?.refused) {
      this.silent = false;
      this.#tell.refused(stats.refused, stats.why);
      return true;
    }
    const returned = this.silent;
    this.silent = !stats;
    if (stats) {
      this.#answeredAt = Date.now();
      this.#cameras = new Map(stats.cameras.map(camera => [camera.id, camera]));
      this.#tell.answered(stats, returned);
    } else {
      this.#tell.silent();
    }
    return !this.silent;
  }

  /** Returns the answer; undefined if none comes, or it makes no sense. */
  async #stats() {
    const sent = Date.now();
    try {
      const answer = await fetch(`${this.#root}stats`, { cache: 'no-store', signal: AbortSignal.timeout?.(PATIENCE_MS) });
      if (answer.status === 401 || answer.status === 403) return { refused: answer.status, why: (await answer.json().catch(() => ({}))).detail ?? '' };
      const stats = await answer.json();
      this.clock.observe(stats.program.nowMillis, sent, Date.now());
      return stats.cameras && stats;
    } catch (unreachable) {
      return undefined;
    }
  }
}
