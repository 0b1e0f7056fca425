// The origin of a script's frames: a separate request, or the socket that carries all cameras of the page.

import { FragmentCutter } from './boxes.js';
import { PartCutter } from './parts.js';

const SILENT = 'audio=0'; // for a player that is not heard

const FILES = { mp4: ['stream.mp4', 'start=plain&backlog=1&pad=0&prft=1'], mjpg: ['stream.mjpg', 'advance=0'] };

/** A fault of the network, which does not count against the technique. */
const LOST = { network: true, why: 'The connection was lost; trying again.' };

/** Returns the text of an answer with an error. */
async function problem(answer) {
  const told = await answer.json().catch(() => ({}));
  const seconds = Number(answer.headers.get('Retry-After'));
  return { why: told.detail ?? '', status: answer.status, retryMillis: seconds > 0 ? 1000 * seconds : undefined };
}

/** Fetches a short answer; undefined after a failure, which was reported to the host. */
export async function short(host, url, signal) {
  try {
    const answer = await fetch(url, { signal, cache: 'no-store' });
    if (answer.ok) {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      host.heard(bytes.length);
      return { bytes, headers: answer.headers };
    }
    host.failed(await problem(answer));
  } catch (unreachable) {
    host.failed(LOST);
  }
  return undefined;
}

/**
 * Reads an endless answer, piece by piece, until `signal` aborts. An answer of which nothing comes is perhaps one that this browser's scripts do not get:
 * WebKit keeps the parts of a multipart stream for itself.
 */
async function endless(host, url, signal, begin) {
  let began = false;
  const lost = () => host.failed(began ? LOST : { why: LOST.why, unsure: true });
  try {
    const answer = await fetch(url, { signal, cache: 'no-store' });
    if (!answer.ok) {
      host.failed(await problem(answer));
      return;
    }
    host.heard();
    const piece = begin(answer.headers.get('Content-Type'));
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) break;
      began = true;
      host.heard(value.length);
      own(host, () => piece(value));
    }
    lost();
  } catch (broken) {
    if (!signal.aborted) lost();
  }
}

/** Runs `work`, whose faults are not the network's. */
function own(host, work) {
  try {
    work();
  } catch (failure) {
    host.failed({ why: failure.message });
  }
}

/**
 * Passes frames to `sink` until `signal` aborts.
 *
 * @param {string} format mp4: sink.init(bytes, mimeType), then sink.frame(sample) as a FragmentCutter gives it, of sound too if the host wants any; mjpg: sink.frame(jpeg, captured)
 */
export function frames(host, format, signal, sink) {
  if (host.sockets) {
    bySocket(host, format, signal, sink);
  } else {
    const [file, query] = FILES[format];
    const asked = format === 'mp4' && !host.sound.on ? `${query}&${SILENT}` : query;
    endless(host, host.url(file, asked), signal, mimeType => {
      const cutter = format === 'mjpg' ? new PartCutter(sink.frame) : fragments(sink, () => mimeType);
      return bytes => cutter.push(bytes);
    });
  }
}

function fragments(sink, mimeType) {
  return new FragmentCutter({ init: bytes => sink.init(bytes, mimeType()), fragment: sample => sink.frame(sample) });
}

function bySocket(host, format, signal, sink) {
  let mimeType = '';
  let captured;
  const cutter = format === 'mjpg' ? undefined
    : fragments({ init: sink.init, frame: sample => sink.frame({ ...sample, captured }) }, () => mimeType);
  const leave = host.sockets.join(format, host.camera, {
    told: camera => { mimeType = camera.mimeType; },
    frame: message => {
      host.heard(message.payload.length);
      captured = message.captured;
      own(host, () => (cutter ? cutter.push(message.payload) : sink.frame(message.payload, captured)));
    },
    failed: failure => host.failed({ why: LOST.why, ...failure }),
  }, format === 'mp4' ? (host.sound.on ? 'audio=1' : SILENT) : '');
  signal.addEventListener('abort', leave, { once: true });
}
