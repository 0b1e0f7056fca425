// What has happened since the page was opened, as the page of the system lists it.

const MOST_EVENTS = 100;
let noted = false;

/** Writes a line into the list of what happened. */
export function note(text) {
  const list = document.querySelector('[data-events]');
  if (!list) return;
  if (!noted) list.replaceChildren();
  noted = true;
  const line = document.createElement('li');
  line.append(Object.assign(document.createElement('time'), { textContent: new Date().toLocaleTimeString() }), text);
  list.prepend(line);
  while (list.children.length > MOST_EVENTS) list.lastChild.remove();
}
