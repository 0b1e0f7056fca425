// The parsers: fragments of MP4 and parts of multipart, in pieces of any size.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './fakes.js';
import { box, bytes, fragment, u32 } from './fragments.js';

const { FragmentCutter, TIMESCALE, toAnnexB, turnOf } = await import('./static/player/boxes.js');
const { PartCutter } = await import('./static/player/parts.js');
const { profileOf } = await import('./static/player/profile.js');

const zeros = count => new Array(count).fill(0);

const tkhd = (id, matrix) => box('tkhd', u32(0), zeros(8), u32(id), zeros(4 + 4 + 8 + 8), matrix.flatMap(u32), u32(0), u32(0));
const track = (id, scale, matrix) => box('trak', tkhd(id, matrix), box('mdia', box('mdhd', u32(0), zeros(8), u32(scale), zeros(8))));
const UPRIGHT = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const QUARTER = [0, 0x10000, 0, -0x10000, 0, 0, 0x10000 * 480, 0, 0x40000000];
const init = matrix => [box('ftyp', 'iso6', u32(0)), box('moov', track(1, TIMESCALE, matrix), track(2, 48000, UPRIGHT))];

function cut(stream, step) {
  const told = { inits: [], samples: [] };
  const cutter = new FragmentCutter({ init: each => told.inits.push(each), fragment: each => told.samples.push(each) });
  for (let at = 0; at < stream.length; at += step) cutter.push(stream.slice(at, at + step));
  return told;
}

test('a stream is cut into its samples alike, whatever the pieces', () => {
  const stream = bytes(...init(UPRIGHT), fragment(1, 0, { seconds: 1.5, later: 6000, flags: 0 }), box('free'), fragment(2, 480, { duration: 1024 }),
    fragment(1, 3000, { flags: 0x10000, payload: new Array(70000).fill(7) }));
  for (const step of [1, 7, 4096, stream.length]) {
    const { inits, samples } = cut(stream, step);
    assert.equal(inits.length, 1);
    assert.deepEqual(inits[0], bytes(...init(UPRIGHT)));
    const [first, sound, next] = samples;
    assert.equal(samples.length, 3);
    assert.deepEqual([first.ticks, first.duration, first.key, first.later, first.rate, first.captured], [0, 3000, true, 6000, undefined, 1500]);
    assert.deepEqual([sound.ticks, sound.duration, sound.rate, sound.captured], [480, 1024, 48000, undefined]);
    assert.deepEqual([next.ticks, next.key, next.later, next.payload.length, next.payload[69999]], [3000, false, 0, 70000, 7]);
  }
});

test('the places of the times within a fragment are told', () => {
  const [sample] = cut(bytes(...init(UPRIGHT), fragment(1, 123456, { duration: 3003 })), 100).samples;
  const data = new DataView(sample.bytes.buffer);
  assert.equal(data.getBigUint64(sample.ticksAt), 123456n);
  assert.equal(data.getUint32(sample.durationAt), 3003);
  assert.equal(sample.laterAt, undefined);
  const [composed] = cut(bytes(...init(UPRIGHT), fragment(1, 0, { later: -3000 })), 100).samples;
  assert.equal(new DataView(composed.bytes.buffer).getInt32(composed.laterAt), -3000);
  assert.equal(composed.later, -3000);
});

test('a box that cannot be is refused, and not waited for', () => {
  assert.throws(() => cut(bytes(u32(4), 'moof'), 8), /a box of 4 bytes/);
  assert.throws(() => cut(bytes(u32(0x7fffffff), 'mdat'), 8), /a box of 2147483647 bytes/);
});

test('a turned picture is told by its matrix', () => {
  assert.deepEqual(turnOf(bytes(...init(UPRIGHT))), [1, 0, 0, 1, 0, 0]);
  assert.deepEqual(turnOf(bytes(...init(QUARTER))), [0, 1, -1, 0, 480, 0]);
  assert.deepEqual(turnOf(bytes(box('ftyp', 'iso6'))), [1, 0, 0, 1, 0, 0]);
});

test('lengths become start codes, and the SPS tells the codec', () => {
  const payload = bytes(u32(5), [0x67, 0x64, 0x00, 0x1f, 9], u32(2), [0x65, 8]);
  assert.equal(toAnnexB(payload), 'avc1.64001f');
  assert.deepEqual(payload, bytes(u32(1), [0x67, 0x64, 0x00, 0x1f, 9], u32(1), [0x65, 8]));
  assert.equal(toAnnexB(bytes(u32(2), [0x41, 8])), undefined);
});

test('profiles have the names that people know', () => {
  assert.equal(profileOf('avc1.64001f'), 'H.264 High, level 3.1');
  assert.equal(profileOf('video/mp4; codecs="avc1.7a0028,mp4a.40.2"'), 'H.264 High 4:2:2, level 4.0');
  assert.equal(profileOf('avc1.ff000a'), 'H.264 profile 255, level 1.0');
  assert.equal(profileOf('hvc1'), 'hvc1');
});

function parts(stream, step) {
  const told = [];
  const cutter = new PartCutter((jpeg, captured) => told.push([[...jpeg], captured]));
  for (let at = 0; at < stream.length; at += step) cutter.push(stream.slice(at, at + step));
  return told;
}

test('parts are cut by their lengths, whatever they hold and however they come', () => {
  const tricky = bytes('--frame\r\nContent-Length: 4\r\n\r\n', [255, 216]);
  const stream = bytes('--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\nX-Timestamp: 12.250000\r\n\r\n', [1, 2, 3], '\r\n--frame\r\ncontent-length:',
    String(tricky.length), '\r\nX-Timestamp: 13.5\r\n\r\n', tricky, '\r\n--frame\r\n');
  for (const step of [1, 5, stream.length]) {
    assert.deepEqual(parts(stream, step), [[[1, 2, 3], 12250], [[...tricky], 13500]]);
  }
});

test('a part without a length, or of an impossible one, is refused', () => {
  assert.throws(() => parts(bytes('--frame\r\nContent-Type: image/jpeg\r\n\r\n'), 100), /without a length/);
  assert.throws(() => parts(bytes('--frame\r\nContent-Length: 99999999999\r\n\r\n'), 100), /without a length/);
});
