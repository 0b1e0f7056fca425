// Applies somebody's order of the wall's tiles before they are painted: a classic script, which the browser waits for. page/wall.js then moves the tiles.

try {
  const order = JSON.parse(localStorage.getItem('perch.order') ?? '[]');
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(order.map((id, at) => `[data-camera="${CSS.escape(id)}"] { order: ${at - order.length}; }`).join(''));
  if (!new URLSearchParams(location.search).has('cameras')) document.adoptedStyleSheets = [sheet];
} catch (unreadable) {
  // as the configuration has it
}
