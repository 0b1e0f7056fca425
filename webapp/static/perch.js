'use strict';
// Refreshes the numbers, switches techniques on a click, and lets go of pictures that nobody sees. The pages work without it.
(() => {
  const POLL_MS = 2000;
  const SNAPSHOT_PAUSE_MS = 1000;
  const SNAPSHOT_PATIENCE_MS = 12000; // the server answers within 10 s
  const MOST_STREAMS = 4; // a browser opens six connections to a host
  const STALLED_POLLS = 3;
  const EMPTY_POLLS = 6; // the server answers within 10 s, with a frame or an error
  const LATE_SECONDS = 3;
  const NO_PICTURE = 'No picture; trying again.';
  const EMPTY = 'data:,'; // Safari and Firefox drop an endless picture only for another one

  const root = document.body.dataset.root || ''; // an empty attribute is left out
  const say = (holder, name, text) => {
    const places = holder.querySelectorAll(`[data-fact="${name}"]`);
    for (const place of places) if (place.textContent !== text) place.textContent = text;
    return places[0];
  };
  const mega = bytes => (bytes / 1e6).toFixed(1);

  /** The place where one camera's picture is. */
  class Stage {
    constructor(card) {
      this.card = card;
      this.place = card.querySelector('[data-stage]');
      this.curtain = card.querySelector('[data-curtain]');
      this.title = this.place.dataset.title;
      this.mode = this.place.dataset.shows;
      this.view = this.place.querySelector('img, video');
      this.inSight = true;
      this.failures = 0;
      this.since = 0;
      this.why = '';
      if (this.view) this.follow();
      for (const button of card.querySelectorAll('[data-show]')) {
        button.addEventListener('click', () => this.choose(button.dataset.show));
      }
      card.querySelector('[data-play]')?.addEventListener('click', event => {
        event.preventDefault();
        this.choose('video');
      });
      card.querySelector('.switch').hidden = false;
    }

    choose(mode) {
      this.mode = mode;
      this.failures = 0;
      for (const button of this.card.querySelectorAll('[data-show]')) {
        button.setAttribute('aria-pressed', String(button.dataset.show === mode));
      }
      this.drop();
      this.cover(mode === 'off' ? 'Switched off.' : '');
      this.show();
    }

    get streaming() {
      return Boolean(this.view) && this.mode !== 'snapshot';
    }

    /** Begins what is chosen, if somebody can see it. */
    show() {
      clearTimeout(this.retry);
      if (this.mode !== 'off' && !this.view && this.inSight && !document.hidden) {
        this.view = document.createElement(this.mode === 'video' ? 'video' : 'img');
        if (this.mode === 'video') {
          Object.assign(this.view, { muted: true, autoplay: true, playsInline: true, controls: true });
          this.view.setAttribute('aria-label', `Live video: ${this.title}`);
        } else {
          this.view.alt = `Live picture: ${this.title}`;
        }
        this.follow();
        if (this.mode !== 'snapshot') this.view.src = this.place.dataset[this.mode];
        this.place.prepend(this.view);
        makeRoom(this);
      }
    }

    follow() {
      const view = this.view;
      this.since = performance.now();
      this.stalls = 0;
      view.addEventListener('error', () => this.failed(view));
      view.addEventListener('ended', () => this.failed(view));
      // autoplay alone waits until Chromium thinks that it can play to the end, which an endless stream lets it think late or never
      view.addEventListener('canplay', () => { if (view.paused && view === this.view) view.play().catch(() => {}); });
      view.addEventListener('load', () => this.worked());
      view.addEventListener('playing', () => this.worked());
    }

    worked() {
      this.why = '';
      this.failures = 0;
      this.cover('');
    }

    failed(view) {
      if (view !== this.view || this.mode === 'snapshot') return;
      this.drop();
      this.failures += 1;
      this.cover(this.reason || this.why || NO_PICTURE);
      this.ask();
      this.retry = setTimeout(() => this.show(), Math.min(10000, 1000 * this.failures));
    }

    /** A picture that fails does not tell why; its address does. */
    async ask() {
      const { mode } = this;
      const asking = new AbortController();
      try {
        const answer = await fetch(this.place.dataset[mode], { signal: asking.signal });
        this.why = answer.ok ? '' : (await answer.json()).detail;
        if (!this.view && this.why && mode === this.mode) this.cover(this.why);
      } catch (unreachable) {
        this.why = '';
      }
      asking.abort(); // an answer that works is endless
    }

    /** Lets go of the connection. */
    drop() {
      clearTimeout(this.retry);
      const view = this.view;
      this.view = null;
      if (!view) return;
      if (view.tagName === 'VIDEO') {
        view.removeAttribute('src');
        view.load();
      } else {
        view.src = EMPTY;
      }
      view.remove();
    }

    cover(text) {
      this.curtain.hidden = text === '';
      if (text !== '') this.curtain.textContent = text;
    }

    sight(inSight) {
      this.inSight = inSight;
      if (this.inSight && !document.hidden) this.show();
      else this.drop();
    }

    /** Notices what the browser does not tell as an error. */
    check() {
      if (!this.view || this.mode === 'snapshot') return;
      if (this.view.tagName === 'VIDEO') {
        this.checkVideo(this.view);
      } else {
        this.stalls = this.view.naturalWidth ? 0 : this.stalls + 1;
        if (this.stalls >= EMPTY_POLLS) this.failed(this.view);
      }
    }

    /** A video that stands still is begun again; one that has fallen behind goes to the newest. */
    checkVideo(video) {
      if (video.paused) return;
      const end = video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0;
      if (end - video.currentTime > LATE_SECONDS) video.currentTime = end - 0.3;
      this.stalls = video.currentTime === this.lastTime ? this.stalls + 1 : 0;
      this.lastTime = video.currentTime;
      if (this.stalls >= STALLED_POLLS) this.failed(video);
    }

    /** One picture. Resolves when it is there, or not. */
    snapshot() {
      return new Promise(resolve => {
        const image = this.view;
        const timer = setTimeout(resolve, SNAPSHOT_PATIENCE_MS);
        const done = text => {
          clearTimeout(timer);
          if (image === this.view) this.cover(text);
          resolve();
        };
        image.onload = () => done('');
        image.onerror = () => done(this.reason || NO_PICTURE);
        image.src = `${this.place.dataset.snapshot}?max-age=1000&${Date.now()}`;
      });
    }

    tell(camera) {
      const state = say(this.card, 'state', camera.state);
      state.dataset.state = camera.state;
      this.reason = camera.reason;
      say(this.card, 'reason', camera.reason).hidden = camera.reason === '';
      say(this.card, 'size', camera.width ? `${camera.width} × ${camera.height}` : '–');
      say(this.card, 'rate', camera.measuredFps ? `${camera.measuredFps.toFixed(1).replace('.0', '')} fps` : '–');
      say(this.card, 'viewers', String(camera.viewers));
      this.check();
    }
  }

  const stages = new Map();
  for (const card of document.querySelectorAll('[data-camera]')) stages.set(card.dataset.camera, new Stage(card));

  /** Too many streams: the oldest becomes single pictures, or stops where the camera has none. */
  function makeRoom(newest) {
    const streams = [...stages.values()].filter(stage => stage.streaming && stage !== newest);
    streams.sort((a, b) => a.since - b.since);
    for (const stage of streams.slice(0, Math.max(0, streams.length + 1 - MOST_STREAMS))) {
      stage.choose(stage.card.querySelector('[data-show="snapshot"]').disabled ? 'off' : 'snapshot');
    }
  }

  const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

  /** All single pictures, one after the other over one connection. */
  async function snapshots() {
    for (;;) {
      for (const stage of stages.values()) {
        if (stage.mode === 'snapshot' && stage.view) await stage.snapshot();
      }
      await pause(SNAPSHOT_PAUSE_MS);
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
        const stats = await (await fetch(`${root}stats`, { cache: 'no-store' })).json();
        for (const camera of stats.cameras) stages.get(camera.id)?.tell(camera);
        tellMemory(stats);
        alarm.hidden = true;
      } catch (unreachable) {
        alarm.hidden = false;
      }
    }
    setTimeout(poll, POLL_MS);
  }

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

  snapshots();
  poll();
})();
