// The page's language. English stands in the page and in the scripts; where the browser prefers another that there is, each text that the list of that
// language has is exchanged.

const TONGUES = { de: () => import('./tongues/de.js') };

const wanted = (navigator.languages ?? [navigator.language]).map(each => each.slice(0, 2)).find(each => each === 'en' || each in TONGUES) ?? 'en';
const { texts } = wanted in TONGUES ? await TONGUES[wanted]() : { texts: {} };

/** The language of the page's times and dates. */
export const tongue = wanted;

/** @returns {string} an English text in the page's language, with what `values` has in the place of its {names} */
export function t(english, values = {}) {
  return (texts[english] ?? english).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Exchanges the texts of a page, and the names that are only heard or seen beside the pointer. */
export function translate(root) {
  if (wanted === 'en') return;
  document.documentElement.lang = wanted;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = /** @type {Text} */ (walk.currentNode);
    const text = node.data.trim();
    if (text in texts) node.data = node.data.replace(text, texts[text]);
  }
  for (const element of root.querySelectorAll('[aria-label], [title], [alt]')) {
    for (const name of ['aria-label', 'title', 'alt']) {
      const text = element.getAttribute(name);
      if (text) element.setAttribute(name, named(text));
    }
  }
}

/** A name may end with a camera's: "Sound of {camera}". */
function named(text) {
  if (text in texts) return texts[text];
  const pattern = Object.keys(texts).find(each => each.endsWith('{camera}') && text.startsWith(each.slice(0, -8)));
  return pattern ? t(pattern, { camera: text.slice(pattern.length - 8) }) : text;
}
