// The time line of one day: what was recorded, what is missing, and the moment that is shown.

const DAY = 86400000;

/** The parts of a day that were recorded, as shares of it; recordings that follow each other within a second are one. */
export function stretches(recordings, dayStart) {
  const parts = [];
  for (const each of recordings) {
    const from = Math.max(0, each.startMillis - dayStart);
    const to = Math.min(DAY, each.startMillis + each.durationMillis - dayStart);
    if (to <= 0 || from >= DAY) continue;
    const last = parts[parts.length - 1];
    if (last && from - last.to < 1000) last.to = Math.max(last.to, to);
    else parts.push({ from, to });
  }
  return parts.map((part) => ({ from: part.from / DAY, to: part.to / DAY }));
}

/** The recording of a moment; of a gap, the next one. Undefined behind all. */
export function recordingAt(recordings, millis) {
  return recordings.find((each) => millis < each.startMillis + each.durationMillis);
}

/** Draws into a canvas and tells which moment is chosen. */
export class TimeLine {
  #canvas;
  #recordings = [];
  #dayStart = 0;
  #moment = 0;
  #zoom = { from: 0, to: 1 };
  #chosen;

  constructor(canvas, chosen) {
    this.#canvas = canvas;
    this.#chosen = chosen;
    canvas.addEventListener("click", (event) => this.#choose(event.offsetX / canvas.clientWidth));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  show(recordings, dayStart) {
    this.#recordings = recordings;
    if (dayStart !== this.#dayStart) this.#zoom = { from: 0, to: 1 };
    this.#dayStart = dayStart;
    this.#draw();
  }

  at(millis) {
    this.#moment = millis;
    const second = Math.round((millis - this.#dayStart) / 1000);
    this.#canvas.setAttribute("aria-valuenow", String(second));
    this.#canvas.setAttribute("aria-valuetext", new Date(millis).toLocaleTimeString());
    this.#draw();
  }

  #choose(share) {
    const { from, to } = this.#zoom;
    this.#chosen(this.#dayStart + (from + share * (to - from)) * DAY);
  }

  #key(event) {
    const steps = { ArrowLeft: -10000, ArrowRight: 10000, PageDown: -600000, PageUp: 600000 };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      this.#chosen(this.#moment + step);
    }
  }

  #wheel(event) {
    event.preventDefault();
    const { from, to } = this.#zoom;
    const width = Math.min(1, Math.max(1 / 1440, (to - from) * (event.deltaY > 0 ? 1.25 : 0.8)));
    const middle = from + (event.offsetX / this.#canvas.clientWidth) * (to - from);
    const begin = Math.min(1 - width, Math.max(0, middle - (event.offsetX / this.#canvas.clientWidth) * width));
    this.#zoom = { from: begin, to: begin + width };
    this.#draw();
  }

  #draw() {
    const canvas = this.#canvas;
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.round(64 * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const paint = canvas.getContext("2d");
    const { from, to } = this.#zoom;
    const x = (share) => ((share - from) / (to - from)) * width;
    const colours = getComputedStyle(canvas);
    paint.clearRect(0, 0, width, height);
    paint.fillStyle = colours.color;
    paint.globalAlpha = 0.15;
    paint.fillRect(0, height * 0.25, width, height * 0.4);
    paint.globalAlpha = 0.75;
    for (const part of stretches(this.#recordings, this.#dayStart)) {
      paint.fillRect(x(part.from), height * 0.25, Math.max(1, x(part.to) - x(part.from)), height * 0.4);
    }
    paint.globalAlpha = 1;
    paint.font = `${11 * ratio}px sans-serif`;
    const hours = (to - from) * 24;
    const step = hours > 12 ? 3 : hours > 4 ? 1 : hours > 1 ? 0.25 : 1 / 12;
    for (let hour = Math.ceil((from * 24) / step) * step; hour <= to * 24; hour += step) {
      const label = `${String(Math.floor(hour)).padStart(2, "0")}:${String(Math.round((hour % 1) * 60)).padStart(2, "0")}`;
      paint.fillText(label, x(hour / 24) + 2 * ratio, height - 6 * ratio);
      paint.fillRect(x(hour / 24), height * 0.65, ratio, height * 0.12);
    }
    const now = (this.#moment - this.#dayStart) / DAY;
    if (now >= 0 && now <= 1) {
      paint.fillStyle = "#d33";
      paint.fillRect(x(now) - ratio, 0, 2 * ratio, height * 0.8);
    }
  }
}
