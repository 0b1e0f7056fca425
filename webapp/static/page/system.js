// The page of the program itself: its cameras, its memory, and its events.

import { tellEvents } from './events.js';
import { mega, perSecond, say, span } from './say.js';
import { t } from './tongue.js';

/** Shows the figures of /stats. */
export function tellSystem({ program, viewers, cameras }) {
  const { memory } = program;
  say(document, 'uptime', span(program.uptimeSeconds));
  say(document, 'java', program.java);
  say(document, 'heap', t('{used} of {most} MB', { used: mega(memory.heapUsedBytes), most: mega(memory.heapMaxBytes) }));
  say(document, 'all-viewers', viewers.most ? t('{now} of at most {most}', viewers) : String(viewers.now));
  say(document, 'sent', `${mega(viewers.sentBytes)} MB`);
  say(document, 'turned-away', String(viewers.turnedAway ?? '–'));
  for (const camera of cameras) tellCamera(camera);
  tellEvents();
}

function tellCamera(camera) {
  const row = document.querySelector(`[data-row="${CSS.escape(camera.id)}"]`);
  if (!row) return;
  const state = say(row, 'state', t(camera.state));
  state.dataset.state = camera.state;
  say(row, 'reason', camera.reason);
  say(row, 'size', camera.width ? `${camera.width} × ${camera.height}` : '–');
  say(row, 'camera-rate', camera.measuredFps ? perSecond(camera.measuredFps) : '–');
  say(row, 'viewers', String(camera.viewers));
}
