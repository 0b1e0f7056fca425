// A browser's connections, shared among the moving pictures of a page.

/** A browser opens six HTTP/1.1 connections to a host; one HTTP/2 connection carries a hundred streams. */
const MOST_STREAMS = /^h[23]/.test(performance.getEntriesByType('navigation')[0]?.nextHopProtocol ?? '') ? 60 : 4;

export class Connections {
  #stages;

  /** @param {Map} stages all stages of the page */
  constructor(stages) {
    this.#stages = stages;
  }

  /** Whether there is a connection for one more picture: a chosen one takes the connection of the picture that has moved for longest. */
  room(stage) {
    const others = [...this.#stages.values()].filter(other => other !== stage && other.streaming);
    if (others.length < MOST_STREAMS) return true;
    if (!stage.chosen) return false;
    others.sort((a, b) => a.since - b.since);
    others[0].crowd(true);
    return true;
  }

  /** Lets pictures move that had no connection, as far as others have released theirs. */
  giveRoom() {
    const all = [...this.#stages.values()];
    let left = MOST_STREAMS - all.filter(stage => stage.streaming).length;
    for (const stage of all) if (left > 0 && stage.crowded && left--) stage.crowd(false);
  }
}
