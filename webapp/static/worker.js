// The worker of an installed page: shows that Perch does not answer, in place of the browser's own page. It stores the few files of that one page and
// nothing of the cameras: only requests for pages pass through it. Each version of Perch has another address, and so another worker.

/** @type {any} */
const worker = self;
const folder = new URL('./', worker.location.href).href;
const FILES = ['offline.html', 'offline.js', 'page/tongue.js', 'page/tongues/de.js', 'tokens.css', 'perch.css', 'perch.svg'].map(name => folder + name);
const [PAGE] = FILES;
const NAME = `perch ${folder}`;
const UNREACHED = [502, 504]; // a proxy's words for it

/** Returns whether an address is that of a page for people; those for other programs begin with their own words. */
const isPage = ({ pathname, searchParams }) => /(\/|\/compare|\/system|\/configuration)$/.test(pathname) && !searchParams.has('action');

async function prepare() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  await worker.skipWaiting();
}

async function begin() {
  for (const name of await caches.keys()) if (name.startsWith('perch ') && name !== NAME) await caches.delete(name);
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** Returns the stored page; its files are beside it, wherever it is shown. */
async function absent() {
  const kept = await caches.match(PAGE);
  const text = (await kept.text()).replace(/(src|href)="/g, `$1="${folder}`);
  return new Response(text, { status: 503, headers: { 'Content-Type': 'text/html;charset=utf-8', 'Content-Security-Policy': "default-src 'self'" } });
}

async function page(event) {
  try {
    const answer = await event.preloadResponse ?? await fetch(event.request);
    return UNREACHED.includes(answer.status) ? await absent() : answer;
  } catch (unreachable) {
    return absent();
  }
}

worker.addEventListener('install', event => {
  event.waitUntil(prepare());
  // other requests must not wait for the worker's start
  event.addRoutes?.({ condition: { not: { or: [{ requestMode: 'navigate' }, { urlPattern: `${folder}*` }] } }, source: 'network' })?.catch(() => {});
});
worker.addEventListener('activate', event => event.waitUntil(begin()));
worker.addEventListener('fetch', event => {
  const { url, mode, method } = event.request;
  if (mode === 'navigate' && method === 'GET' && isPage(new URL(url))) event.respondWith(page(event));
  else if (FILES.includes(url)) event.respondWith(caches.match(url).then(kept => kept ?? fetch(event.request)));
});
