// @ts-check
/** <fv-pad>: a sheet of 28 × 28 pixels to draw on with pointer or keys. */
import { html, render, say, t } from './dom.js';

export const SIZE = 28;
const SHOWN = 10;

/** A seven to begin with, as strokes of a pen between points. */
export const SEVEN = [[7, 7], [20, 7], [13, 22]];

export class FvPad extends HTMLElement {
  pixels = new Uint8Array(SIZE * SIZE);
  #row = SIZE / 2;
  #column = SIZE / 2;
  #down = false;
  /** @type {{x: number, y: number} | undefined} */ #last;
  /** @type {number[] | undefined} */ #field;

  connectedCallback() {
    render(html`<div class="stage pixels" role="application" aria-roledescription=${t('pad.role')} tabindex="0"
        aria-label=${t('pad.about')}
        @keydown=${this.#key} @pointerdown=${this.#begin} @pointermove=${this.#move} @pointerup=${this.#end} @pointercancel=${this.#end}>
        <canvas width=${SIZE * SHOWN} height=${SIZE * SHOWN} aria-hidden="true"></canvas></div>`, this);
    this.#paint();
  }

  /** Replaces the drawing. @param {Uint8Array} pixels @param {boolean} [quietly] without the event */
  set(pixels, quietly = false) {
    this.pixels = Uint8Array.from(pixels);
    this.#paint();
    if (!quietly) this.#changed();
  }

  clear() { this.set(new Uint8Array(SIZE * SIZE)); }

  /** Shows what a place of a map sees: top, left, height and width in pixels. @param {number[] | undefined} field */
  set field(field) {
    this.#field = field;
    this.#paint();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('drawn', { bubbles: true }));
  }

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (step) {
      this.#row = Math.max(0, Math.min(SIZE - 1, this.#row + step[0]));
      this.#column = Math.max(0, Math.min(SIZE - 1, this.#column + step[1]));
      if (this.#down) this.#dab(this.#column + 0.5, this.#row + 0.5);
      say(t('pad.pen', { row: this.#row + 1, column: this.#column + 1 }));
    } else if (e.key === ' ') {
      this.#down = !this.#down;
      if (this.#down) this.#dab(this.#column + 0.5, this.#row + 0.5);
      say(this.#down ? t('pad.down') : t('pad.up'));
    } else if (e.key === 'Delete' || e.key === 'Backspace') {
      this.clear();
      say(t('pad.cleared'));
    } else {
      return;
    }
    e.preventDefault();
    this.#paint();
    if (step ? this.#down : e.key === ' ' && this.#down) this.#changed();
  };

  /** @param {PointerEvent} e */
  #at(e) {
    const canvas = /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
    return { x: (e.offsetX / canvas.clientWidth) * SIZE, y: (e.offsetY / canvas.clientHeight) * SIZE };
  }

  /** @param {PointerEvent} e */
  #begin = (e) => {
    /** @type {Element} */ (e.currentTarget).setPointerCapture(e.pointerId);
    this.#last = this.#at(e);
    this.#dab(this.#last.x, this.#last.y);
    this.#paint();
    this.#changed();
  };

  /** @param {PointerEvent} e */
  #move = (e) => {
    if (!this.#last) return;
    const to = this.#at(e), from = this.#last;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 2));
    for (let i = 1; i <= steps; i++) this.#dab(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
    this.#last = to;
    this.#paint();
    this.#changed();
  };

  #end = () => { this.#last = undefined; };

  /** Puts ink around a point: full within a pixel, none beyond two. @param {number} x @param {number} y */
  #dab(x, y) {
    for (let r = Math.max(0, Math.floor(y - 2)); r <= Math.min(SIZE - 1, Math.floor(y + 2)); r++) {
      for (let c = Math.max(0, Math.floor(x - 2)); c <= Math.min(SIZE - 1, Math.floor(x + 2)); c++) {
        const ink = Math.max(0, Math.min(1, 2 - Math.hypot(c + 0.5 - x, r + 0.5 - y)));
        this.pixels[r * SIZE + c] = Math.max(this.pixels[r * SIZE + c], Math.round(235 * ink));
      }
    }
  }

  #paint() {
    const canvas = this.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    for (let i = 0; i < this.pixels.length; i++) {
      context.fillStyle = `rgb(${this.pixels[i]} ${this.pixels[i]} ${this.pixels[i]})`;
      context.fillRect((i % SIZE) * SHOWN, Math.floor(i / SIZE) * SHOWN, SHOWN, SHOWN);
    }
    context.lineWidth = 2;
    context.strokeStyle = this.#down ? '#ffc845' : '#7a8794';
    context.strokeRect(this.#column * SHOWN, this.#row * SHOWN, SHOWN, SHOWN);
    if (this.#field) {
      const [top, left, h, w] = this.#field.map((n) => n * SHOWN);
      context.strokeStyle = '#ff4fa3';
      context.lineWidth = 3;
      context.strokeRect(left, top, w, h);
    }
  }
}
customElements.define('fv-pad', FvPad);

/** Returns a drawing of lines between points. @param {number[][]} points */
export function stroke(points) {
  const pixels = new Uint8Array(SIZE * SIZE);
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    for (let t = 0; t <= 1; t += 0.02) {
      const x = x0 + (x1 - x0) * t, y = y0 + (y1 - y0) * t;
      for (let p = 0; p < pixels.length; p++) {
        const ink = Math.max(0, Math.min(1, 2 - Math.hypot((p % SIZE) + 0.5 - x, Math.floor(p / SIZE) + 0.5 - y)));
        pixels[p] = Math.max(pixels[p], Math.round(235 * ink));
      }
    }
  }
  return pixels;
}
