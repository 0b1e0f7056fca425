// Single pictures.

import { short } from '../frames.js';
import { Jpegs } from '../jpegs.js';

const PAUSE_MS = 1000;
const PATIENCE_MS = 12000; // the server answers within 10 s

let turn = Promise.resolve();

/** Shows one picture a second; those of all cameras come one after the other, over one connection. */
export class Snapshots extends Jpegs {
  static name = 'snapshot';
  static label = 'Snapshots';
  static needs = 'JPEG';
  static usable = () => true;
  static patient = true;

  constructor(host) {
    super(host);
    this.#go();
  }

  #go() {
    if (this.aborted) return;
    turn = turn.then(() => this.#one()).finally(() => setTimeout(() => this.#go(), PAUSE_MS));
  }

  async #one() {
    if (this.aborted) return;
    const signal = AbortSignal.any?.([this.signal, AbortSignal.timeout(PATIENCE_MS)]) ?? this.signal;
    const answer = await short(this.host, this.host.url('snapshot.jpg', 'max-age=1000'), signal);
    if (answer) await this.show(answer.bytes, 1000 * Number(answer.headers.get('X-Timestamp')));
  }
}
