// Which technique the player chooses, and what it does when one fails.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeTime, place, technique } from './fakes.js';

const { Player } = await import('./static/player/player.js');
const { unplayable } = await import('./static/player/profile.js');
const { TECHNIQUES, Snapshots } = await import('./static/player/techniques.js');

let time;
let webcodecs;
let mse;
let mjpeg;
let told;

beforeEach(() => {
  time = new FakeTime(1000);
  webcodecs = technique('webcodecs', 'H264', { frames: true });
  mse = technique('mse', 'H264', { frames: true, sound: true });
  mjpeg = technique('mjpeg', 'JPEG', { frames: true });
  TECHNIQUES.splice(0, TECHNIQUES.length, webcodecs, mse, mjpeg);
});
afterEach(() => time.end());

function player(options = {}) {
  told = [];
  return new Player(place(), {
    base: '', camera: 'front', clock: { now: () => Date.now() }, flowing: () => true, alive: async () => true, refresh: async () => {},
    tell: each => told.push(each), ...options,
  });
}

const settled = async () => { for (let turn = 0; turn < 10; turn++) await Promise.resolve(); };
const pass = async millis => {
  for (let left = millis; left > 0; left -= 250) {
    time.pass(Math.min(250, left));
    await settled();
  }
};
const last = made => made.made.at(-1);

test('the first usable technique of the format that the camera has is chosen', () => {
  player().start('auto', 'H264');
  assert.equal(webcodecs.made.length, 1);
  player().start('auto', 'JPEG');
  assert.equal(mjpeg.made.length, 1);
  webcodecs.usable = () => false;
  player().start('auto', 'H264');
  assert.equal(mse.made.length, 1);
});

test('among many pictures a light technique comes first, unless the least delay is wanted', async () => {
  mse.light = true;
  player({ many: true }).start('auto', 'H264');
  assert.deepEqual([webcodecs.made.length, mse.made.length], [0, 1]);
  player({ many: true }).start('auto', 'JPEG');
  assert.deepEqual([webcodecs.made.length, mse.made.length, mjpeg.made.length], [0, 1, 1]);
  player({ many: true }).start('auto', 'H264', { least: true });
  assert.deepEqual([webcodecs.made.length, mse.made.length], [1, 1]);
  player({ many: false }).start('auto', 'H264');
  assert.deepEqual([webcodecs.made.length, mse.made.length], [2, 1]);
});

test('a chosen technique is followed by others of its format only', async () => {
  player().start('mse', 'H264');
  last(mse).host.failed({ why: 'no such decoder', unplayable: true });
  await settled();
  await pass(500);
  assert.equal(mjpeg.made.length, 0);
  assert.equal(webcodecs.made.length, 0);
  assert.equal(mse.made.length, 2);
});

test('a profile that the browser does not play is named, and no other way to play it is tried', async () => {
  const bare = technique('video', 'H264', { sound: true });
  TECHNIQUES.splice(2, 0, bare);
  player().start('auto', 'H264');
  last(webcodecs).host.failed(unplayable('avc1.7a0028'));
  await settled();
  assert.equal(told.at(-1).profile, 'H.264 High 4:2:2, level 4.0');
  await pass(250);
  last(mse).host.failed(unplayable('video/mp4; codecs="avc1.7a0028"'));
  await settled();
  await pass(250);
  assert.equal(bare.made.length, 0);
  assert.equal(mjpeg.made.length, 1);
  assert.equal(told.at(-1).why, 'H.264 High 4:2:2, level 4.0, which this browser does not play.');
});

test('where nothing is left to try it does not try without a pause', async () => {
  player().start('mse', 'H264');
  for (let attempt = 1; attempt <= 3; attempt++) {
    assert.equal(mse.made.length, attempt);
    last(mse).host.failed(unplayable('avc1.7a0028'));
    await settled();
    await pass(250);
    assert.equal(mse.made.length, attempt);
    await pass(2000);
  }
});

test('what the camera does not give in this format is left at once', async () => {
  player().start('auto', 'H264');
  last(webcodecs).host.failed({ why: 'no H.264', status: 409 });
  await settled();
  await pass(500);
  assert.equal(last(webcodecs).ended, true);
  assert.equal(mse.made.length, 1);
});

test('a technique that shows nothing is tried twice, then the next one', async () => {
  player().start('auto', 'H264');
  last(webcodecs).host.failed({ why: 'decoder closed' });
  await settled();
  await pass(1000);
  assert.equal(webcodecs.made.length, 2);
  assert.equal(mse.made.length, 0);
  last(webcodecs).host.failed({ why: 'decoder closed' });
  await settled();
  await pass(2000);
  assert.equal(webcodecs.made.length, 2);
  assert.equal(mse.made.length, 1);
});

test('a fault of the network is held against no technique, and its words are told', async () => {
  player().start('auto', 'H264');
  for (let attempt = 1; attempt <= 4; attempt++) {
    assert.equal(webcodecs.made.length, attempt);
    last(webcodecs).host.failed({ why: 'The connection was lost; trying again.', network: true });
    await settled();
    assert.equal(told.at(-1).painting, false);
    assert.equal(told.at(-1).why, 'The connection was lost; trying again.');
    await pass(2500);
  }
  assert.equal(mse.made.length, 0);
});

test('a server that says when to come again is asked then, ten seconds later at most', async () => {
  player().start('auto', 'H264');
  last(webcodecs).host.failed({ why: 'full', status: 503, retryMillis: 4000 });
  await settled();
  assert.equal(told.at(-1).why, 'full');
  await pass(3750);
  assert.equal(webcodecs.made.length, 1);
  await pass(500);
  assert.equal(webcodecs.made.length, 2);
  last(webcodecs).host.failed({ why: 'full', status: 503, retryMillis: 1e9 });
  await settled();
  await pass(10250);
  assert.equal(webcodecs.made.length, 3);
});

test('a picture that is painted is told with the technique that paints it', () => {
  player().start('auto', 'H264');
  const { host } = last(webcodecs);
  host.heard(1000);
  host.framed();
  host.painted(Date.now() - 40);
  assert.equal(told.at(-1).painting, true);
  assert.equal(told.at(-1).technique, 'webcodecs');
});

test('nothing that comes is told as standing still, and begun again', async () => {
  player().start('auto', 'H264');
  const { host } = last(webcodecs);
  host.heard(1000);
  host.framed();
  host.painted(Date.now());
  await pass(3500);
  assert.ok(told.some(({ why, painting }) => !painting && why.startsWith('The picture stood still')), JSON.stringify(told));
  assert.equal(webcodecs.made.length, 2);
  assert.equal(webcodecs.made[0].ended, true);
});

test('sound is played by what can, and the other comes back without it', () => {
  const one = player();
  one.start('auto', 'H264');
  one.hear({ on: true, volume: 1 });
  assert.equal(last(webcodecs).ended, true);
  assert.equal(mse.made.length, 1);
  one.hear({ on: false, volume: 1 });
  assert.equal(last(mse).ended, true);
  assert.equal(webcodecs.made.length, 2);
});

test('without a connection to spare there are single pictures, until there is one', () => {
  let room = false;
  let snapshots = 0;
  globalThis.fetch = () => { snapshots += 1; return new Promise(() => {}); };
  document.createElement = () => ({ canPlayType: () => '', getContext: () => ({}), setAttribute() {}, remove() {} });
  const one = player({ room: () => room });
  one.start('auto', 'H264');
  assert.equal(webcodecs.made.length, 0);
  assert.equal(one.crowded, true);
  room = true;
  one.crowd(false);
  assert.equal(webcodecs.made.length, 1);
  assert.equal(one.crowded, false);
  assert.equal(typeof Snapshots, 'function');
  assert.ok(snapshots <= 1);
});

test('a stopped player has let go of its connection, and goes on with the same', () => {
  const one = player();
  one.start('auto', 'H264');
  one.stop();
  assert.equal(last(webcodecs).ended, true);
  assert.equal(one.streaming, false);
  one.resume();
  assert.equal(webcodecs.made.length, 2);
  assert.equal(one.streaming, true);
});

test('what an old connection still says is not heard', () => {
  const one = player();
  one.start('auto', 'H264');
  const { host } = last(webcodecs);
  one.start('mse', 'H264');
  const before = told.length;
  host.painted(Date.now());
  host.failed({ why: 'late' });
  assert.equal(told.length, before);
});
