// As much of a browser as the page's modules ask for while they are loaded, and as the player asks for beside its techniques. Node has the rest.

globalThis.window = Object.assign(globalThis.window ?? {}, { isSecureContext: true });

/** Says which languages the browser prefers; for modules that are not loaded yet. */
export function prefer(...languages) {
  Object.defineProperty(globalThis, 'navigator', { value: { languages }, configurable: true });
}

prefer('en');
globalThis.document = {
  baseURI: 'http://127.0.0.1/front/',
  createElement: () => ({ canPlayType: () => '' }),
};

/** A place for a picture that keeps what is put into it. */
export function place() {
  const children = [];
  return {
    dataset: { title: 'Front' },
    children,
    prepend: child => { children.unshift(child); },
    querySelector: () => undefined,
    querySelectorAll: () => [],
  };
}

/** A technique whose faults and pictures a test tells; `made` has the hosts of its instances. */
export function technique(name, needs, properties = {}) {
  const made = [];
  class Fake {
    constructor(host) {
      this.host = host;
      this.view = host.mount({ tagName: 'CANVAS', setAttribute() {}, remove() {} });
      this.held = false;
      made.push({ host, view: this, ended: false });
    }

    stop() {
      made.find(each => each.view === this).ended = true;
    }
  }
  return Object.assign(Object.defineProperties(Fake, { name: { value: name } }), { label: name, needs, usable: () => true, made, ...properties });
}

/** Time that passes when a test says so: Date.now(), timeouts and intervals. */
export class FakeTime {
  #now;
  #timers = new Map();
  #last = 0;
  #real = { now: Date.now, setTimeout, clearTimeout, setInterval, clearInterval };

  constructor(now) {
    this.#now = now;
    const set = (work, millis, again) => this.#timers.set(++this.#last, { work, at: this.#now + (millis ?? 0), again }) && this.#last;
    const clear = id => { this.#timers.delete(id); };
    Date.now = () => this.#now;
    Object.assign(globalThis, {
      setTimeout: (work, millis) => set(work, millis), clearTimeout: clear,
      setInterval: (work, millis) => set(work, millis, millis), clearInterval: clear,
    });
  }

  pass(millis) {
    const end = this.#now + millis;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [id, timer] = due;
      this.#now = timer.at;
      if (timer.again) timer.at += timer.again;
      else this.#timers.delete(id);
      timer.work();
    }
    this.#now = end;
  }

  end() {
    const { now, ...timers } = this.#real;
    Date.now = now;
    Object.assign(globalThis, timers);
  }
}
