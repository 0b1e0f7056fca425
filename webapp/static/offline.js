// The page that an installed Perch shows while its server does not answer: it asks now and then, and returns to where it was.

import { t, translate } from './page/tongue.js';

const SECONDS = 5;
const PATIENCE_MS = 4000;

const next = document.querySelector('[data-next]');
let left = SECONDS;
let asking = false;

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const { status } = await fetch(location.href, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout?.(PATIENCE_MS) });
    if (status !== 502 && status !== 504) location.reload();
  } catch (unreachable) {
    // once more
  }
  asking = false;
  left = SECONDS;
}

function count() {
  if (!asking && !document.hidden && --left <= 0) ask();
  next.textContent = t('Trying again in {seconds} s', { seconds: Math.max(0, left) });
}

translate(document.body);
document.querySelector('button').addEventListener('click', ask);
document.addEventListener('visibilitychange', () => document.hidden || ask());
addEventListener('online', ask);
setInterval(count, 1000);
count();
