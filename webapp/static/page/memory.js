// The budget of media memory: its holders, as a bar and in numbers.

import { t } from './tongue.js';
import { mega, say } from './say.js';

const STEPS = {
  hlsWindow: 'the HLS window shortened',
  rings: 'rings shortened to one GOP',
  derivedFormats: 'derived formats stopped',
  newestViewers: 'the newest viewers closed',
};

export function tellMemory({ budget, memory }) {
  say(document, 'memory', `${mega(budget.leasedBytes)} of ${mega(budget.totalBytes)} MB`);
  const bar = document.querySelector('[data-bar]');
  if (!bar) return;
  if (memory.of) say(document, 'machine', `${mega(memory.availableBytes)} of ${mega(memory.totalBytes)} MB free${memory.of === 'the machine' ? '' : ` (${memory.of})`}`);
  const short = memory.scarcity !== 'none' || memory.inForce.length > 0;
  const steps = memory.inForce.map(step => t(STEPS[step] ?? step)).join(', ');
  say(document, 'shortage', short ? t('Memory is short: nobody new is let in. In force: {steps}', { steps }) : '').hidden = !short;
  const pieces = [];
  const rows = [];
  let before = 0;
  for (const [holder, bytes] of Object.entries(budget.holders).sort((a, b) => b[1] - a[1])) {
    const style = `part${rows.length % 6}`;
    const piece = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const box = { x: 1000 * before / budget.totalBytes, width: 1000 * bytes / budget.totalBytes, height: 20, class: style };
    for (const [name, value] of Object.entries(box)) piece.setAttribute(name, String(value));
    const row = document.createElement('li');
    row.className = style;
    row.append(holder, ' ', Object.assign(document.createElement('b'), { textContent: `${mega(bytes)} MB` }),
      ` ${Math.round(100 * bytes / budget.totalBytes)} %`);
    before += bytes;
    pieces.push(piece);
    rows.push(row);
  }
  bar.replaceChildren(...pieces);
  document.querySelector('[data-parts]').replaceChildren(...rows);
}
