// @ts-check
/** <fv-scatter>: points of classes on a plane, each class with its colour and shape, walked through by keys. */
import { CLASSES } from './colour.js';
import { html, render, say, shown, t } from './dom.js';

const SIZE = 420;

export class FvScatter extends HTMLElement {
  /** @type {{points: ArrayLike<number>, labels: number[], classes: string[]} | undefined} */ #data;
  #at = -1;

  connectedCallback() { this.#draw(); }

  /** @param {{points: ArrayLike<number>, labels: number[], classes: string[]}} data */
  set data(data) {
    if (data.points !== this.#data?.points) this.#at = -1;
    this.#data = data;
    this.#draw();
  }

  #draw() {
    const d = this.#data;
    if (!d || !this.isConnected) return;
    const used = [...new Set(d.labels)].sort((a, b) => a - b);
    render(html`<div class="stage" role="application" aria-roledescription=${t('scatter.role')} tabindex="0" aria-label=${t('scatter.about', { points: d.labels.length, classes: used.length })} @keydown=${this.#key}><canvas width=${SIZE} height=${SIZE} aria-hidden="true"></canvas></div>
      <div class="legend">${used.map((c) => html`<span><span class="swatch" .style=${`background:${CLASSES[c % CLASSES.length]}`}></span>${d.classes[c]}</span>`)}</div>
      <details><summary>${t('common.table')}</summary><div class="scroll"><table class="points"><tbody>${d.labels.slice(0, 200).map((c, i) => html`<tr><th scope="row">${d.classes[c]}<td class="number">${shown(d.points[2 * i])}<td class="number">${shown(d.points[2 * i + 1])}</tr>`)}</tbody></table></div></details>`, this);
    this.#paint();
  }

  #paint() {
    const d = /** @type {any} */ (this.#data), canvas = /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
    const c = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const reach = Math.max(1e-9, ...Array.from(d.points, Math.abs)) * 1.06;
    c.clearRect(0, 0, SIZE, SIZE);
    d.labels.forEach((/** @type {number} */ label, /** @type {number} */ i) => {
      const x = ((d.points[2 * i] / reach + 1) * SIZE) / 2, y = ((1 - d.points[2 * i + 1] / reach) * SIZE) / 2;
      c.fillStyle = CLASSES[label % CLASSES.length];
      c.strokeStyle = i === this.#at ? '#ff4fa3' : '#ffffff';
      c.lineWidth = i === this.#at ? 4 : 1;
      c.beginPath();
      if (label % 3 === 0) c.arc(x, y, 4.5, 0, 7);
      else if (label % 3 === 1) c.rect(x - 4, y - 4, 8, 8);
      else { c.moveTo(x, y - 5); c.lineTo(x + 5, y + 4); c.lineTo(x - 5, y + 4); c.closePath(); }
      c.fill();
      c.stroke();
    });
  }

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    const d = this.#data, by = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!d || !by) return;
    e.preventDefault();
    this.#at = (this.#at + by + d.labels.length) % d.labels.length;
    this.#paint();
    say(t('scatter.point', { class: d.classes[d.labels[this.#at]], x: shown(d.points[2 * this.#at]), y: shown(d.points[2 * this.#at + 1]) }));
  };
}
customElements.define('fv-scatter', FvScatter);
