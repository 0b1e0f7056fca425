// Refreshes the numbers, shows the cameras, and lets go of pictures that nobody sees. The pages work without it.

import { Connections } from './page/connections.js';
import { tellMemory } from './page/memory.js';
import { Server } from './page/server.js';
import { mendAddresses, offerCopies } from './page/snippets.js';
import { Stage } from './page/stage.js';
import { Sockets } from './player/sockets.js';

const root = document.body.dataset.root || ''; // an empty attribute is left out
const alarm = document.querySelector('[data-alarm]');
const cards = [...document.querySelectorAll('[data-camera]')];
const stages = new Map();
const connections = new Connections(stages);

const server = new Server(root, {
  answered(stats, returned) {
    alarm.hidden = true;
    if (returned) sockets?.reset();
    for (const camera of stats.cameras) stages.get(camera.id)?.tell(camera, returned);
    tellMemory(stats);
    connections.giveRoom();
  },
  silent() {
    alarm.hidden = false;
    stages.forEach(stage => stage.silent());
  },
});

/** One camera has a connection of its own, which is somewhat sooner there. */
const sockets = cards.length > 1 && 'WebSocket' in window ? new Sockets({
  address: new URL(`${root}ws`, document.baseURI).href.replace(/^http/, 'ws'),
  query: cards[0].querySelector('[data-stage]').dataset.query,
  alive: () => server.ask(),
}) : undefined;

for (const card of cards) {
  stages.set(card.dataset.camera, new Stage(card, { server, sockets, room: stage => connections.room(stage) }));
}

const sight = new IntersectionObserver(
  entries => entries.forEach(entry => stages.get(entry.target.dataset.camera).sight(entry.isIntersecting)),
  { rootMargin: '200px' });
for (const { card } of stages.values()) sight.observe(card);
document.addEventListener('visibilitychange', () => {
  stages.forEach(stage => stage.sight());
  server.watch();
});

mendAddresses();
offerCopies();
server.watch();
