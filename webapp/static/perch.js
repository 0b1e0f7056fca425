// Refreshes the figures, shows the cameras, and releases pictures that nobody sees. The pages work without it.

import { Connections } from './page/connections.js';
import { tellMemory } from './page/memory.js';
import { tendMenus } from './page/menus.js';
import { Server } from './page/server.js';
import { mendAddresses, offerCopies } from './page/snippets.js';
import { Stage } from './page/stage.js';
import { note } from './page/events.js';
import { t, translate } from './page/tongue.js';

translate(document.body);
const root = document.body.dataset.root || ''; // the template omits an empty attribute
const name = document.body.dataset.page;
const alarm = document.querySelector('[data-alarm]');
const cards = [...document.querySelectorAll('.card[data-camera]')];
const stages = new Map();
const connections = new Connections(stages);
const comparison = name === 'compare' ? import('./compare.js') : undefined;
/** @type {((stats: any) => void)[]} */
const tellers = [tellMemory];
if (name === 'system') import('./page/system.js').then(({ tellSystem }) => tellers.push(tellSystem));

const server = new Server(root, {
  answered(stats, returned) {
    alarm.hidden = true;
    delete alarm.dataset.status;
    if (returned) {
      renew();
      sockets?.reset();
      note(t('Perch answers again.'));
    }
    for (const camera of stats.cameras) stages.get(camera.id)?.tell(camera, returned);
    const ids = stats.cameras.map(({ id }) => id);
    stages.forEach(stage => ids.includes(stage.id) || stage.gone());
    if (name === 'wall') compareWall(ids.sort().join());
    for (const tell of tellers) tell(stats);
    connections.giveRoom();
  },
  silent() {
    if (alarm.hidden) note(t('Perch does not answer.'));
    alarm.textContent = t('Perch does not answer; trying again.');
    alarm.hidden = false;
    delete alarm.dataset.status;
    stages.forEach(stage => stage.silent());
  },
  refused(status, why) {
    stages.forEach(stage => stage.unknown());
    if (!alarm.hidden && alarm.dataset.status === String(status)) return;
    alarm.dataset.status = status;
    alarm.textContent = status === 401 ? t('Your login has ended.') : why;
    if (status === 401) {
      const to = location.href.slice(new URL(root || './', document.baseURI).href.length);
      alarm.append(' ', Object.assign(document.createElement('a'), { href: `${root}login?to=${encodeURIComponent(to)}`, textContent: t('Log in') }));
    }
    alarm.hidden = false;
  },
});

let wallCameras;

/** Reloads the wall when cameras have come or gone with their publishers, unless it fills the screen. */
function compareWall(ids) {
  wallCameras ??= ids;
  if (ids !== wallCameras && !document.fullscreenElement) location.reload();
}

/** Reloads the page if a server that was away has another version, whose page names other files. */
async function renew() {
  const mine = /\/v\.[0-9a-f]{8}\//.exec(import.meta.url)?.[0];
  try {
    const page = await (await fetch(location.href, { cache: 'no-store', headers: { Accept: 'text/html' } })).text();
    if (mine && /\/v\.[0-9a-f]{8}\/perch\.js/.test(page) && !page.includes(mine)) location.reload();
  } catch (away) {
    // away again
  }
}

/** The socket module for several cameras; a single one uses its own connection, which begins somewhat sooner. */
const many = cards.length > 1 && 'WebSocket' in window && await import('./player/sockets.js');
const sockets = many ? new many.Sockets({
  address: new URL(`${root}ws`, document.baseURI).href.replace(/^http/, 'ws'),
  query: cards[0].querySelector('[data-stage]').dataset.query,
  alive: () => server.ask(),
}) : undefined;

if (name === 'wall') {
  const { Wall } = await import('./page/wall.js');
  new Wall(document.querySelector('[data-wall]'));
}
for (const card of cards) {
  const stage = new Stage(card, { name, server, sockets, room: each => connections.room(each) });
  stages.set(stage.id, stage);
  if (card.querySelector('[data-screen]')) control(stage);
}

/** Adds the controls to a page with one camera. */
async function control(stage) {
  const [{ Deck }, { Switches }] = await Promise.all([import('./page/deck.js'), import('./page/switches.js')]);
  const deck = new Deck(stage);
  const switches = new Switches(document.querySelector('[data-switches]'));
  tellers.push(({ recordings, cameras }) => {
    const camera = cameras.find(({ id }) => id === stage.id);
    deck.recording(recordings?.[stage.id]?.wanted);
    if (camera) switches.tell(camera, recordings?.[stage.id]);
  });
}

const sight = new IntersectionObserver(
  entries => entries.forEach(entry => stages.get(entry.target.getAttribute('data-camera')).sight(entry.isIntersecting)),
  { rootMargin: '200px' });
for (const { card } of stages.values()) sight.observe(card);
document.addEventListener('visibilitychange', () => {
  stages.forEach(stage => stage.sight());
  server.watch();
});

/** Installs the worker of an installed page, which shows that Perch does not answer; in a browser's window the browser shows that. */
function install() {
  const installed = matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone; // the latter on an iPhone
  if (!installed || !document.querySelector('[rel=manifest]')) return;
  const scope = new URL(root || './', document.baseURI).pathname;
  navigator.serviceWorker?.register(new URL('worker.js', import.meta.url), { scope, updateViaCache: 'all' }).catch(() => {}); // where workers are forbidden
}

install();
tendMenus();
mendAddresses();
offerCopies();
server.watch();
if (comparison) tellers.push((await comparison).compare(server));
