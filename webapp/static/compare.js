// One camera by all techniques side by side: what each gives, and what it costs.

import { bitRate, perSecond } from './page/say.js';
import { t } from './page/tongue.js';
import { NO_ANSWER, NO_PICTURE } from './page/words.js';
import { Player } from './player/player.js';
import { Sockets } from './player/sockets.js';

const ALONE_MS = 8000;
const SETTLE_MS = 2500;

const GOOD_FOR = {
  snapshot: t('For dashboards and slow lines: a new picture each second, from any program that can fetch a file.'),
  mjpeg: t('For everything: any browser, printer display or script shows it. It takes many times the data of H.264.'),
  webcodecs: t('For steering and talking: the script decodes each frame as it comes. Over https, or on the machine itself.'),
  mse: t('For nearly the same without https: the browser decodes, the script keeps it near the newest.'),
  video: t('For a single line of HTML: a bare <video>, whose delay the browser chooses.'),
  hls: t('For Apple devices, televisions and many viewers by a cache: segments over plain HTTP, and back in time.'),
  dash: t('For players of other makers and many viewers by a cache: as HLS, described in XML.'),
};
const ORDER = ['snapshot', 'mjpeg', 'webcodecs', 'mse', 'video', 'hls', 'dash'];
const FIGURES = [
  ['fps', t('Rate')], ['data', t('Data')], ['delay', t('Delay')], ['start', t('Start')], ['cpu', t('Server CPU')], ['memory', t('Memory')],
];

const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const pause = millis => new Promise(resolve => { setTimeout(resolve, millis); });

/** One technique. */
class Way {
  figures = {};
  running = false;
  element;
  #technique;
  #player;
  #button;
  #curtain;
  #places = {};
  #first;
  #stage;
  #inSight = true;

  constructor(technique, main, server, sockets) {
    this.#technique = technique;
    const { title, base, camera, best } = main.dataset;
    this.#first = best;
    const stage = this.#stage = make('div', { className: 'stage' });
    Object.assign(stage.dataset, { stage: '', title: `${title}, ${technique.label}`, way: technique.name });
    this.#curtain = make('p', { className: 'curtain', textContent: t('Stopped.') });
    this.#curtain.dataset.curtain = '';
    stage.append(this.#curtain);
    this.#button = make('button', { type: 'button', textContent: t('Start') });
    this.#button.addEventListener('click', () => (this.running ? this.stop() : this.start()));
    const figures = make('dl', {});
    for (const [name, label] of FIGURES) {
      this.#places[name] = make('dd', { textContent: '–' });
      this.#places[name].dataset.figure = name;
      figures.append(make('div', {}, make('dt', { textContent: label }), this.#places[name]));
    }
    this.element = make('article', { className: 'way' }, stage,
      make('header', {}, make('h2', { textContent: technique.label }), this.#button),
      make('p', { textContent: GOOD_FOR[technique.name] }), figures);
    this.element.dataset.technique = technique.name;
    this.#button.setAttribute('aria-label', `${t('Start')} ${technique.label}`);
    this.#player = new Player(stage, {
      base, camera, sockets,
      clock: server.clock,
      flowing: () => server.flowing(camera),
      alive: () => server.ask(),
      refresh: () => server.refresh(),
      tell: told => this.#told(told),
    });
  }

  get label() {
    return this.#technique.label;
  }

  start() {
    this.#run(true);
    this.#player.start(this.#technique.name, this.#first, { only: true });
  }

  stop() {
    this.#run(false);
    this.#player.stop();
  }

  /** Closes the connection while nobody looks. */
  sight(inSight = this.#inSight) {
    this.#inSight = inSight;
    if (!this.running) return;
    if (inSight && !document.hidden) this.#player.resume();
    else this.#player.stop();
  }

  #run(running) {
    this.running = running;
    const word = running ? t('Stop') : t('Start');
    this.#button.textContent = word;
    this.#button.setAttribute('aria-label', `${word} ${this.label}`);
    this.#cover(running ? NO_PICTURE : t('Stopped.'));
  }

  #cover(text) {
    this.#curtain.hidden = text === '';
    if (text) this.#curtain.textContent = text;
  }

  #told({ technique, painting, why, fps, bitsPerSecond, delayMillis, startMillis }) {
    this.#stage.dataset.technique = technique;
    this.#cover(painting ? '' : why || NO_PICTURE);
    if (!painting) return;
    this.tell('fps', fps && perSecond(fps));
    this.tell('data', bitsPerSecond && bitRate(bitsPerSecond));
    this.tell('delay', delayMillis === undefined ? undefined : `${Math.max(0, Math.round(delayMillis))} ms`);
    this.tell('start', startMillis === undefined ? undefined : `${startMillis} ms`);
  }

  /** Shows a figure; an unknown one keeps its last value. */
  tell(name, text) {
    if (text === undefined) return;
    this.figures[name] = text;
    if (this.#places[name].textContent !== text) this.#places[name].textContent = text;
  }
}

/** Measures the server's work between two answers of /stats. */
class Work {
  #before;
  percent;

  tell({ program }) {
    const { cpuMillis, nowMillis } = program;
    if (this.#before && cpuMillis !== null) {
      this.percent = 100 * (cpuMillis - this.#before.cpuMillis) / Math.max(1, nowMillis - this.#before.nowMillis);
    }
    this.#before = { cpuMillis, nowMillis };
  }
}

function table(ways, title) {
  const rows = [[title, ...FIGURES.map(([, label]) => label)], ['---', ...FIGURES.map(() => '---:')],
    ...ways.map(way => [way.label, ...FIGURES.map(([name]) => way.figures[name] ?? '–')])];
  return rows.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function copy(text) {
  const area = make('textarea', { value: text });
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy'); // the clipboard API is for https only
  area.remove();
  return copied;
}

/** Builds the page. @returns {(stats: any) => void} takes each answer of /stats */
export function compare(server) {
  const main = document.querySelector('[data-compare]');
  const columns = main.querySelector('[data-columns]');
  const note = main.querySelector('[data-note]');
  const usable = Player.usable();
  // a browser opens six connections to a host, too few for seven techniques
  const sockets = 'WebSocket' in window ? new Sockets({
    address: new URL('ws', document.baseURI).href.replace(/^http/, 'ws'), query: '', alive: () => server.ask(),
  }) : undefined;
  const ways = ORDER.flatMap(name => usable.filter(technique => technique.name === name)).map(technique => new Way(technique, main, server, sockets));
  columns.append(...ways.map(way => way.element));
  const missing = ORDER.filter(name => !ways.some(way => way.element.dataset.technique === name));
  if (missing.includes('webcodecs') && !window.isSecureContext) note.textContent = t('WebCodecs is for https and for the machine itself: this page came by http.');
  const load = new Work();
  let latest;

  /** Measures each technique alone: the server's work above that with none. */
  async function inTurn() {
    for (const way of ways) way.stop();
    await settle();
    const idle = await measured();
    for (const way of ways) {
      note.textContent = t('Measuring {name} …', { name: way.label });
      way.start();
      await pause(SETTLE_MS);
      const { percent, bytes } = await measured();
      way.tell('cpu', `${Math.max(0, percent - idle.percent).toFixed(1)} %`);
      way.tell('memory', `${Math.max(0, (bytes - idle.bytes) / 1e6).toFixed(1)} MB`);
      way.stop();
      await settle();
    }
    note.textContent = t('CPU is the share of one processor above idle, memory what this viewer leases of the budget; the browser works on the same machine if it is the same machine.');
  }

  const settle = () => pause(SETTLE_MS);

  async function measured() {
    await server.ask();
    const before = latest;
    await pause(ALONE_MS - SETTLE_MS);
    await server.ask();
    if (before === latest) throw new Error(NO_ANSWER);
    const spanMillis = latest.program.nowMillis - before.program.nowMillis;
    return { percent: 100 * (latest.program.cpuMillis - before.program.cpuMillis) / spanMillis, bytes: latest.budget.leasedBytes };
  }

  const acts = {
    all: () => ways.forEach(way => way.running || way.start()),
    none: () => ways.forEach(way => way.stop()),
    copy: () => { note.textContent = copy(table(ways, main.dataset.title)) ? t('Copied as a table.') : t('This browser copies nothing.'); },
    turn: async ({ target }) => {
      target.disabled = true;
      await inTurn().catch(away => { note.textContent = away.message; });
      target.disabled = false;
    },
  };
  for (const button of main.querySelectorAll('[data-do]')) button.addEventListener('click', event => acts[button.dataset.do](event));
  const sight = new IntersectionObserver(entries => {
    for (const entry of entries) ways.find(way => way.element === entry.target).sight(entry.isIntersecting);
  }, { rootMargin: '200px' });
  for (const way of ways) sight.observe(way.element);
  document.addEventListener('visibilitychange', () => ways.forEach(way => way.sight()));
  acts.all();

  return stats => {
    latest = stats;
    load.tell(stats);
    const { leasedBytes } = stats.budget;
    const share = load.percent === undefined ? '–' : `${load.percent.toFixed(1)} %`;
    main.querySelector('[data-server]').textContent = t('The server: {share} of one processor, {memory} MB of media memory, {viewers} viewers.',
      { share, memory: (leasedBytes / 1e6).toFixed(1), viewers: stats.viewers.now });
  };
}
