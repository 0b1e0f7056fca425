// Faults, and what is shown instead, in words.

import { t } from './tongue.js';

export const NO_ANSWER = t('Perch does not answer; trying again.');
export const NO_PICTURE = t('No picture; trying again.');
const CROWDED = t('A browser has no more connections for moving pictures; choose a way to show this one.');

/** Returns the text over a picture that does not move. */
export function trouble({ silent, reason, crowded, why, blocked }) {
  if (silent) return NO_ANSWER;
  if (reason) return reason;
  if (crowded) return CROWDED;
  if (blocked) return t('This page came by https and may not load pictures by http.');
  return why || NO_PICTURE;
}

const NAMES = {
  webcodecs: 'WebCodecs', mse: 'MSE', video: 'MP4 video', hls: 'HLS', dash: 'DASH', mjpeg: 'MJPEG', img: 'MJPEG', snapshot: t('single pictures'), recorded: t('recordings'),
};

export const nameOf = technique => NAMES[technique] ?? technique;

/** Returns why this technique runs. */
export function whyChosen({ technique, chosen, failed, best, profile = '' }) {
  if (profile) return t('{profile}, which this browser does not play; {name} is shown.', { profile, name: nameOf(technique) });
  if (failed) return t('{name}, as others failed: {failed}', { name: nameOf(technique), failed: t(failed) });
  if (technique === 'recorded') return t('What was recorded, by HLS over the files.');
  if (chosen) return t('{name}, as you chose.', { name: nameOf(technique) });
  if (technique === 'webcodecs') return t('WebCodecs: the least delay that a browser has.');
  if (technique === 'mse' && !window.isSecureContext) return t('MSE: the least delay without https; over https WebCodecs has somewhat less.');
  if (technique === 'mse') return t('MSE: the least delay that this browser has.');
  if (best === 'JPEG') return t('{name}: the camera gives JPEG itself, nothing is encoded for it.', { name: nameOf(technique) });
  return t('{name}: the first of its techniques that this browser plays.', { name: nameOf(technique) });
}
