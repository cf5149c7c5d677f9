// @ts-check
/** The part of the Explain room that lays out what a layer computes at places of many pictures. */
import { ask } from './api.js';
import { html, newest, parts, say, shown, t } from './dom.js';
import { drawArray, drawSamples } from './picture.js';
import { openCard } from './unit.js';

/** @typedef {{row: number, column: number, count: number, channels: number[], values: number[]}} Cell */

/**
 * Creates the part.
 * @param {{subject: () => {model: string, picture: string}, layers: () => string[], draw: () => void, wrong: (e: unknown) => void}} room
 */
export function atlas(room) {
  let path = '', side = 8, method = 'pca', busy = '', at = 0;
  /** @type {any} */ let seen, imagined;

  const layer = () => (room.layers().includes(path) ? path : room.layers()[room.layers().length - 1]);
  const asked = () => ({ model: room.subject().model, path: layer() });
  const here = () => seen && seen.model === room.subject().model;
  /** @returns {Cell} */ const cell = () => seen.cells[at];

  /** @param {string} words @param {() => Promise<void>} work */
  const attempt = async (words, work) => {
    busy = words;
    room.draw();
    try {
      await work();
    } catch (e) {
      room.wrong(e);
    }
    busy = '';
    room.draw();
  };
  const lay = newest(() => attempt(t('atlas.looking'), async () => {
    imagined = undefined;
    const question = { ...asked(), side, method };
    seen = { ...await ask('atlas/lay', question), ...question };
    at = 0;
    say(t('atlas.laid', { cells: seen.cells.length, count: seen.places }));
  }));
  const imagine = newest(() => attempt(t('atlas.imagining'), async () => {
    const c = cell(), answer = await ask('atlas/imagine', { atlas: seen.atlas, row: c.row, column: c.column });
    if (c !== cell()) return;
    imagined = answer;
    say(t('atlas.mean', { value: shown(answer.value) }));
  }));

  const words = (/** @type {Cell} */ c) => t('atlas.cell', { row: c.row + 1, column: c.column + 1, count: c.count, channel: c.channels[0] + 1 });

  /** @param {number} i */
  function select(i) {
    at = i;
    imagined = undefined;
    say(words(cell()));
    room.draw();
    /** @type {HTMLElement | null} */ (document.querySelector(`.atlas [data-cell="${i}"]`))?.focus();
  }

  /** Goes to the nearest cell in a direction. @param {KeyboardEvent} e */
  function key(e) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (e.key === 'Enter') imagine(undefined);
    if (step || e.key === 'Enter') e.preventDefault();
    if (!step) return;
    const far = (/** @type {Cell} */ c) => {
      const down = c.row - cell().row, across = c.column - cell().column, along = down * step[0] + across * step[1], off = Math.abs(down * step[1]) + Math.abs(across * step[0]);
      return along > 0 ? along + 2 * off : Infinity;
    };
    const best = seen.cells.reduce((/** @type {number} */ b, /** @type {Cell} */ c, /** @type {number} */ i) => (far(c) < (b < 0 ? Infinity : far(seen.cells[b])) ? i : b), -1);
    if (best >= 0) select(best);
  }

  function grid() {
    const cells = new Map(seen.cells.map((/** @type {Cell} */ c, /** @type {number} */ i) => [c.row * seen.side + c.column, i]));
    return html`<div class="scroll"><table class="atlas" role="grid" aria-label=${t('atlas.of', { path: seen.path })} @keydown=${key}><tbody>${Array.from({ length: seen.side }, (_, r) => html`<tr>${Array.from({ length: seen.side }, (_, c) => {
      const i = cells.get(r * seen.side + c);
      return i === undefined ? html`<td role="gridcell"></td>` : html`<td role="gridcell" data-cell=${i} aria-label=${words(seen.cells[i])} aria-selected=${i === at ? 'true' : 'false'} tabindex=${i === at ? 0 : -1} @click=${() => select(i)}><canvas class="pixels" data-picture=${i} aria-hidden="true"></canvas></td>`;
    })}</tr>`)}</tbody></table></div>`;
  }

  function inspector() {
    const c = cell();
    return html`<p class="atlas-cell">${t('atlas.strongest', { row: c.row + 1, column: c.column + 1, count: c.count })}
        ${c.channels.map((k, i) => html`<button @click=${() => openCard({ door: 'unit/card', question: room.subject(), path: seen.path, channel: k, row: -1, column: -1 })}>${t('atlas.channel', { channel: k + 1, value: shown(c.values[i]) })}</button> `)}</p>
      <div class="row"><button class="imagine-cell" ?disabled=${Boolean(busy)} @click=${() => imagine(undefined)}>${t('atlas.imagine')}</button></div>
      ${imagined ? html`<figure><figcaption>${parts('atlas.imagined', { value: html`<span class="mono atlas-value">${shown(imagined.value)}</span>` })}</figcaption><canvas class="pixels imagined cell-imagined" role="img" aria-label=${t('atlas.picture')}></canvas></figure>` : ''}`;
  }

  return {
    /** Draws the pictures. @param {HTMLElement} place */
    paint(place) {
      const table = place.querySelector('table.atlas'), canvas = place.querySelector('canvas.cell-imagined');
      if (table) drawSamples(table, seen.arrays.pictures);
      if (canvas) drawArray(canvas, imagined.arrays.pixels);
    },
    panel: () => html`<section class="card" aria-label=${t('atlas.title')}><h2>${t('atlas.title')}</h2>
      <p class="soft">${t('atlas.about')}</p>
      <div class="row"><label>${t('common.layer')} <select name="atlas-layer" @change=${(/** @type {any} */ e) => { path = e.target.value; }}>${room.layers().map((l) => html`<option ?selected=${l === layer()}>${l}</option>`)}</select></label>
        <label>${t('atlas.method')} <select name="atlas-method" @change=${(/** @type {any} */ e) => { method = e.target.value; }}>${['pca', 't-sne'].map((m) => html`<option ?selected=${m === method}>${m}</option>`)}</select></label>
        <label>${t('atlas.side')} <input type="number" name="atlas-side" min="2" max="16" .value=${String(side)} @change=${(/** @type {any} */ e) => { side = Math.round(Number(e.target.value)) || 8; }}></label>
        <button class="lay-atlas" ?disabled=${Boolean(busy)} @click=${() => lay(undefined)}>${t('atlas.lay')}</button><span class="soft" role="status">${busy}</span></div>
      ${here() && seen.cells.length ? html`<div class="atlas-columns">${grid()}<div>${inspector()}</div></div>
        <details><summary>${t('common.table')}</summary><div class="scroll"><table class="atlas-cells"><thead><tr><th class="number">${t('common.row')}<th class="number">${t('common.column')}<th class="number">${t('atlas.places')}<th>${t('atlas.strongestChannels')}</thead><tbody>${seen.cells.map((/** @type {Cell} */ c) => html`<tr><td class="number">${c.row + 1}<td class="number">${c.column + 1}<td class="number">${c.count}<td>${c.channels.map((k, i) => `${k + 1} (${shown(c.values[i])})`).join(', ')}</tr>`)}</tbody></table></div></details>` : ''}</section>`,
  };
}
