// @ts-check
/** The inspector at the right of every room: numbers of what is selected there, or of the network and the picture that are carried. */
import { html, render, shown, t } from './dom.js';

/**
 * What is selected: facts by name, and numbers by name, whose statistics are told.
 * @typedef {{title: string, facts?: [string, string | number][], numbers?: [string, ArrayLike<number>][]}} Selected
 */

/** Tells the inspector what is selected within an element; if nothing, it tells what is carried. @param {Element} within @param {Selected} [selected] */
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
  return [[t('inspector.numbers'), v.length], [t('inspector.mean'), mean], [t('inspector.deviation'), Math.sqrt(squares / v.length)], [t('inspector.least'), least], [t('inspector.greatest'), greatest], [t('inspector.zeros'), `${(100 * zeros / v.length).toFixed(1)} %`]];
}

/** @param {[string, string | number][]} facts */
export const table = (facts) => html`<table><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}<td class="number">${typeof value === 'number' ? shown(value) : value}</tr>`)}</tbody></table>`;

/** Shows what is selected. @param {HTMLElement} place @param {Selected[]} all */
export const showSelected = (place, all) => render(all.length ? all.map((s) => html`<h2>${s.title}</h2>${s.facts?.length ? table(s.facts) : ''}${(s.numbers ?? []).filter(([, v]) => v.length).map(([name, v]) => html`<h3>${name}</h3>${table(statistics(v))}`)}`)
  : html`<p class="soft">${t('inspector.nothing')}</p>`, place);

/** Tells of a box in a picture, and of the pixels in it. @param {Element} within @param {import('./boxes.js').Scene} scene @param {import('./boxes.js').Shown} b */
export function inspectBox(within, scene, b) {
  const [left, top, right, bottom] = b.box, [height, width, channels] = scene.pixels.shape, sx = width / scene.width, sy = height / scene.height;
  /** @type {number[]} */ const pixels = [];
  for (let y = Math.max(0, Math.floor(top * sy)); y < Math.min(height, Math.ceil(bottom * sy)); y++) {
    for (let i = Math.max(0, Math.floor(left * sx)) * channels; i < Math.min(width, Math.ceil(right * sx)) * channels; i++) pixels.push(scene.pixels.values[y * width * channels + i]);
  }
  const share = ((right - left) * (bottom - top)) / (scene.width * scene.height);
  inspect(within, { title: b.label || t('inspector.box'), facts: [...(b.score === undefined ? [] : /** @type {[string, string][]} */ ([[t('common.score'), b.score.toFixed(4)]])), [t('inspector.leftTop'), `${shown(left)}, ${shown(top)}`], [t('inspector.rightBottom'), `${shown(right)}, ${shown(bottom)}`],
    [t('inspector.size'), `${shown(right - left)} × ${shown(bottom - top)}`], [t('inspector.share'), `${(100 * share).toFixed(2)} %`]], numbers: [[t('inspector.pixels'), pixels]] });
}
