// @ts-check
/** The inspector at the right of every room: numbers of what is selected there, or of the network and the picture that are carried. */
import { html, render, shown } from './dom.js';

/**
 * What is selected: facts by name, and numbers by name, whose statistics are told.
 * @typedef {{title: string, facts?: [string, string | number][], numbers?: [string, ArrayLike<number>][]}} Selected
 */

/** Tells the inspector what is selected within an element. @param {Element} within @param {Selected} selected */
export const inspect = (within, selected) => within.dispatchEvent(new CustomEvent('inspect', { bubbles: true, detail: selected }));

/** Returns what is told of numbers. @param {ArrayLike<number>} v @returns {[string, string | number][]} */
function statistics(v) {
  let sum = 0, squares = 0, least = Infinity, greatest = -Infinity, zeros = 0;
  for (let i = 0; i < v.length; i++) {
    sum += v[i];
    if (v[i] < least) least = v[i];
    if (v[i] > greatest) greatest = v[i];
    if (v[i] === 0) zeros++;
  }
  const mean = sum / v.length;
  for (let i = 0; i < v.length; i++) squares += (v[i] - mean) ** 2;
  return [['numbers', v.length], ['mean', mean], ['deviation', Math.sqrt(squares / v.length)], ['least', least], ['greatest', greatest], ['zeros', `${(100 * zeros / v.length).toFixed(1)} %`]];
}

/** @param {[string, string | number][]} facts */
const table = (facts) => html`<table><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}<td class="number">${typeof value === 'number' ? shown(value) : value}</tr>`)}</tbody></table>`;

/** Shows what is selected. @param {HTMLElement} place @param {Selected[]} all */
export const showSelected = (place, all) => render(all.length ? all.map((s) => html`<h2>${s.title}</h2>${s.facts?.length ? table(s.facts) : ''}${(s.numbers ?? []).filter(([, v]) => v.length).map(([name, v]) => html`<h3>${name}</h3>${table(statistics(v))}`)}`)
  : html`<p class="soft">Nothing is selected. Point at a map, a number, a layer or a box, or go there by keys.</p>`, place);

/** Tells of a box in a picture, and of the pixels in it. @param {Element} within @param {import('./boxes.js').Scene} scene @param {import('./boxes.js').Shown} b */
export function inspectBox(within, scene, b) {
  const [l, t, r, d] = b.box, [height, width, channels] = scene.pixels.shape, sx = width / scene.width, sy = height / scene.height;
  /** @type {number[]} */ const pixels = [];
  for (let y = Math.max(0, Math.floor(t * sy)); y < Math.min(height, Math.ceil(d * sy)); y++) {
    for (let i = Math.max(0, Math.floor(l * sx)) * channels; i < Math.min(width, Math.ceil(r * sx)) * channels; i++) pixels.push(scene.pixels.values[y * width * channels + i]);
  }
  const share = ((r - l) * (d - t)) / (scene.width * scene.height);
  inspect(within, { title: b.label || 'box', facts: [...(b.score === undefined ? [] : /** @type {[string, string][]} */ ([['score', b.score.toFixed(4)]])), ['left, top', `${shown(l)}, ${shown(t)}`], ['right, bottom', `${shown(r)}, ${shown(d)}`],
    ['width × height', `${shown(r - l)} × ${shown(d - t)}`], ['of the picture', `${(100 * share).toFixed(2)} %`]], numbers: [['its pixels', pixels]] });
}
