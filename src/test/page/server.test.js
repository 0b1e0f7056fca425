// What the page makes of the server's answers, and of none.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import './fakes.js';

const { Server } = await import('./static/page/server.js');

const STATS = { program: { nowMillis: 1000 }, cameras: [{ id: 'front', state: 'live', lastFrameAgeMillis: 20 }] };
const answer = (status, body) => async () => ({ status, json: async () => { if (body === undefined) throw new SyntaxError('no JSON'); return body; } });
const away = async () => { throw new TypeError('Failed to fetch'); };

let told;
let server;

beforeEach(() => {
  told = [];
  server = new Server('', {
    answered: (stats, returned) => told.push(['answered', returned]),
    silent: () => told.push(['silent']),
    refused: (status, why) => told.push(['refused', status, why]),
  });
});

async function ask(how) {
  globalThis.fetch = how;
  return server.ask();
}

test('a server that was away is told as away, and as back', async () => {
  assert.equal(await ask(answer(200, STATS)), true);
  assert.equal(server.flowing('front'), true);
  assert.equal(await ask(away), false);
  assert.equal(await ask(answer(200, STATS)), true);
  assert.deepEqual(told, [['answered', false], ['silent'], ['answered', true]]);
});

test('a proxy whose server is away is told as away', async () => {
  assert.equal(await ask(answer(502, undefined)), false);
  assert.equal(await ask(answer(502, { error: 'bad gateway' })), false);
  assert.deepEqual(told, [['silent'], ['silent']]);
});

test('a login that has ended, and what one may not, are no silence', async () => {
  await ask(answer(401, undefined));
  await ask(answer(403, { detail: 'This needs the role viewer.' }));
  await ask(answer(200, STATS));
  assert.deepEqual(told, [['refused', 401, ''], ['refused', 403, 'This needs the role viewer.'], ['answered', false]]);
});
