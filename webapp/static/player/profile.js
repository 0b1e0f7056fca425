// The profiles of H.264 by their usual names (ITU-T H.264, A.2).

const PROFILES = {
  66: 'Baseline', 77: 'Main', 88: 'Extended', 100: 'High', 110: 'High 10', 122: 'High 4:2:2', 244: 'High 4:4:4 Predictive', 44: 'CAVLC 4:4:4 Intra',
};

/** Returns a codec string such as avc1.64001f for people: "H.264 High, level 3.1". */
export function profileOf(codec) {
  const [, profile, level] = /avc[13]\.([0-9a-f]{2})[0-9a-f]{2}([0-9a-f]{2})/i.exec(codec) ?? [];
  if (!profile) return codec;
  const number = parseInt(profile, 16);
  return `H.264 ${PROFILES[number] ?? `profile ${number}`}, level ${(parseInt(level, 16) / 10).toFixed(1)}`;
}

/** Returns the fault of a codec that no further attempt mends. */
export const unplayable = codec => ({ why: `${profileOf(codec)}, which this browser does not play.`, profile: profileOf(codec), unplayable: true });
