// Elements of the page.

export const make = (name, properties) => Object.assign(document.createElement(name), properties);

/** Makes the browser close a picture's connection: Safari and Firefox drop an endless one only for another picture. */
export function dropPicture(picture) {
  picture.src = new URL('../perch.svg', import.meta.url).href;
}
