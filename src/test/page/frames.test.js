// Endless answers: whose fault it is when one ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './fakes.js';
import { bytes, fragment } from './fragments.js';

const { frames } = await import('./static/player/frames.js');

/** What the host is told of an answer whose pieces come and which then breaks. */
async function told(...pieces) {
  const fetched = globalThis.fetch;
  const reader = { read: async () => (pieces.length ? { done: false, value: pieces.shift() } : Promise.reject(new TypeError('Load failed'))) };
  globalThis.fetch = async () => ({ ok: true, headers: { get: () => 'video/mp4' }, body: { getReader: () => reader } });
  try {
    return await new Promise(resolve => {
      const host = { sound: { on: false }, url: file => file, heard() {}, failed: resolve };
      frames(host, 'mp4', new AbortController().signal, { init() {}, frame() {} });
    });
  } finally {
    globalThis.fetch = fetched;
  }
}

test('an answer that breaks is the network\'s fault', async () => {
  assert.deepEqual(await told(bytes(fragment(1, 0))), { network: true, why: 'The connection was lost; trying again.' });
});

test('an answer of which nothing comes may be one that the browser keeps from its scripts', async () => {
  assert.deepEqual(await told(), { why: 'The connection was lost; trying again.', unsure: true });
});
