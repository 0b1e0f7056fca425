// The ways to show a camera, each a class with the same few members:
//   name               what the page and its addresses call it
//   label              for people
//   needs              'H264' or 'JPEG'
//   frames             true when a script reads the frames, so that a socket may bring them
//   light              true when it takes less of the processors than others
//   sound              true when it can play the camera's sound; then hear({ on, volume }) changes it while it runs
//   usable()           whether this browser can
//   new T(host)        begins; stop() ends it and closes the connection; view is its element; held is true while somebody has paused it
//   behind(seconds)    if it can go back: shows the picture of that time ago, as far as its window goes back
// A host has url(file, query), mount(element), sound { on, volume }, and sockets and camera for techniques that read frames. The technique calls its heard(count) for bytes, framed() for a frame,
// painted(captured, pictures) for pictures (NaN if their number is unknown), again() to restart, refused() when the browser wants somebody to press play, and failed({ why, status, network, unsure,
// refused, unplayable, retryMillis }) once: network faults do not count against the technique; unsure means that it may be such a fault. To add a technique, write a class
// and put it into TECHNIQUES at its place in the order of trial.

import { BareVideo } from './techniques/bare.js';
import { DashJs } from './techniques/dash.js';
import { HlsJs } from './techniques/hls.js';
import { MjpegImage } from './techniques/img.js';
import { Mjpeg } from './techniques/mjpeg.js';
import { MediaSourceExtensions } from './techniques/mse.js';
import { NativeHls } from './techniques/native-hls.js';
import { Snapshots } from './techniques/snapshots.js';
import { WebCodecs } from './techniques/webcodecs.js';

/** @type {Technique[]} in the order of trial. hls.js stays nearer to live than browsers' own HLS. */
export const TECHNIQUES = [
  WebCodecs, MediaSourceExtensions, BareVideo, HlsJs.usable() ? HlsJs : NativeHls, Mjpeg, MjpegImage, Snapshots, DashJs,
];

export { Snapshots };
