// Each text has both languages, and what is said is what is.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import './fakes.js';

const { texts } = await import('./static/page/tongues/de.js');
const { nameOf, trouble, whyChosen } = await import('./static/page/words.js');
const { t } = await import('./static/page/tongue.js');

const here = new URL('./', import.meta.url);

function files(folder, ending) {
  return readdirSync(new URL(folder, here), { withFileTypes: true }).flatMap(each => {
    if (each.isDirectory()) return ['players', 'tongues'].includes(each.name) ? [] : files(`${folder}${each.name}/`, ending);
    return each.name.endsWith(ending) ? [[`${folder}${each.name}`, readFileSync(new URL(folder + each.name, here), 'utf8')]] : [];
  });
}

const scripts = files('static/', '.js');
const recordings = readFileSync(new URL('static/recordings/page.js', here), 'utf8');
/** The page of recordings is in English until its script asks for texts. */
const templates = [...files('static/', '.html'), ...files('pages/', '.html')].filter(([file]) => !file.endsWith('recordings.html') || recordings.includes('tongue.js'));
const unquoted = literal => literal.slice(1, -1).replace(/\\(['"`\\])/g, '$1');

/** What is the same in every language, or somebody's own name. */
const SAME = new Set(['Perch', 'Java', 'live', 'Live', 'MSE', 'HLS', 'DASH', 'WebCodecs', 'MJPEG', 'MP4']);

/** The texts that scripts ask for by name. */
function asked() {
  return scripts.flatMap(([file, text]) => [...text.matchAll(/\bt\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g)].map(([, literal]) => [file, unquoted(literal)]));
}

/** The texts of the templates that are not exchanged by the server. */
function written() {
  const found = [];
  for (const [file, text] of templates) {
    const plain = text.replace(/<!--[^]*?-->/g, '').replace(/<noscript>[^]*?<\/noscript>/g, '').replace(/<kbd>[^]*?<\/kbd>/g, '');
    for (const [, attributes, content] of plain.matchAll(/<[\w:]+((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>([^<]*)/g)) {
      if (!/th:(text|replace)=/.test(attributes) && content.trim()) found.push([file, content.trim()]);
      for (const [, name, value] of attributes.matchAll(/\s(aria-label|title|alt)="([^"]+)"/g)) found.push([`${file} ${name}`, value]);
    }
  }
  return found;
}

const names = text => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('each text that a script asks for has its German', () => {
  const all = asked();
  assert.ok(all.length > 60, `found ${all.length}`);
  assert.deepEqual(all.filter(([, text]) => !(text in texts) && !SAME.has(text)), []);
});

test('each text of the templates has its German', () => {
  const all = written();
  assert.ok(all.length > 60, `found ${all.length}`);
  assert.deepEqual(all.filter(([, text]) => /[a-z]/i.test(text) && !(text in texts) && !SAME.has(text)), []);
});

test('each German text stands for one that there is', () => {
  const sources = [...scripts, ...templates, ...files('server/', '.java')].map(([, text]) => text).join('\n').toLowerCase(); // the server's states are written large there
  const there = text => [text, text.replaceAll("'", "\\'"), text.replaceAll('"', '\\"'), text.replace(/\{camera\}.*/, ''), text.replace(/\{\w+\}/g, '${')].some(
    each => sources.includes(each.toLowerCase()));
  assert.deepEqual(Object.keys(texts).filter(text => !there(text)), []);
});

test('the names in braces are the same in both languages', () => {
  for (const [english, german] of Object.entries(texts)) assert.deepEqual(names(german), names(english), english);
});

test('values are put into their places, and a missing one leaves its name', () => {
  assert.equal(t('{now} of at most {most}', { now: 3, most: 40 }), '3 of at most 40');
  assert.equal(t('{now} of at most {most}', { now: 3 }), '3 of at most {most}');
});

test('what is wrong is told in the order of what helps', () => {
  const all = { silent: true, reason: 'unplugged', crowded: true, why: 'x', blocked: true };
  assert.match(trouble(all), /^Perch does not answer/);
  assert.equal(trouble({ ...all, silent: false }), 'unplugged');
  assert.match(trouble({ ...all, silent: false, reason: '' }), /no more connections/);
  assert.match(trouble({ ...all, silent: false, reason: '', crowded: false }), /https/);
  assert.equal(trouble({ silent: false, reason: '', crowded: false, why: 'x', blocked: false }), 'x');
  assert.match(trouble({ silent: false, reason: '', crowded: false, why: '', blocked: false }), /^No picture/);
});

test('why a technique runs is told', () => {
  assert.equal(whyChosen({ technique: 'mse', chosen: true, failed: '', best: 'H264' }), 'MSE, as you chose.');
  assert.match(whyChosen({ technique: 'mjpeg', chosen: false, failed: '', best: 'JPEG' }), /gives JPEG itself/);
  assert.match(whyChosen({ technique: 'mse', chosen: true, failed: 'no decoder', best: 'H264' }), /others failed: no decoder/);
  const profile = 'H.264 High 4:2:2, level 4.0';
  assert.equal(
    whyChosen({ technique: 'mjpeg', chosen: false, failed: 'x', best: 'H264', profile }),
    'H.264 High 4:2:2, level 4.0, which this browser does not play; MJPEG is shown.');
  window.isSecureContext = false;
  assert.match(whyChosen({ technique: 'mse', chosen: false, failed: '', best: 'H264' }), /without https; over https WebCodecs/);
  window.isSecureContext = true;
  assert.equal(nameOf('video'), 'MP4 video');
});
