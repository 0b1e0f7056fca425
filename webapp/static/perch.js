// Refreshes the numbers, switches techniques on a click, and lets go of pictures that nobody sees. The pages work without it.
import { ServerClock } from './player/clock.js';
import { Player, release } from './player/player.js';

const POLL_MS = 2000;
const PATIENCE_MS = 5000;
const MOST_STREAMS = 4; // a browser opens six connections to a host
const NO_PICTURE = 'No picture; trying again.';

const root = document.body.dataset.root || ''; // an empty attribute is left out
const say = (holder, name, text) => {
  const places = holder.querySelectorAll(`[data-fact="${name}"]`);
  for (const place of places) if (place.textContent !== text) place.textContent = text;
  return places[0];
};
const mega = bytes => (bytes / 1e6).toFixed(1);

const clock = new ServerClock();

/** The place where one camera's picture is. */
class Stage {
  constructor(card) {
    this.card = card;
    this.place = card.querySelector('[data-stage]');
    this.curtain = card.querySelector('[data-curtain]');
    const { base, query, best, auto, shows } = this.place.dataset;
    this.best = best;
    this.mode = auto ? 'auto' : shows;
    this.inSight = true;
    this.since = 0;
    this.player = new Player(this.place, { base, query, clock, tell: told => this.told(told) });
    this.offerMore();
    for (const button of card.querySelectorAll('[data-show]')) {
      button.addEventListener('click', () => this.choose(button.dataset.show));
    }
    card.querySelector('[data-play]')?.addEventListener('click', event => {
      event.preventDefault();
      this.choose('video');
    });
    card.querySelector('.switch').hidden = false;
    this.press();
    this.show();
  }

  /** Buttons for what only a script can show. */
  offerMore() {
    const after = this.card.querySelector('[data-show="auto"]');
    const known = new Set([...this.card.querySelectorAll('[data-show]')].map(button => button.dataset.show));
    const disabled = this.card.querySelector('[data-show="video"]').disabled;
    for (const { name, label, needs } of Player.usable().reverse()) {
      if (needs !== 'H264' || known.has(name)) continue;
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label, disabled });
      button.dataset.show = name;
      after.after(button);
    }
  }

  choose(mode) {
    this.mode = mode;
    this.started = false;
    this.press();
    this.player.stop();
    this.cover(mode === 'off' ? 'Switched off.' : '');
    if (mode === 'off') this.clear();
    this.show();
  }

  press() {
    for (const button of this.card.querySelectorAll('[data-show]')) {
      button.setAttribute('aria-pressed', String(button.dataset.show === this.mode));
    }
  }

  get streaming() {
    return this.mode !== 'off' && this.mode !== 'snapshot' && this.visible;
  }

  get visible() {
    return this.inSight && !document.hidden;
  }

  /** Begins what is chosen, if somebody can see it. */
  show() {
    if (this.mode === 'off' || !this.visible) return;
    this.since = performance.now();
    if (this.started) {
      this.player.resume();
    } else {
      this.started = true;
      this.player.start(this.mode, this.best);
    }
    makeRoom(this);
  }

  /** What came with the page is let go of, too. */
  clear() {
    for (const first of this.place.querySelectorAll('[data-first]')) release(first);
  }

  told({ technique, painting, why, delayMillis }) {
    this.place.dataset.technique = technique;
    this.cover(painting ? '' : this.reason || why || NO_PICTURE);
    const delay = delayMillis === undefined ? '–' : `${Math.max(0, Math.round(delayMillis))} ms`;
    if (performance.now() - (this.toldDelay ?? -1000) > 500) {
      this.toldDelay = performance.now();
      say(this.card, 'delay', delay);
    }
  }

  cover(text) {
    this.curtain.hidden = text === '';
    if (text !== '') this.curtain.textContent = text;
  }

  sight(inSight) {
    this.inSight = inSight;
    if (this.visible) {
      this.show();
    } else {
      this.player.stop();
      this.clear();
    }
  }

  tell(camera) {
    const state = say(this.card, 'state', camera.state);
    state.dataset.state = camera.state;
    this.reason = camera.reason;
    say(this.card, 'reason', camera.reason).hidden = camera.reason === '';
    say(this.card, 'size', camera.width ? `${camera.width} × ${camera.height}` : '–');
    say(this.card, 'rate', camera.measuredFps ? `${camera.measuredFps.toFixed(1).replace('.0', '')} fps` : '–');
    say(this.card, 'viewers', String(camera.viewers));
  }
}

const stages = new Map();
/** Too many streams: the oldest becomes single pictures, or stops where the camera has none. */
function makeRoom(newest) {
  const streams = [...stages.values()].filter(stage => stage.streaming && stage !== newest);
  streams.sort((a, b) => a.since - b.since);
  for (const stage of streams.slice(0, Math.max(0, streams.length + 1 - MOST_STREAMS))) {
    stage.choose(stage.card.querySelector('[data-show="snapshot"]').disabled ? 'off' : 'snapshot');
  }
}

const STEPS = {
  hlsWindow: 'the HLS window shortened',
  rings: 'rings shortened to one GOP',
  derivedFormats: 'derived formats stopped',
  newestViewers: 'the newest viewers closed',
};

/** The budget: who holds what, as a bar and in numbers. */
function tellMemory({ budget, memory }) {
  say(document, 'memory', `${mega(budget.leasedBytes)} of ${mega(budget.totalBytes)} MB`);
  const bar = document.querySelector('[data-bar]');
  if (!bar) return;
  if (memory.of) say(document, 'machine', `${mega(memory.availableBytes)} of ${mega(memory.totalBytes)} MB free (${memory.of})`);
  const short = memory.scarcity !== 'none' || memory.inForce.length > 0;
  const steps = memory.inForce.map(step => STEPS[step] ?? step).join(', ');
  say(document, 'shortage', short ? `Memory is short: nobody new is let in. In force: ${steps}` : '').hidden = !short;
  const pieces = [];
  const rows = [];
  let before = 0;
  for (const [holder, bytes] of Object.entries(budget.holders).sort((a, b) => b[1] - a[1])) {
    const style = `part${rows.length % 6}`;
    const piece = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const box = { x: 1000 * before / budget.totalBytes, width: 1000 * bytes / budget.totalBytes, height: 20, class: style };
    for (const [name, value] of Object.entries(box)) piece.setAttribute(name, value);
    const row = document.createElement('li');
    row.className = style;
    row.append(holder, ' ', Object.assign(document.createElement('b'), { textContent: `${mega(bytes)} MB` }),
      ` ${Math.round(100 * bytes / budget.totalBytes)} %`);
    before += bytes;
    pieces.push(piece);
    rows.push(row);
  }
  bar.replaceChildren(...pieces);
  document.querySelector('[data-parts]').replaceChildren(...rows);
}

async function poll() {
  if (!document.hidden) {
    const alarm = document.querySelector('[data-alarm]');
    try {
      const sent = Date.now();
      const answer = await fetch(`${root}stats`, { cache: 'no-store', signal: AbortSignal.timeout?.(PATIENCE_MS) });
      const received = Date.now();
      const stats = await answer.json();
      clock.observe(stats.program.nowMillis, sent, received);
      for (const camera of stats.cameras) stages.get(camera.id)?.tell(camera);
      tellMemory(stats);
      alarm.hidden = true;
    } catch (unreachable) {
      alarm.hidden = false;
    }
  }
  setTimeout(poll, POLL_MS);
}

for (const card of document.querySelectorAll('[data-camera]')) stages.set(card.dataset.camera, new Stage(card));

const sight = new IntersectionObserver(
  entries => entries.forEach(entry => stages.get(entry.target.dataset.camera).sight(entry.isIntersecting)),
  { rootMargin: '200px' });
for (const stage of stages.values()) sight.observe(stage.card);
document.addEventListener('visibilitychange', () => stages.forEach(stage => stage.sight(stage.inSight)));

/** Behind a proxy only the browser knows the address. */
for (const box of document.querySelectorAll('[data-address]')) {
  const real = new URL('.', document.baseURI).href;
  for (const code of box.querySelectorAll('code')) {
    code.textContent = code.textContent.split(box.dataset.address).join(real);
  }
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    getSelection().selectAllChildren(button.parentElement.querySelector('code'));
    // the clipboard API is for https only; cameras are mostly watched without
    button.textContent = document.execCommand('copy') ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}

poll();
