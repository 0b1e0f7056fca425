// The page's language. Page and scripts are in English; if the browser prefers another available language, each text that the list of that
// language has is replaced.

const TONGUES = { de: () => import('./tongues/de.js') };

const wanted = (navigator.languages ?? [navigator.language]).map(each => each.slice(0, 2)).find(each => each === 'en' || each in TONGUES) ?? 'en';
const { texts } = wanted in TONGUES ? await TONGUES[wanted]() : { texts: {} };

/** The language of the page's times and dates. */
export const tongue = wanted;

/** @returns {string} an English text in the page's language, with `values` in place of its {names} */
export function t(english, values = {}) {
  return (texts[english] ?? english).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Replaces the texts of a page, its labels and its tooltips. */
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
