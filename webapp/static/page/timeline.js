// A line of time on a canvas: recordings, gaps, what memory still has, and the moment that is shown.

import { tongue } from './tongue.js';

const LEAST_MILLIS = 60000; // less than a minute shows nothing more
const JOINED_MILLIS = 1000; // recordings this close together are drawn as one
const HEIGHT = 40;
const LABEL_PIXELS = 72;
const STEPS = [10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600].map(seconds => 1000 * seconds);
const KEYS = { ArrowLeft: -10000, ArrowRight: 10000, PageDown: -600000, PageUp: 600000 };
const THUMBNAIL_SECONDS = 10; // the distance of the pictures requested
const REST_MILLIS = 150;

/** Returns the recorded parts of a span, as shares of it. */
export function stretches(recordings, from, to) {
  const parts = [];
  for (const { startMillis, durationMillis } of recordings) {
    const begin = Math.max(from, startMillis);
    const end = Math.min(to, startMillis + durationMillis);
    if (end <= begin) continue;
    const last = parts.at(-1);
    if (last && begin - last.to < JOINED_MILLIS) last.to = Math.max(last.to, end);
    else parts.push({ from: begin, to: end });
  }
  return parts.map(part => ({ from: (part.from - from) / (to - from), to: (part.to - from) / (to - from) }));
}

/** Returns the recording of a moment; in a gap, the next one; undefined behind all. */
export function recordingAt(recordings, millis) {
  return recordings.find(({ startMillis, durationMillis }) => millis < startMillis + durationMillis);
}

const clockOf = (millis, step = 0) => new Date(millis).toLocaleTimeString(tongue, { hour: '2-digit', minute: '2-digit', second: step < 60000 ? '2-digit' : undefined });

export class TimeLine {
  #canvas;
  #hint;
  #chosen;
  #folder;
  #recordings = [];
  #whole = { from: 0, to: 1 };
  #seen = { from: 0, to: 1 };
  #memoryFrom = Infinity;
  #moment = 0;
  #resting;

  /**
   * @param {HTMLCanvasElement} canvas a slider
   * @param {string} folder from the page to the recordings
   * @param {function} chosen gets the chosen moment
   */
  constructor(canvas, folder, chosen) {
    this.#canvas = canvas;
    this.#folder = folder;
    this.#chosen = chosen;
    /** @type {HTMLElement} */
    this.#hint = canvas.parentElement.querySelector('[data-hint]');
    canvas.addEventListener('click', event => chosen(this.#at(event)));
    canvas.addEventListener('keydown', event => this.#key(event));
    canvas.addEventListener('wheel', event => this.#wheel(event), { passive: false });
    canvas.addEventListener('pointermove', event => this.#point(event));
    canvas.addEventListener('pointerleave', () => this.#leave());
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  /** Shows a span, zoomed as before; at its end the line moves with it. */
  show({ recordings, from, to, memoryFrom = Infinity }) {
    this.#recordings = recordings;
    this.#memoryFrom = memoryFrom;
    const { from: seenFrom, to: seenTo } = this.#seen;
    const moved = seenTo === this.#whole.to ? to - seenTo : 0;
    const other = from >= seenTo || to <= seenFrom;
    this.#whole = { from, to };
    this.#see(other ? from : seenFrom + moved, other ? to : seenTo + moved);
  }

  /** Shows the last `millis` of the span. */
  near(millis) {
    this.#see(this.#whole.to - millis, this.#whole.to);
  }

  /** Shows all recordings, and a little around them. */
  fit() {
    const { from, to } = this.#whole;
    const parts = stretches(this.#recordings, from, to);
    if (!parts.length) return;
    const share = part => from + part * (to - from);
    const around = (parts.at(-1).to - parts[0].from) / 10;
    this.#see(share(parts[0].from - around), share(parts.at(-1).to + around));
  }

  /** Marks the moment that is shown. */
  at(millis) {
    this.#moment = millis;
    const { from, to } = this.#whole;
    const values = { valuemin: 0, valuemax: (to - from) / 1000, valuenow: Math.min(to - from, Math.max(0, millis - from)) / 1000 };
    for (const [name, value] of Object.entries(values)) this.#canvas.setAttribute(`aria-${name}`, String(Math.round(value)));
    this.#canvas.setAttribute('aria-valuetext', clockOf(millis));
    this.#draw();
  }

  #see(from, to) {
    const whole = this.#whole;
    const length = Math.min(whole.to - whole.from, Math.max(LEAST_MILLIS, to - from));
    const begin = Math.min(whole.to - length, Math.max(whole.from, from));
    this.#seen = { from: begin, to: begin + length };
    this.#draw();
  }

  #at({ offsetX }) {
    const { from, to } = this.#seen;
    return from + (offsetX / this.#canvas.clientWidth) * (to - from);
  }

  #key(event) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#chosen(this.#moment + step);
  }

  #wheel(event) {
    event.preventDefault();
    event.stopPropagation();
    const { from, to } = this.#seen;
    const middle = this.#at(event);
    const factor = event.deltaY > 0 ? 1.25 : 0.8;
    this.#see(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  /** Shows the moment under the pointer, and its picture once the pointer rests. */
  #point(event) {
    if (event.pointerType !== 'mouse') return;
    const millis = this.#at(event);
    const picture = this.#hint.querySelector('img');
    const words = this.#hint.querySelector('figcaption');
    words.textContent = clockOf(millis);
    this.#hint.hidden = false;
    const half = this.#hint.offsetWidth / 2;
    const most = this.#canvas.offsetLeft + this.#canvas.clientWidth - half;
    this.#hint.style.left = `${Math.min(most, Math.max(half, this.#canvas.offsetLeft + event.offsetX))}px`;
    clearTimeout(this.#resting);
    const recording = recordingAt(this.#recordings, millis);
    const there = recording?.thumbnail && millis >= recording.startMillis;
    if (!there) {
      picture.hidden = true;
      return;
    }
    const seconds = THUMBNAIL_SECONDS * Math.floor((millis - recording.startMillis) / 1000 / THUMBNAIL_SECONDS);
    const address = new URL(`${this.#folder}${recording.thumbnail}?at=${seconds}`, document.baseURI).href;
    if (picture.src === address) return;
    picture.hidden = true;
    this.#resting = setTimeout(() => {
      picture.onload = () => { picture.hidden = false; };
      picture.src = address;
    }, REST_MILLIS);
  }

  #leave() {
    clearTimeout(this.#resting);
    this.#hint.hidden = true;
  }

  #draw() {
    const canvas = this.#canvas;
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(HEIGHT * ratio);
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const { from, to } = this.#seen;
    const x = millis => ((millis - from) / (to - from)) * width;
    const { color, accentColor } = getComputedStyle(canvas);
    const paint = canvas.getContext('2d');
    paint.clearRect(0, 0, width, height);
    const bar = (begin, end, alpha) => {
      paint.globalAlpha = alpha;
      paint.fillRect(begin, height * 0.15, Math.max(ratio, end - begin), height * 0.35);
    };
    paint.fillStyle = color;
    bar(0, width, 0.18);
    for (const part of stretches(this.#recordings, from, to)) bar(part.from * width, part.to * width, 0.8);
    if (this.#memoryFrom < to) bar(x(Math.max(from, this.#memoryFrom)), width, 0.45);
    paint.globalAlpha = 1;
    this.#label(paint, { width, height, ratio, x });
    if (this.#moment >= from && this.#moment <= to + JOINED_MILLIS) {
      paint.fillStyle = accentColor;
      paint.fillRect(Math.min(width - 3 * ratio, x(this.#moment) - 1.5 * ratio), 0, 3 * ratio, height * 0.65);
    }
  }

  #label(paint, { width, height, ratio, x }) {
    const { from, to } = this.#seen;
    const most = (width / ratio) / LABEL_PIXELS;
    const step = STEPS.find(each => (to - from) / each <= most) ?? STEPS.at(-1);
    const zone = 60000 * new Date(to).getTimezoneOffset();
    paint.font = `${11 * ratio}px sans-serif`;
    for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) {
      const label = clockOf(at, step);
      paint.fillRect(x(at), height * 0.5, ratio, height * 0.12);
      if (x(at) + paint.measureText(label).width < width) paint.fillText(label, x(at) + 3 * ratio, height - 5 * ratio);
    }
  }
}
