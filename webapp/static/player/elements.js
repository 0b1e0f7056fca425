// Elements of the page.

export const make = (name, properties) => Object.assign(document.createElement(name), properties);

/** Has the browser close the connection of a picture: Safari and Firefox drop an endless one only for another. */
export function dropPicture(picture) {
  picture.src = new URL('../perch.svg', import.meta.url).href;
}
