// Clocks, rates, spans and the time line.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeTime } from './fakes.js';

const { ServerClock } = await import('./static/player/clock.js');
const { Rate } = await import('./static/player/rate.js');
const { bitRate, perSecond, span } = await import('./static/page/say.js');
const { recordingAt, stretches } = await import('./static/page/timeline.js');

const DAY = 86400000;

let time;
beforeEach(() => { time = new FakeTime(1e12); });
afterEach(() => time.end());

test('the clock follows the answer that came the quickest, among the last ones', () => {
  const clock = new ServerClock();
  assert.ok(Number.isNaN(clock.now()));
  clock.observe(Date.now() + 5000 + 450, Date.now(), Date.now() + 900);
  clock.observe(Date.now() + 5000 + 10, Date.now(), Date.now() + 20);
  clock.observe(Date.now() + 9000, Date.now(), Date.now() + 2000);
  assert.equal(clock.now() - Date.now(), 5000);
  for (let answer = 0; answer < 8; answer++) clock.observe(Date.now() + 7050, Date.now(), Date.now() + 100);
  assert.equal(clock.now() - Date.now(), 7000);
});

test('a rate is that of the pictures painted in the last seconds', () => {
  const rate = new Rate();
  for (let picture = 0; picture < 31; picture++) {
    rate.painted(1, 40);
    time.pass(40);
  }
  assert.equal(Math.round(rate.perSecond), 25);
  assert.equal(rate.delayMillis, 40);
  time.pass(3100);
  assert.equal(rate.perSecond, undefined);
  assert.equal(rate.delayMillis, undefined, 'a picture that stands still has no delay');
});

test('a picture that is overdue lowers the rate before the next one comes', () => {
  const rate = new Rate();
  for (let picture = 0; picture < 20; picture++) {
    rate.painted(1, NaN);
    time.pass(50);
  }
  time.pass(1000);
  assert.ok(rate.perSecond < 11, String(rate.perSecond));
});

test('bits a second are told once there is a second to tell of', () => {
  const rate = new Rate();
  rate.came(5000);
  time.pass(500);
  assert.equal(rate.bitsPerSecond, undefined);
  for (let second = 0; second < 4; second++) {
    rate.came(12500);
    time.pass(500);
  }
  assert.ok(Math.abs(rate.bitsPerSecond - 8 * (5000 + 4 * 12500) / 2.5) < 1, String(rate.bitsPerSecond));
});

test('numbers are told in the words of people', () => {
  assert.equal(perSecond(30), '30 fps');
  assert.equal(perSecond(29.94), '29.9 fps');
  assert.equal(bitRate(829600), '830 kbit/s');
  assert.equal(span(0), '0 s');
  assert.equal(span(59.9), '59 s');
  assert.equal(span(3661), '1 h 1 min');
  assert.equal(span(90061), '1 d 1 h');
});

test('recordings that follow each other are one stretch of the day; what is of other days is cut off', () => {
  const start = 20000 * DAY;
  const recordings = [
    { startMillis: start - DAY / 4, durationMillis: DAY / 2 },
    { startMillis: start + DAY / 4 + 900, durationMillis: DAY / 4 },
    { startMillis: start + 3 * DAY / 4, durationMillis: DAY },
    { startMillis: start + 2 * DAY, durationMillis: 1000 },
  ];
  const parts = stretches(recordings, start, start + DAY);
  assert.equal(parts.length, 2);
  assert.equal(parts[0].from, 0);
  assert.ok(Math.abs(parts[0].to - (0.5 + 900 / DAY)) < 1e-9);
  assert.deepEqual(parts[1], { from: 0.75, to: 1 });
});

test('the recording of a moment in a gap is the next one, and behind all there is none', () => {
  const recordings = [{ startMillis: 1000, durationMillis: 500 }, { startMillis: 3000, durationMillis: 500 }];
  assert.equal(recordingAt(recordings, 1499).startMillis, 1000);
  assert.equal(recordingAt(recordings, 1500).startMillis, 3000);
  assert.equal(recordingAt(recordings, 3500), undefined);
});
