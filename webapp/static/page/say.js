// Changes a number or a word of the page.

/** Gives all places of that name a text. @returns the first */
export function say(holder, name, text) {
  const places = holder.querySelectorAll(`[data-fact="${name}"]`);
  for (const place of places) if (place.textContent !== text) place.textContent = text;
  return places[0];
}

/** A rate such as 29.9 fps. */
export const perSecond = fps => `${fps.toFixed(1).replace('.0', '')} fps`;

export const mega = bytes => (bytes / 1e6).toFixed(1);
