// @ts-check
/** <fv-curves>: curves over steps, with a smoothed line over the raw one, and the numbers as a table. */
import { html, render, shown, t } from './dom.js';

/** The library of a script of the page. */
const { uPlot } = /** @type {any} */ (window);

/** @typedef {{name: string, xName: string, x: ArrayLike<number>, lines: {name: string, values: ArrayLike<number>, colour: string, dash?: number[], points?: boolean}[], log?: boolean, shares?: boolean, height?: number}} Curves; both axes of shares go from 0 to 1 */

/** Returns the exponential mean of values, without the bias towards the first; constants stay exact. @param {ArrayLike<number>} values @param {number} beta */
export function smooth(values, beta) {
  let mean = 0, left = 1;
  return Array.from(values, (v) => {
    left *= beta;
    return (mean = beta === 0 ? v : mean + ((1 - beta) / (1 - left)) * (v - mean));
  });
}

export class FvCurves extends HTMLElement {
  /** @type {any} */ #plot;
  #shape = '';
  /** @type {Curves | undefined} */ #curves;
  #resized = new ResizeObserver(() => this.#plot && this.#plot.setSize({ width: this.clientWidth || 300, height: this.#curves?.height ?? 220 }));

  connectedCallback() {
    this.#resized.observe(this);
    if (this.#curves) this.curves = this.#curves;
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#shape = '';
  }

  /** @param {Curves} c */
  set curves(c) {
    this.#curves = c;
    if (!this.isConnected) return;
    if (!this.querySelector('.plot')) {
      render(html`<div class="plot" role="img"></div><details @toggle=${() => this.#fill()}><summary>${t('common.table')}</summary><div class="scroll table"></div></details>`, this);
    }
    const place = /** @type {HTMLElement} */ (this.querySelector('.plot'));
    const last = c.lines.map((l) => `${l.name} ${shown(l.values[l.values.length - 1])}`).join(', ');
    place.setAttribute('aria-label', t('curves.about', { name: c.name, x: c.xName, last }));
    const shape = JSON.stringify([c.name, c.lines.map((l) => [l.name, l.colour, l.dash]), c.log]);
    const data = [Array.from(c.x), ...c.lines.map((l) => Array.from(l.values))];
    if (shape !== this.#shape) {
      this.#plot?.destroy();
      this.#shape = shape;
      const style = getComputedStyle(this), ink = style.getPropertyValue('--ink') || '#222', grid = style.getPropertyValue('--line') || '#ccc';
      const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui' };
      this.#plot = new uPlot({
        width: this.clientWidth || 300, height: c.height ?? 220, cursor: { drag: { x: false, y: false } }, legend: { live: true },
        scales: { x: { time: false, ...(c.shares ? { range: [0, 1] } : {}) }, y: c.log ? { distr: 3 } : c.shares ? { range: [0, 1.02] } : {} },
        axes: [{ ...axis }, { ...axis, size: 66 }],
        series: [{ label: c.xName }, ...c.lines.map((l) => ({ label: l.name, stroke: l.colour, width: 2, dash: l.dash, spanGaps: true,
          points: { show: Boolean(l.points), size: 7, fill: l.colour }, value: (/** @type {any} */ _, /** @type {number | null} */ v) => (v === null ? '–' : shown(v)) }))],
      }, data, place);
    } else {
      this.#plot.setData(data);
    }
    this.#fill();
  }

  #fill() {
    const details = /** @type {HTMLDetailsElement | null} */ (this.querySelector('details'));
    const c = this.#curves;
    if (!details?.open || !c) return;
    const first = Math.max(0, c.x.length - 100);
    const rows = Array.from({ length: c.x.length - first }, (_, i) => first + i).reverse();
    render(html`<table><thead><tr><th scope="col">${c.xName}${c.lines.map((l) => html`<th scope="col" class="number">${l.name}`)}</thead>
      <tbody>${rows.map((i) => html`<tr><th scope="row">${c.x[i]}</th>${c.lines.map((l) => html`<td class="number">${l.values[i] === null || l.values[i] === undefined ? '' : shown(l.values[i])}</td>`)}</tr>`)}</tbody></table>`,
    /** @type {HTMLElement} */ (this.querySelector('.table')));
  }
}
customElements.define('fv-curves', FvCurves);
