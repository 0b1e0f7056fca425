// Changes a number or a word of the page.

/** Sets the text of all elements of that name. @returns the first */
export function say(holder, name, text) {
  const places = holder.querySelectorAll(`[data-fact="${name}"]`);
  for (const place of places) if (place.textContent !== text) place.textContent = text;
  return places[0];
}

/** Returns a rate such as 29.9 fps. */
export const perSecond = fps => `${fps.toFixed(1).replace('.0', '')} fps`;

/** Returns a rate such as 830 kbit/s. */
export const bitRate = bits => `${Math.round(bits / 1000)} kbit/s`;

export const mega = bytes => (bytes / 1e6).toFixed(1);

/** Returns a span such as 3 h 5 min. */
export function span(seconds) {
  /** @type {[number, string][]} */
  const parts = [[Math.floor(seconds / 86400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [Math.floor(seconds) % 60, 's']];
  const first = parts.findIndex(([count]) => count > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).map(([count, unit]) => `${count} ${unit}`).join(' ');
}
