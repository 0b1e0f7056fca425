// The page of one camera's recordings: days, time line, player, files.

import { tendMenus } from '../page/menus.js';
import { change } from '../page/operator.js';
import { TimeLine, recordingAt } from '../page/timeline.js';
import { t, tongue, translate } from '../page/tongue.js';

const DAY = 86400000;
const FRAME = 1 / 30;
const LOOK_MILLIS = 5000;
const MOST_DAYS = 14; // with a button; a calendar has them all
/** @returns {any} */
const find = name => document.querySelector(`[data-${name}]`);
translate(document.body);
tendMenus();
const says = find('says');
const alarm = find('alarm');
const video = find('video');
const files = find('files');

let recordings = [];
let shown; // the recording that plays
let following = false; // whether the moment follows the newest picture
let moment = 0;
let dayStart = midnight(Date.now());
let listed = ''; // the contents of the table

function midnight(millis) {
  return new Date(millis).setHours(0, 0, 0, 0);
}

function say(text) {
  says.textContent = text;
  says.hidden = !text;
}

function duration(millis) {
  const seconds = Math.round(millis / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(part => String(part).padStart(2, '0')).join(':');
}

const size = bytes => (bytes > 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`);
const iso = millis => new Date(millis).toISOString();
const told = millis => new Date(millis).toLocaleString(tongue);
const line = new TimeLine(find('line'), './', show);

/** Plays the recording of a moment from there on; in a gap, from its end on. */
function show(millis) {
  const recording = recordingAt(recordings, millis);
  if (!recording) return;
  following = false;
  const at = Math.max(recording.startMillis, millis);
  if (midnight(at) !== dayStart) choose(midnight(at));
  const begun = Number(video.dataset.start);
  if (shown?.file !== recording.file || (!shown.finished && at < begun)) {
    shown = recording;
    // a growing one is shown from a minute before
    const from = recording.finished ? recording.startMillis : Math.max(recording.startMillis, at - 60000);
    video.dataset.start = String(from);
    video.src = recording.finished ? recording.file : `../clip.mp4?from=${iso(from)}`;
    video.addEventListener('loadedmetadata', () => seek(at), { once: true });
    video.play().catch(refusal => refusal.name === 'NotAllowedError' && say(t('This browser begins nothing by itself: press play.')));
  } else {
    seek(at);
  }
  tell(at);
}

function seek(millis) {
  video.currentTime = Math.max(0, (millis - Number(video.dataset.start)) / 1000);
  video.playbackRate = Number(find('speed').value);
}

function tell(millis) {
  moment = millis;
  find('at').textContent = following ? t('Live') : told(millis);
  line.at(millis);
  find('clip').href = `../clip.mp4?from=${iso(millis - 30000)}&to=${iso(millis + 30000)}`;
}

video.addEventListener('timeupdate', () => {
  if (shown) tell(Number(video.dataset.start) + video.currentTime * 1000);
});
video.addEventListener('playing', () => say(''));
video.addEventListener('ended', () => {
  if (!shown) return;
  const next = recordings[recordings.findIndex(each => each.file === shown.file) + 1];
  if (next) show(next.startMillis);
  else if (!shown.finished) show(moment + 100);
});
video.addEventListener('error', () => shown && say(t('This recording cannot be played here; it can be saved.')));

for (const button of document.querySelectorAll('[data-step]')) {
  button.addEventListener('click', () => {
    video.pause();
    video.currentTime += Number(button.dataset.step) * FRAME;
  });
}
find('back').addEventListener('click', () => show((following ? Date.now() : moment) - 1000 * Number(find('back').dataset.back)));
find('speed').addEventListener('change', event => { video.playbackRate = Number(event.target.value); });
find('live').addEventListener('click', () => {
  shown = undefined;
  following = true;
  video.src = '../stream.mp4';
  video.play().catch(() => {});
  tell(Date.now());
});
find('share').addEventListener('click', async () => {
  const address = new URL(`#${iso(moment)}`, location.href).href;
  const copied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
  say(copied ? t('The link is copied.') : address); // the clipboard API is for https only
});
find('day').addEventListener('change', event => {
  const [year, month, day] = event.target.value.split('-').map(Number);
  if (day) goTo(new Date(year, month - 1, day).getTime());
});

/** Makes a change, asks for the key if one is needed, and shows why it was refused. */
async function make(method, address, body) {
  say(await change(method, address, body) ?? '');
  await load();
}

function goTo(day) {
  choose(day);
  show(day);
}

function choose(day) {
  dayStart = day;
  render();
  line.fit();
}

function days() {
  const all = [...new Set(recordings.map(each => midnight(each.startMillis)))].slice(-MOST_DAYS);
  const [year, month, day] = [new Date(dayStart).getFullYear(), new Date(dayStart).getMonth() + 1, new Date(dayStart).getDate()];
  find('day').value = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
  const box = find('days');
  const wanted = `${all} ${dayStart}`;
  if (box.dataset.days === wanted) return;
  box.dataset.days = wanted;
  box.replaceChildren(...all.map(each => {
    const button = Object.assign(document.createElement('button'), {
      type: 'button', textContent: new Date(each).toLocaleDateString(tongue, { weekday: 'short', day: 'numeric', month: 'short' }),
    });
    button.setAttribute('aria-pressed', String(each === dayStart));
    button.addEventListener('click', () => goTo(each));
    return button;
  }));
}

function row(recording) {
  const tr = document.createElement('tr');
  const from = told(recording.startMillis);
  const cells = [from, duration(recording.durationMillis), size(recording.sizeBytes), recording.gapMillis > 1000 ? duration(recording.gapMillis) : ''];
  for (const text of cells) tr.insertCell().textContent = text;
  const ways = Object.assign(document.createElement('div'), { className: 'row' });
  tr.insertCell().append(ways);
  const button = (label, action) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', textContent: label, ariaLabel: `${label}: ${from}` });
    made.addEventListener('click', action);
    ways.append(made);
  };
  button(t('Play back'), () => show(recording.startMillis));
  ways.append(Object.assign(document.createElement('a'), {
    href: recording.file, download: recording.file, className: 'button', textContent: t('Save'), ariaLabel: `${t('Save')}: ${from}`,
  }));
  if (!recording.finished) {
    ways.append(t('being written'));
    return tr;
  }
  button(recording.kept ? t('Let go') : t('Keep'), () => make('PUT', recording.file, { kept: !recording.kept }));
  if (!recording.kept) button(t('Delete'), () => confirm(t('Delete the recording of {time}?', { time: from })) && make('DELETE', recording.file));
  return tr;
}

function render() {
  days();
  const end = dayStart + DAY;
  const today = recordings.filter(each => each.startMillis < end && each.startMillis + Math.max(1, each.durationMillis) > dayStart);
  line.show({ recordings: today, from: dayStart, to: end });
  const state = JSON.stringify(today);
  if (state === listed) return; // the focus stays where it is
  listed = state;
  files.replaceChildren(...today.map(row));
}

/** Shows the server's answer in place of a list. */
function refuse(status, detail) {
  alarm.textContent = status === 401 ? t('Your login has ended.') : detail;
  if (status === 401) alarm.append(' ', Object.assign(document.createElement('a'), { href: '../../login', textContent: t('Log in') }));
  alarm.hidden = false;
}

async function load() {
  let answer;
  try {
    answer = await fetch('list.json', { headers: { Accept: 'application/json' }, cache: 'no-store' });
  } catch (unreachable) {
    alarm.textContent = t('Perch does not answer; trying again.');
    alarm.hidden = false;
    return;
  }
  const list = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    refuse(answer.status, list.detail ?? answer.statusText);
    return;
  }
  alarm.hidden = true;
  recordings = list.recordings;
  const record = find('record');
  record.hidden = false;
  record.textContent = list.recording ? t('Stop recording') : t('Record');
  record.onclick = () => make('PUT', '../recording', { recording: !list.recording });
  const state = find('state');
  state.dataset.state = list.state === 'recording' ? 'live' : list.state === 'failed' ? 'lost' : 'idle';
  state.textContent = t(list.state);
  if (list.reason) say(list.reason);
  else if (!recordings.length) say(t('Nothing was recorded yet.'));
  render();
}

await load();
line.fit();
if (recordings.length) {
  const wanted = Date.parse(decodeURIComponent(location.hash.slice(1)));
  const last = recordings.at(-1);
  show(Number.isFinite(wanted) ? wanted : Math.max(last.startMillis, last.startMillis + last.durationMillis - 10000));
}
setInterval(() => document.hidden || load(), LOOK_MILLIS);
