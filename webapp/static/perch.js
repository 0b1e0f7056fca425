// Refreshes the numbers, shows the cameras, and lets go of pictures that nobody sees. The pages work without it.

import { tellMemory } from './memory.js';
import { Sockets } from './player/sockets.js';
import { Server } from './server.js';
import { Stage } from './stage.js';

/** A browser opens six connections of HTTP/1.1 to a host; of HTTP/2 one carries a hundred streams. */
const MOST_STREAMS = /^h[23]/.test(performance.getEntriesByType('navigation')[0]?.nextHopProtocol ?? '') ? 60 : 4;

const root = document.body.dataset.root || ''; // an empty attribute is left out
const alarm = document.querySelector('[data-alarm]');
const stages = new Map();

const server = new Server(root, {
  answered(stats, returned) {
    alarm.hidden = true;
    if (returned) sockets?.reset();
    for (const camera of stats.cameras) stages.get(camera.id)?.tell(camera, returned);
    tellMemory(stats);
    giveRoom();
  },
  silent() {
    alarm.hidden = false;
    stages.forEach(stage => stage.silent());
  },
});

const cards = [...document.querySelectorAll('[data-camera]')];

/** One camera has a connection of its own, which is somewhat sooner there. */
const sockets = cards.length > 1 && 'WebSocket' in window ? new Sockets({
  address: new URL(`${root}ws`, document.baseURI).href.replace(/^http/, 'ws'),
  query: cards[0].querySelector('[data-stage]').dataset.query,
  alive: () => server.ask(),
}) : undefined;

/** Whether there is a connection for one more picture: a chosen one takes that of the picture that has moved for longest. */
function room(stage) {
  const others = [...stages.values()].filter(other => other !== stage && other.streaming);
  if (others.length < MOST_STREAMS) return true;
  if (!stage.chosen) return false;
  others.sort((a, b) => a.since - b.since);
  others[0].crowd(true);
  return true;
}

/** Somebody may have let go of a connection. */
function giveRoom() {
  const all = [...stages.values()];
  let left = MOST_STREAMS - all.filter(stage => stage.streaming).length;
  for (const stage of all) if (left > 0 && stage.crowded && left--) stage.crowd(false);
}

for (const card of cards) stages.set(card.dataset.camera, new Stage(card, { server, sockets, room }));

const sight = new IntersectionObserver(
  entries => entries.forEach(entry => stages.get(entry.target.dataset.camera).sight(entry.isIntersecting)),
  { rootMargin: '200px' });
for (const { card } of stages.values()) sight.observe(card);
document.addEventListener('visibilitychange', () => {
  stages.forEach(stage => stage.sight());
  server.watch();
});

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

server.watch();
