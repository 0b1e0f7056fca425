// Boxes of MP4 (ISO/IEC 14496-12), as Perch sends them.

export const bytes = (...pieces) => Uint8Array.from(pieces.flatMap(piece => (typeof piece === 'string' ? [...piece].map(letter => letter.charCodeAt(0)) : [...piece])));
export const u32 = number => [number >>> 24, number >>> 16 & 255, number >>> 8 & 255, number & 255];
export const box = (type, ...content) => {
  const inside = bytes(...content);
  return bytes(u32(8 + inside.length), type, inside);
};

/** A fragment of one sample, as Perch sends it. */
export function fragment(id, ticks, { duration = 3000, flags = 0, later, payload = [1, 2, 3], seconds } = {}) {
  const known = 0x301 | (later === undefined ? 0x400 : 0xc00);
  const run = [u32(0x1000000 | known), u32(1), u32(100), u32(duration), u32(payload.length), u32(flags), later === undefined ? [] : u32(later)];
  const prft = seconds === undefined ? [] : [box('prft', u32(0), u32(id), u32(2208988800 + Math.floor(seconds)), u32((seconds % 1) * 2 ** 32), u32(ticks))];
  const tfdt = box('tfdt', u32(0x1000000), u32(0), u32(ticks));
  return bytes(...prft,
    box('moof', box('mfhd', u32(0), u32(1)), box('traf', box('tfhd', u32(0x20000), u32(id)), tfdt, box('trun', ...run))),
    box('mdat', payload));
}
