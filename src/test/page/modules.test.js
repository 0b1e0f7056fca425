// Who imports whom: the player knows nothing of the page, and nobody imports in a circle.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('./static/', import.meta.url);
const names = readdirSync(root, { recursive: true }).map(String).filter(name => name.endsWith('.js') && !name.startsWith('players/'));
const IMPORT = /(?:^import [^;]*?from |^import |^export [^;]*? from |\bimport\()'(\.[^']+)'/gm;

function importsOf(name) {
  const address = new URL(name, root);
  return [...readFileSync(address, 'utf8').matchAll(IMPORT)].map(([, path]) => new URL(path, address).href.slice(root.href.length));
}

const modules = new Map(names.map(name => [name, importsOf(name)]));

test('each import is a module that there is', () => {
  assert.ok(modules.size > 40, String(modules.size));
  for (const [name, imports] of modules) for (const each of imports) assert.ok(modules.has(each), `${name} imports ${each}`);
});

test('the player imports nothing of the page', () => {
  for (const [name, imports] of modules) {
    if (name.startsWith('player/')) assert.deepEqual(imports.filter(each => !each.startsWith('player/')), [], name);
  }
});

test('no module imports itself by way of others', () => {
  const visit = (name, path) => {
    assert.ok(!path.includes(name), [...path, name].join(' → '));
    for (const each of modules.get(name) ?? []) visit(each, [...path, name]);
  };
  for (const name of modules.keys()) visit(name, []);
});
