// All cameras of a page over one WebSocket for each format (docs/websocket.md): a browser opens six connections to a host, and more pictures
// than that would wait for each other. When the cameras in sight change, a new socket is opened, and the old one serves
// until the new one does.

const HEAD_BYTES = 16;
const INIT_SEGMENT = 4;
const SOUND = 5;
const GATHER_MS = 20; // the pictures of a page begin together
const RELEASE_MS = 1000;
const OVERLAP_MS = 3000; // while a new socket may repeat what the old one has sent

/** The sockets of one page. */
export class Sockets {
  #channels = new Map();
  #address;
  #query;
  #alive;
  #usable = true;
  #worked = false;

  /**
   * @param {object} options address: of the WebSocket that carries several cameras; query: for moving pictures; alive(): resolves to
   *   whether the server answers
   */
  constructor({ address, query, alive }) {
    this.#address = address;
    this.#query = query;
    this.#alive = alive;
  }

  /** Whether the server and any proxy let WebSockets through. */
  get usable() {
    return this.#usable;
  }

  /** Forgets refusals, because another server may be there now. */
  reset() {
    this.#usable = true;
  }

  /**
   * Passes a camera's messages to `listener`: told(camera) for texts, frame({ captured, payload }) for frames, failed({ network, refused }) once.
   *
   * @param {string} query further parameters of the socket
   * @returns {function} ends the membership
   */
  join(format, id, listener, query = '') {
    const member = { id, listener, last: new Map() };
    this.#channel(format, query, '').add(member);
    return () => member.channel.remove(member);
  }

  /** Returns the socket of a format; `only` that of one camera when the one for all was refused. */
  #channel(format, query, only) {
    const key = `${format} ${query} ${only}`;
    if (!this.#channels.has(key)) {
      const words = [`format=${format}`, format === 'mjpg' ? this.#query : '', query].filter(Boolean).join('&');
      this.#channels.set(key, new Channel(`${this.#address}?${words}`, {
        opened: () => { this.#worked = true; },
        refused: members => this.#refused(format, query, only, members),
      }));
    }
    return this.#channels.get(key);
  }

  /** Gives each camera its own socket, because one that is not available makes the server refuse the socket for all. */
  async #refused(format, query, only, members) {
    const alive = await this.#alive();
    for (const member of members) {
      if (member.left) continue;
      if (alive && !only) {
        this.#channel(format, query, member.id).add(member);
        continue;
      }
      if (alive && !this.#worked) this.#usable = false;
      member.listener.failed(alive ? { refused: true } : { network: true });
    }
  }
}

/** Opens a socket; undefined if the browser refuses even to try: for some, a WebSocket to the page's own host is another origin. */
function open(address) {
  try {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    return socket;
  } catch (refusal) {
    return undefined;
  }
}

/** One socket after another, for the wanted cameras. */
class Channel {
  #members = new Set();
  #address;
  #tell;
  #current;
  #coming;
  #timer;
  #dueAt = Infinity;

  constructor(address, tell) {
    this.#address = address;
    this.#tell = tell;
  }

  add(member) {
    member.channel = this;
    member.socket = undefined;
    this.#members.add(member);
    this.#renewIn(GATHER_MS);
  }

  remove(member) {
    member.left = true;
    if (!this.#members.delete(member)) return;
    if (this.#members.size === 0) this.#close();
    else this.#renewIn(RELEASE_MS);
  }

  #renewIn(millis) {
    const dueAt = Date.now() + millis;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#renew(), millis);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
    const sockets = [this.#current, this.#coming];
    this.#current = this.#coming = undefined;
    for (const socket of sockets) socket?.close();
  }

  #renew() {
    this.#dueAt = Infinity;
    const ids = [...new Set([...this.#members].map(({ id }) => id))];
    const before = this.#coming;
    const socket = open(`${this.#address}&cameras=${ids.join(',')}`);
    this.#coming = socket;
    before?.close();
    if (!socket) {
      this.#refused();
      return;
    }
    const names = new Map();
    let openedAt = 0;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#current && socket !== this.#coming) return;
      if (!openedAt) {
        openedAt = Date.now();
        this.#opened(socket, ids);
      }
      if (typeof data === 'string') this.#told(socket, names, JSON.parse(data));
      else this.#frame(socket, names, data, Date.now() - openedAt < OVERLAP_MS);
    };
    socket.onclose = () => {
      if (socket === this.#coming) this.#refused();
      else if (socket === this.#current) this.#lost();
    };
  }

  #opened(socket, ids) {
    const before = this.#current;
    this.#current = socket;
    this.#coming = undefined;
    before?.close();
    for (const member of this.#members) if (ids.includes(member.id)) member.socket = socket;
    this.#tell.opened();
  }

  #of(socket, id) {
    return [...this.#members].filter(member => member.socket === socket && member.id === id);
  }

  #told(socket, names, text) {
    for (const camera of text.cameras ?? [text]) {
      names.set(camera.camera, camera.id);
      for (const { listener } of this.#of(socket, camera.id)) listener.told(camera);
    }
  }

  #frame(socket, names, data, overlaps) {
    const head = new DataView(data);
    const captured = Number(head.getBigUint64(8)) / 1000;
    const message = { captured, payload: new Uint8Array(data, HEAD_BYTES) };
    for (const member of this.#of(socket, names.get(head.getUint16(2)))) {
      const kind = head.getUint8(0) === SOUND ? 'sound' : 'picture';
      if (head.getUint8(0) !== INIT_SEGMENT) {
        if (overlaps && captured <= member.last.get(kind)) continue;
        member.last.set(kind, captured);
      }
      member.listener.frame(message);
    }
  }

  /** Handles a socket that did not open; members served by the old one stay with it. */
  #refused() {
    this.#coming = undefined;
    const refused = [...this.#members].filter(member => !member.socket);
    for (const member of refused) this.#members.delete(member);
    this.#tell.refused(refused);
  }

  #lost() {
    const lost = [...this.#members];
    this.#members.clear();
    this.#close();
    for (const { listener } of lost) listener.failed({ network: true });
  }
}
