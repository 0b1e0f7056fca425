// Zoom by wheel, pinch, double click and keys; dragging moves an enlarged picture.

const MOST = 8;
const STEP = 1.3;

export class Zoom {
  #screen;
  #stage;
  #scale = 1;
  #x = 0; // the middle of the view, from the picture's middle, in shares of the screen
  #y = 0;
  #pointers = new Map();
  #spread = 0;

  constructor(screen) {
    this.#screen = screen;
    this.#stage = screen.querySelector('[data-stage]');
    screen.addEventListener('wheel', event => this.#wheel(event), { passive: false });
    this.#stage.addEventListener('dblclick', event => this.#at(event, this.#scale > 1 ? 0 : 2.5));
    this.#stage.addEventListener('pointerdown', event => this.#down(event));
    this.#stage.addEventListener('pointermove', event => this.#move(event));
    for (const type of ['pointerup', 'pointercancel']) this.#stage.addEventListener(type, event => this.#up(event));
  }

  /** @returns {boolean} whether the key belongs to the zoom */
  key(key) {
    const factor = { '+': STEP, '=': STEP, '-': 1 / STEP, 0: 0 }[key];
    if (factor === undefined) return false;
    this.#to(factor, 0, 0);
    return true;
  }

  /** Zooms with Ctrl, as browsers do and as they report a pinch; also without it once enlarged, otherwise the page scrolls. */
  #wheel(event) {
    if (!event.ctrlKey && this.#scale === 1 && event.deltaY > 0) return;
    event.preventDefault();
    this.#at(event, Math.exp(-event.deltaY / 300));
  }

  #at({ clientX, clientY }, factor) {
    const box = this.#stage.getBoundingClientRect();
    this.#to(factor, (clientX - box.left) / box.width - 0.5, (clientY - box.top) / box.height - 0.5);
  }

  /** Zooms around the point (x, y), in shares of the screen from its middle. */
  #to(factor, x, y) {
    const scale = Math.min(MOST, Math.max(1, this.#scale * factor));
    const grows = scale / this.#scale;
    this.#place(scale, x - (x - this.#x) * grows, y - (y - this.#y) * grows);
  }

  #place(scale, x, y) {
    const most = (scale - 1) / 2;
    this.#scale = scale;
    this.#x = Math.min(most, Math.max(-most, x));
    this.#y = Math.min(most, Math.max(-most, y));
    const near = scale > 1.001;
    this.#stage.style.setProperty('--zoom', near ? `translate(${100 * this.#x}%, ${100 * this.#y}%) scale(${scale})` : 'none');
    this.#screen.toggleAttribute('data-near', near);
  }

  #down(event) {
    this.#pointers.set(event.pointerId, event);
    this.#spread = this.#distance();
    if (this.#scale > 1) this.#stage.setPointerCapture(event.pointerId);
  }

  #distance() {
    const [one, other] = [...this.#pointers.values()];
    return other ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : 0;
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) {
      const spread = this.#distance();
      if (this.#spread > 0) this.#at(event, spread / this.#spread);
      this.#spread = spread;
    } else if (this.#scale > 1) {
      const box = this.#stage.getBoundingClientRect();
      this.#place(this.#scale, this.#x + (event.clientX - before.clientX) / box.width, this.#y + (event.clientY - before.clientY) / box.height);
    }
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    this.#spread = 0;
  }
}
