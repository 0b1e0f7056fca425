// The managed kind of Media Source Extensions, which says when it takes more (W3C Media Source Extensions 2, section 4).

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeTime } from './fakes.js';
import { fragment } from './fragments.js';

class FakeBuffer extends EventTarget {
  appended = [];
  buffered = { length: 0 };
  updating = false;

  appendBuffer(bytes) {
    this.appended.push(bytes);
    this.updating = true;
  }

  /** The browser has taken what it was given. */
  settle() {
    this.updating = false;
    this.dispatchEvent(new Event('updateend'));
  }
}

class FakeSource extends EventTarget {
  static made = [];
  static isTypeSupported = () => true;
  readyState = 'closed';
  streaming = true;

  constructor() {
    super();
    FakeSource.made.push(this);
  }

  addSourceBuffer(type) {
    this.buffer = Object.assign(new FakeBuffer(), { type });
    return this.buffer;
  }

  open() {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }

  stream(streaming) {
    this.streaming = streaming;
    this.dispatchEvent(new Event(streaming ? 'startstreaming' : 'endstreaming'));
  }
}

window.MediaSource = class { static isTypeSupported = () => { throw new Error('an iPhone has none'); }; };
window.ManagedMediaSource = FakeSource;
globalThis.URL.createObjectURL = () => 'blob:one';
globalThis.URL.revokeObjectURL = () => {};
document.createElement = name => Object.assign(new EventTarget(), {
  tagName: name.toUpperCase(), buffered: { length: 0 }, currentTime: 0, canPlayType: () => '', remove() {}, removeAttribute() {}, load() {}, getVideoPlaybackQuality: () => ({}),
});
globalThis.HTMLMediaElement = { HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2 };
const { MediaSourceExtensions } = await import('./static/player/techniques/mse.js');

let time;
let again;
let listener;
let view;
let source;

beforeEach(() => {
  time = new FakeTime(1000);
  again = 0;
  const sockets = { join: (format, camera, each) => { listener = each; return () => { listener = undefined; }; } };
  view = new MediaSourceExtensions({
    sockets, sound: { on: false, volume: 1 }, camera: 'front', mount: element => element, again: () => { again += 1; }, url: () => '', heard() {}, framed() {}, painted() {},
    failed: failure => assert.fail(failure.why),
  });
  source = FakeSource.made.at(-1);
  source.open();
  listener.told({ mimeType: 'video/mp4; codecs="avc1.64001f"' });
});
afterEach(() => {
  view.stop();
  time.end();
});

/** A box that the player hands on as it is: of an init segment. */
function init() {
  const box = new Uint8Array(16);
  const data = new DataView(box.buffer);
  data.setUint32(0, 8);
  box.set(new TextEncoder().encode('ftyp'), 4);
  data.setUint32(8, 8);
  box.set(new TextEncoder().encode('moov'), 12);
  listener.frame({ captured: Date.now(), payload: box });
}

test('the managed source is preferred, for a video that is not played on other devices', () => {
  assert.equal(view.view.disableRemotePlayback, true);
  assert.equal(view.view.playsInline, true);
  assert.equal(view.view.src, 'blob:one');
  init();
  assert.equal(source.buffer.type, 'video/mp4; codecs="avc1.64001f"');
  assert.equal(source.buffer.appended.length, 1);
});

test('nothing is appended between endstreaming and startstreaming, and what waited follows', () => {
  init();
  source.buffer.settle();
  source.stream(false);
  init();
  init();
  assert.equal(source.buffer.appended.length, 1);
  source.stream(true);
  assert.equal(source.buffer.appended.length, 2, 'in one piece');
  assert.equal(source.buffer.appended[1].length, 32);
});

test('what waits too long ends the connection, and the newest is shown when it is wanted', () => {
  init();
  source.buffer.settle();
  source.stream(false);
  for (let each = 0; each < 301; each++) listener?.frame && init();
  assert.equal(listener, undefined, 'the connection is let go of');
  assert.equal(again, 0);
  source.stream(true);
  assert.equal(again, 1);
});

/** The buffer and the video have pictures from `start` to `end`, in seconds. */
function hold(start, end) {
  view.view.buffered = source.buffer.buffered = { length: 1, start: () => start, end: () => end };
  source.buffer.settle();
}

test('the video jumps to the newest picture only when it has one to show', () => {
  init();
  view.view.readyState = HTMLMediaElement.HAVE_METADATA;
  hold(0, 0.9);
  assert.equal(view.view.currentTime, 0);
  view.view.readyState = HTMLMediaElement.HAVE_CURRENT_DATA;
  view.view.dispatchEvent(new Event('loadeddata'));
  assert.ok(view.view.currentTime > 0.7 && view.view.currentTime < 0.9, `at ${view.view.currentTime}`);
});

test('the video jumps to its first picture at once, if that is not where it begins: it has none to show before', () => {
  init();
  view.view.readyState = HTMLMediaElement.HAVE_METADATA;
  hold(0.1, 0.12);
  assert.equal(view.view.currentTime, 0.1);
});

/** Hands over pictures by [ticks, told duration, how much later shown], and returns what is appended: [decoded, shown] in ticks. */
function appended(pictures) {
  init();
  source.buffer.settle();
  return pictures.map(([ticks, duration, later], at) => {
    listener.frame({ captured: 1000 + at, payload: fragment(1, ticks, { duration, later }) });
    const piece = source.buffer.appended.at(-1);
    source.buffer.settle();
    const data = new DataView(piece.buffer);
    const text = String.fromCharCode(...piece);
    const decoded = Number(data.getBigUint64(text.indexOf('tfdt') + 8));
    return [decoded, decoded + (later === undefined ? 0 : data.getInt32(text.indexOf('trun') + 28))];
  });
}

/** I P B B P B B, of which the second P came 200 ms late; each tells the interval that it takes for likely. */
const UNEVEN = [[0, 3000, 3000], [3000, 3000, 9000], [6000, 3000, 0], [9000, 3000, 0], [30000, 21000, 6000], [30090, 3000, 90], [33000, 90, 0], [36000, 3000, 9000]];

test('pictures that are decoded in another order are shown when the stream says, however unevenly they come', () => {
  const times = appended(UNEVEN);
  assert.deepEqual(times.map(([, shown]) => shown), UNEVEN.map(([ticks, , later]) => ticks + later));
  for (let at = 1; at < times.length; at++) assert.ok(times[at][0] > times[at - 1][0], `each is decoded behind the one before: ${times}`);
});

test('the picture that is shown tells when it was captured, though others were decoded before it', () => {
  appended(UNEVEN);
  assert.equal(view.capturedAt(6000 / 90000), 1002);
  assert.equal(view.capturedAt(9000 / 90000), 1003);
  assert.equal(view.capturedAt(12000 / 90000), 1001);
});

test('pictures in the order of decoding lie one behind the other, by what each tells of its length', () => {
  const times = appended([[0, 3000], [3000, 3000], [30000, 3000], [30090, 3000]]);
  assert.deepEqual(times, [[0, 0], [3000, 3000], [6000, 6000], [9000, 9000]]);
});
