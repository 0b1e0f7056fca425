// The list of events on the system page, the newest first: those that the server keeps, and those that only this page has seen.

import { t } from './tongue.js';

const MOST = 100; // as many as the server keeps
const WORDS = {
  'camera-lost': t('{title}: the camera is lost.'), 'camera-back': t('{title}: the camera is back.'),
  'recording-stopped': t('{title}: the recording has stopped.'), 'recording-back': t('{title}: it is recorded again.'),
  'push-failed': t('{title}: the push {push} has failed.'), 'push-back': t('{title}: the push {push} works again.'),
};
let newest = 0;
let asking = false;

/** Writes a line into the list. */
export function note(text, millis = Date.now()) {
  const list = document.querySelector('[data-events]');
  if (!list) return;
  list.querySelector('[data-none]')?.remove();
  const time = new Date(millis);
  const today = time.toDateString() === new Date().toDateString();
  const line = document.createElement('li');
  line.append(Object.assign(document.createElement('time'), {
    textContent: today ? time.toLocaleTimeString() : time.toLocaleString(), dateTime: time.toISOString(),
  }), text);
  list.prepend(line);
  while (list.children.length > MOST) list.lastChild.remove();
}

/** Asks the server for new events. */
export async function tellEvents() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(`system/events?after=${newest}`, { cache: 'no-store' });
    const told = answer.ok ? await answer.json() : { newest, events: [] };
    newest = told.newest; // less than before after a restart of the server
    for (const event of told.events) note(`${t(WORDS[event.what] ?? event.what, event)} ${event.reason}`, event.timeMillis);
  } catch (away) {
    // asked again next time
  } finally {
    asking = false;
  }
}
