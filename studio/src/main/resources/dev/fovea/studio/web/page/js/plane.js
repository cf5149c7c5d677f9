// @ts-check
/** <fv-plane>: the plane with its points and the classes that a network gives; points are set and taken by pointer or keys. */
import { CLASSES } from './colour.js';
import { html, render, say, t } from './dom.js';

const SIZE = 320, REACH = 6, STEP = 0.5;

/** Points and, where a network is there, its logits [classes, side, side]. @typedef {{points: number[][], logits?: {shape: number[], values: ArrayLike<number>}, editable: boolean}} Plane */

export class FvPlane extends HTMLElement {
  /** @type {Plane} */ #plane = { points: [], editable: false };
  /** Where keys set a point; unseen until a key is pressed. @type {number[] | undefined} */ #cursor;

  connectedCallback() { this.#draw(); }

  /** @param {Plane} plane */
  set plane(plane) {
    this.#plane = plane;
    this.#draw();
  }

  #draw() {
    if (!this.isConnected) return;
    const { points: { length: points }, editable } = this.#plane;
    render(html`<canvas class="plane" width=${SIZE} height=${SIZE} role=${editable ? 'application' : 'img'} tabindex=${editable ? 0 : -1} aria-label=${editable ? t('plane.editable', { points }) : t('plane.about', { points })}
      @keydown=${this.#key} @pointerdown=${this.#press}></canvas>`, this);
    this.#paint();
  }

  #paint() {
    const c = /** @type {CanvasRenderingContext2D} */ (this.querySelector('canvas')?.getContext('2d'));
    c.fillStyle = '#fff';
    c.fillRect(0, 0, SIZE, SIZE);
    if (this.#plane.logits) classes(c, this.#plane.logits);
    for (const [px, py, label] of this.#plane.points) {
      const [x, y] = pixels(px, py);
      c.fillStyle = CLASSES[label];
      c.strokeStyle = '#fff';
      c.lineWidth = 1;
      c.beginPath();
      if (label % 2 === 0) c.arc(x, y, 4, 0, 7);
      else c.rect(x - 3.5, y - 3.5, 7, 7);
      c.fill();
      c.stroke();
    }
    if (!this.#cursor) return;
    const [x, y] = pixels(this.#cursor[0], this.#cursor[1]);
    c.strokeStyle = '#d9006c';
    c.lineWidth = 2;
    c.beginPath();
    c.moveTo(x - 8, y);
    c.lineTo(x + 8, y);
    c.moveTo(x, y - 8);
    c.lineTo(x, y + 8);
    c.stroke();
  }

  /** @param {'set' | 'take'} type @param {number} x @param {number} y */
  #send(type, x, y) {
    this.dispatchEvent(new CustomEvent(type, { detail: { x: round(x), y: round(y) } }));
  }

  /** @param {PointerEvent} e */
  #press = (e) => {
    if (!this.#plane.editable) return;
    const side = /** @type {HTMLElement} */ (e.target).clientWidth;
    this.#send(e.shiftKey ? 'take' : 'set', ((2 * e.offsetX) / side - 1) * REACH, (1 - (2 * e.offsetY) / side) * REACH);
  };

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    if (!this.#plane.editable) return;
    const [x, y] = this.#cursor ?? [0, 0];
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (by) {
      this.#cursor = [round(x + STEP * by[0]), round(y + STEP * by[1])];
      say(t('plane.at', { place: this.#cursor.join(', ') }));
      this.#paint();
    } else if (e.key === 'Enter' || e.key === ' ') {
      this.#send('set', x, y);
    } else if (e.key === 'Delete' || e.key === 'Backspace') {
      this.#send('take', x, y);
    } else {
      return;
    }
    e.preventDefault();
  };
}
customElements.define('fv-plane', FvPlane);

/** Returns a coordinate within reach, to a hundredth. @param {number} v */
const round = (v) => Math.round(100 * Math.max(-REACH, Math.min(REACH, v))) / 100;

/** @param {number} x @param {number} y */
const pixels = (x, y) => [((x / REACH + 1) * SIZE) / 2, ((1 - y / REACH) * SIZE) / 2];

/** Colours each place by its class, the surer the deeper. @param {CanvasRenderingContext2D} c @param {{shape: number[], values: ArrayLike<number>}} last */
function classes(c, last) {
  const [n, side] = last.shape, cell = SIZE / side;
  for (let i = 0; i < side * side; i++) {
    const logits = Array.from({ length: n }, (_, k) => last.values[k * side * side + i]), best = logits.indexOf(Math.max(...logits));
    const share = 1 / logits.reduce((t, v) => t + Math.exp(v - logits[best]), 0);
    c.globalAlpha = Math.max(0, (share - 1 / n) / (1 - 1 / n)) * 0.6;
    c.fillStyle = CLASSES[best];
    c.fillRect((i % side) * cell, Math.floor(i / side) * cell, cell, cell);
  }
  c.globalAlpha = 1;
}
