// Cuts a stream.mp4, arriving in pieces, into its init segment and fragments (ISO/IEC 14496-12): one sample each, of pictures or of sound, as Perch
// sends them.

const MOST_BOX_BYTES = 1 << 25;
const NTP_EPOCH_SECONDS = 2208988800; // from 1900 to 1970
const NON_SYNC = 0x10000;
const SOUND = 2; // the track of sound; the other is 1
const COMPOSITION = 0x800; // flag of a trun: each sample has its time from decoding to showing

const fourcc = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));
const view = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Yields the boxes inside `bytes`, from `at` on, as [type, bytes with the header]. */
function* boxes(bytes, at) {
  const data = view(bytes);
  while (at + 8 <= bytes.length) {
    const size = data.getUint32(at);
    if (size < 8) return;
    yield [fourcc(bytes, at + 4), bytes.subarray(at, at + size)];
    at += size;
  }
}

function find(box, ...path) {
  let found = box;
  for (const name of path) {
    found = [...boxes(found, 8)].find(([type]) => type === name)?.[1];
    if (!found) return undefined;
  }
  return found;
}

/**
 * Returns the turn of an init segment's pictures (ftyp and moov): the matrix of its first track (ISO/IEC 14496-12, 8.3.2), as a canvas takes it.
 *
 * @returns {number[]} a, b, c, d, x, y
 */
export function turnOf(init) {
  const moov = [...boxes(init, 0)].find(([type]) => type === 'moov')?.[1];
  const tkhd = moov && find(moov, 'trak', 'tkhd');
  if (!tkhd) return [1, 0, 0, 1, 0, 0];
  const data = view(tkhd);
  const matrix = 8 + (data.getUint8(8) === 1 ? 52 : 40); // behind the header; version 1 has longer times
  return [0, 4, 12, 16, 24, 28].map(offset => data.getInt32(matrix + offset) / 0x10000);
}

/** Returns the ticks in a second of the track of sound; undefined without one. */
function soundRate(moov) {
  for (const [type, trak] of boxes(moov, 8)) {
    if (type !== 'trak') continue;
    const tkhd = view(find(trak, 'tkhd'));
    const mdhd = view(find(trak, 'mdia', 'mdhd'));
    if (tkhd.getUint32(tkhd.getUint8(8) === 1 ? 28 : 20) === SOUND) return mdhd.getUint32(mdhd.getUint8(8) === 1 ? 28 : 20);
  }
  return undefined;
}

/** @returns {number} milliseconds since 1970 */
function captured(prft) {
  const data = view(prft);
  return 1000 * (data.getUint32(16) - NTP_EPOCH_SECONDS) + 1000 * data.getUint32(20) / 2 ** 32;
}

/** Cuts the stream. Its memory grows with the largest box; what it passes on is a copy. */
export class FragmentCutter {
  #bytes = new Uint8Array(1 << 16);
  #end = 0;
  #init = [];
  #moof;
  #rate;
  #captured;

  /**
   * Gets `init(bytes)` once, then `fragment({ bytes, ticksAt, payload, ticks, durationAt, duration, key, laterAt, later, captured })` for each picture; for sound with
   * `rate`, the ticks in a second of its times. `laterAt` is undefined if a picture has no composition offset, as in a stream that is shown in decoding order.
   */
  constructor({ init, fragment }) {
    this.init = init;
    this.fragment = fragment;
  }

  push(piece) {
    if (this.#end + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#end + piece.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
    let at = 0;
    const data = view(this.#bytes);
    while (at + 8 <= this.#end) {
      const size = data.getUint32(at);
      if (size < 8 || size > MOST_BOX_BYTES) throw new Error(`a box of ${size} bytes`);
      if (at + size > this.#end) break;
      this.#box(fourcc(this.#bytes, at + 4), this.#bytes.slice(at, at + size));
      at += size;
    }
    this.#bytes.copyWithin(0, at, this.#end);
    this.#end -= at;
  }

  #box(type, box) {
    if (type === 'ftyp') {
      this.#init = [box];
    } else if (type === 'moov') {
      this.#rate = soundRate(box);
      this.init(join([...this.#init, box]));
    } else if (type === 'prft') {
      this.#captured = captured(box);
    } else if (type === 'moof') {
      this.#moof = box;
    } else if (type === 'mdat' && this.#moof) {
      this.#sample(this.#moof, box);
      this.#moof = undefined;
      this.#captured = undefined;
    }
  }

  #sample(moof, mdat) {
    const sound = view(find(moof, 'traf', 'tfhd')).getUint32(12) === SOUND;
    const box = find(moof, 'traf', 'tfdt');
    const tfdt = view(box);
    const run = find(moof, 'traf', 'trun');
    const trun = view(run);
    const composed = (trun.getUint32(8) & COMPOSITION) !== 0;
    const ticks = tfdt.getUint8(8) === 1 ? Number(tfdt.getBigUint64(12)) : tfdt.getUint32(12);
    this.fragment({
      bytes: join([moof, mdat]),
      ticksAt: box.byteOffset - moof.byteOffset + 12,
      payload: mdat.subarray(8),
      ticks,
      rate: sound ? this.#rate : undefined,
      durationAt: run.byteOffset - moof.byteOffset + 20,
      duration: trun.getUint32(20),
      key: (trun.getUint32(28) & NON_SYNC) === 0,
      laterAt: composed ? run.byteOffset - moof.byteOffset + 32 : undefined,
      later: composed ? trun.getInt32(32) : 0,
      captured: this.#captured,
    });
  }
}

export function join(pieces) {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** The ticks of Perch's tracks of pictures in a second. */
export const TIMESCALE = 90000;

/** Replaces the NAL units' lengths by start codes, which are as long. @returns the codec string of an SPS among them (RFC 6381, 3.3) */
export function toAnnexB(payload) {
  const data = view(payload);
  let codec;
  for (let at = 0; at + 4 < payload.length;) {
    const size = data.getUint32(at);
    data.setUint32(at, 1);
    if ((payload[at + 4] & 31) === 7) {
      codec = 'avc1.' + [...payload.subarray(at + 5, at + 8)].map(byte => byte.toString(16).padStart(2, '0')).join('');
    }
    at += 4 + size;
  }
  return codec;
}
