// @ts-check
/** <fv-maps>: what a layer computed, one picture a channel, driven by keys and pointer. */
import { drawMap, legend } from './colour.js';
import { html, render, say, shown, t } from './dom.js';
import { inspect } from './inspector.js';

const GAP = 3;

/** So many rows and columns of a map stand in its table at once. */ const ROWS = 64;

/** How much narrower a sheet of a stack is than it is tall, and how far its far edge rises. */
const LEAN = 0.55, RISE = 0.3;

/**
 * A layer: values [C, H, W], or [N] for a layer without an image.
 * @typedef {{path: string, kind?: string, shape: number[], values: Float32Array, limit: number, signed: boolean, of?: {door: string, question: Record<string, any>, place?: () => Promise<Record<string, any>>}, facts?: [string, string | number][], channels?: number, first?: number, step?: number}} Layer; `of` says whose units they are, so that their cards open, `facts` what else is known of the layer; where not all is here, how many `channels` there are, which is the `first` here, and of how many places each way one here is the mean
 */

export class FvMaps extends HTMLElement {
  /** How tall a map is drawn, in pixels, at least; like what follows it is set before the layer. */ tall = 56;
  /** Whether maps stand behind each other as sheets. */ stack = false;
  /** @type {Layer | undefined} */ #layer;
  #map = -1;
  #place = -1;
  #columns = 1;
  #scale = 1;
  #detail = false;
  #own = false;
  #step = 0;
  /** @type {HTMLCanvasElement | undefined} */ #canvas;
  #atlas = document.createElement('canvas');
  #resized = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    this.#resized.observe(this);
    this.#draw();
  }

  disconnectedCallback() { this.#resized.disconnect(); }

  /** @param {Layer | undefined} layer */
  set layer(layer) {
    const other = layer?.shape.join() !== this.#layer?.shape.join() || layer?.path !== this.#layer?.path || layer?.first !== this.#layer?.first;
    this.#layer = layer;
    if (other || !this.#canvas) {
      this.#map = this.#place = -1;
      this.#draw();
    } else {
      this.#paint();
      this.#tell(false);
    }
  }

  get layer() { return this.#layer; }

  /** Channels, height and width of a map. */
  get #extent() {
    const s = this.#layer?.shape ?? [0, 0, 0];
    return s.length === 1 ? [s[0], 1, 1] : s;
  }

  /** Whether there are several maps of several places, which may have scales of their own. */
  get #several() {
    const [c, h, w] = this.#extent;
    return c > 1 && h * w > 1;
  }

  #draw() {
    if (!this.#layer || !this.isConnected) return;
    const [c, h, w] = this.#extent;
    const { path } = this.#layer, name = h * w > 1 ? t('maps.ofPictures', { path, maps: c, height: h, width: w }) : t('maps.ofNumbers', { path, numbers: c });
    render(html`<div class="stage pixels" role="application" aria-roledescription=${t('maps.role')} tabindex="0" aria-label=${name}
        @keydown=${this.#key} @pointermove=${this.#point} @pointerleave=${() => this.#select(-1, -1)}
        @click=${() => this.#send('pick')} @focus=${() => this.#map < 0 && this.#select(0, -1)}>
        <canvas aria-hidden="true"></canvas></div>
      <div class="legend"><span class="mono low"></span><canvas class="scale" aria-hidden="true"></canvas><span class="mono high"></span>
        ${this.#several ? html`<label><input type="checkbox" name="own-scale" .checked=${this.#own} @change=${(/** @type {any} */ e) => { this.#own = e.target.checked; this.#paint(); }}> ${t('maps.own')}</label>` : ''}<details @toggle=${this.#toggle}><summary>${t('common.table')}</summary><div class="scroll table"></div></details>
        <output></output></div>`, this);
    this.#canvas = /** @type {HTMLCanvasElement} */ (this.querySelector('.stage canvas'));
    this.#paint();
  }

  /** Draws all maps side by side. */
  #paint() {
    const layer = this.#layer;
    if (!layer || !this.#canvas) return;
    const [c, h, w] = this.#extent;
    drawMap(this.#atlas, [c * h, w], this.#own && this.#several ? this.#stretched(layer) : layer.values, layer.limit, layer.signed);
    this.#scale = Math.max(1, h * w === 1 ? 14 : Math.ceil(Math.min((this.#stacked ? 2 : 1) * this.tall, Math.max(h, w) * 9) / Math.max(h, w)));
    const tile = w * this.#scale + GAP;
    const room = this.clientWidth || 600, sheet = LEAN * w * this.#scale;
    this.#columns = this.#stacked ? c : Math.max(1, Math.min(c, Math.floor(room / tile)));
    this.#step = Math.max(2, Math.min(sheet / 2 + 4, (room - sheet - 4) / Math.max(1, c - 1)));
    const rows = Math.ceil(c / this.#columns);
    this.#canvas.width = this.#stacked ? sheet + (c - 1) * this.#step + 4 : this.#columns * tile;
    this.#canvas.height = this.#stacked ? (h + RISE * w) * this.#scale + 4 : rows * (h * this.#scale + GAP);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    context.imageSmoothingEnabled = false;
    for (let i = c - 1; i >= 0; i--) { // the first stands in front
      this.#put(context, i);
      context.drawImage(this.#atlas, 0, i * h, w, h, 0, 0, w * this.#scale, h * this.#scale);
      if (this.#stacked) context.strokeRect(0, 0, w * this.#scale, h * this.#scale);
    }
    this.#mark(context);
    this.#legend(layer);
    if (this.#detail) this.#fill();
  }

  /** Returns the numbers as they are coloured where each map has a scale of its own, up to its largest size. @param {Layer} layer */
  #stretched({ values, limit }) {
    const [c, h, w] = this.#extent, most = new Float32Array(c);
    values.forEach((v, i) => { most[Math.floor(i / (h * w))] = Math.max(most[Math.floor(i / (h * w))], Number.isFinite(v) ? Math.abs(v) : 0); });
    return values.map((v, i) => (v * limit) / (most[Math.floor(i / (h * w))] || 1));
  }

  /** Returns where a map is drawn. @param {number} i @returns {[number, number]} */
  #corner(i) {
    const [, h, w] = this.#extent;
    return [(i % this.#columns) * (w * this.#scale + GAP), Math.floor(i / this.#columns) * (h * this.#scale + GAP)];
  }

  /** Maps of one place are never stacked. */
  get #stacked() {
    const [, h, w] = this.#extent;
    return this.stack && h * w > 1;
  }

  /** Moves the axes to where a map is drawn. @param {CanvasRenderingContext2D} context @param {number} i */
  #put(context, i) {
    const [, , w] = this.#extent;
    if (this.#stacked) context.setTransform(LEAN, -RISE, 0, 1, i * this.#step + 2, RISE * w * this.#scale + 2);
    else context.setTransform(1, 0, 0, 1, ...this.#corner(i));
    context.strokeStyle = 'rgb(128 128 128 / .8)';
    context.lineWidth = 1;
  }

  /** @param {CanvasRenderingContext2D} context */
  #mark(context) {
    if (this.#map < 0) return;
    const [, h, w] = this.#extent;
    this.#put(context, this.#map);
    context.strokeStyle = '#d9006c';
    context.lineWidth = 2;
    context.strokeRect(1, 1, w * this.#scale - 2, h * this.#scale - 2);
    if (this.#place >= 0 && h * w > 1) {
      const s = this.#scale;
      context.strokeRect((this.#place % w) * s - 1, Math.floor(this.#place / w) * s - 1, s + 2, s + 2);
    }
  }

  /** @param {Layer} layer */
  #legend(layer) {
    const limit = this.#own && this.#several ? this.#map < 0 ? t('maps.itsLargest') : shown(this.selected.values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)) : shown(layer.limit);
    legend(/** @type {HTMLCanvasElement} */ (this.querySelector('canvas.scale')), layer.signed);
    /** @type {HTMLElement} */ (this.querySelector('.low')).textContent = layer.signed ? `−${limit}` : '0';
    /** @type {HTMLElement} */ (this.querySelector('.high')).textContent = (layer.signed ? '+' : '') + limit;
  }

  /** Selects a map and a place in it; −1 for none. @param {number} map @param {number} place */
  #select(map, place) {
    if (map === this.#map && place === this.#place) return;
    this.#map = map;
    this.#place = place;
    this.#paint();
    this.#tell(true);
    this.#send('point');
  }

  /** Says what is selected. @param {boolean} aloud */
  #tell(aloud) {
    const out = this.querySelector('output');
    if (!out || !this.#layer) return;
    out.textContent = this.#map < 0 ? '' : this.#words();
    if (this.#map < 0) return;
    if (aloud) say(this.#words());
    const { path, kind, shape, values, facts } = this.#layer, [c, h, w] = this.#extent, one = h * w > 1;
    inspect(this, { title: kind ? `${path} · ${kind}` : path, facts: [[t('maps.shape'), shape.join(' × ')], ...(facts ?? []), [one ? t('maps.map') : t('maps.number'), t('maps.of', { number: this.#number + 1, all: this.#layer.channels ?? c })],
      ...(this.#place >= 0 && one ? /** @type {[string, string][]} */ ([[t('common.rowColumn'), `${this.#at.row + 1}, ${this.#at.column + 1}`]]) : []), ...(this.#place >= 0 || !one ? /** @type {[string, number][]} */ ([[t('common.value'), this.value]]) : [])],
    numbers: [[t('maps.thisMap'), one ? values.subarray(this.#map * h * w, (this.#map + 1) * h * w) : []], [t('common.allOfIt'), values]] });
  }

  #words() {
    const [here, h, w] = this.#extent, all = this.#layer?.channels ?? here, map = this.#number + 1, value = shown(this.value);
    if (h * w === 1) return t('maps.atNumber', { number: map, all, value });
    return this.#place < 0 ? t('maps.atMap', { map, all })
      : t('maps.atPlace', { map, all, row: this.#at.row + 1, column: this.#at.column + 1, value });
  }

  /** The channel that is selected, among all of the layer; −1 for none. */
  get #number() { return this.#map < 0 ? -1 : this.#map + (this.#layer?.first ?? 0); }

  /** The place that is selected, in the map as the layer has it; −1 for none. */
  get #at() {
    const [, , w] = this.#extent, step = this.#layer?.step ?? 1;
    return this.#place < 0 ? { row: -1, column: -1 } : { row: step * Math.floor(this.#place / w), column: step * (this.#place % w) };
  }

  /** The map that is selected, as a layer of its own. */
  get selected() {
    const [, h, w] = this.#extent, l = /** @type {Layer} */ (this.#layer);
    return { ...l, of: undefined, first: this.#number, shape: [1, h, w], values: l.values.subarray(this.#map * h * w, (this.#map + 1) * h * w) };
  }

  /** The value that is selected. */
  get value() {
    const [, h, w] = this.#extent;
    return this.#layer && this.#map >= 0 ? this.#layer.values[this.#map * h * w + Math.max(0, this.#place)] : NaN;
  }

  /** @param {'pick' | 'point'} type */
  #send(type) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { path: this.#layer?.path, map: this.#number, ...this.#at, value: this.value } }));
  }

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    const [c, h, w] = this.#extent;
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (step && this.#place >= 0) {
      const row = Math.max(0, Math.min(h - 1, Math.floor(this.#place / w) + step[0]));
      const column = Math.max(0, Math.min(w - 1, (this.#place % w) + step[1]));
      this.#select(this.#map, row * w + column);
    } else if (step) {
      this.#select(Math.max(0, Math.min(c - 1, this.#map + step[1] + step[0] * this.#columns)), -1);
    } else if (e.key === 'Enter' && this.#place < 0 && h * w > 1) {
      this.#select(Math.max(0, this.#map), Math.floor(h / 2) * w + Math.floor(w / 2));
    } else if (e.key === 'Enter') {
      this.#send('pick');
    } else if (e.key === 'Escape') {
      this.#select(this.#map, -1);
    } else {
      return;
    }
    e.preventDefault();
  };

  /** @param {PointerEvent} e */
  #point = (e) => {
    const [c, h, w] = this.#extent;
    const canvas = /** @type {HTMLCanvasElement} */ (this.#canvas);
    const ratio = canvas.width / canvas.clientWidth;
    const x = e.offsetX * ratio, y = e.offsetY * ratio;
    if (this.#stacked) {
      this.#pointAtSheet(x, y);
      return;
    }
    const column = Math.floor(x / (w * this.#scale + GAP)), row = Math.floor(y / (h * this.#scale + GAP));
    const map = row * this.#columns + column;
    if (column < 0 || column >= this.#columns || row < 0 || map < 0 || map >= c) return;
    const [left, top] = this.#corner(map);
    const px = Math.min(w - 1, Math.floor((x - left) / this.#scale)), py = Math.min(h - 1, Math.floor((y - top) / this.#scale));
    this.#select(map, py * w + px);
  };

  /** Selects the foremost sheet at a point. @param {number} x @param {number} y */
  #pointAtSheet(x, y) {
    const [c, h, w] = this.#extent, s = this.#scale;
    for (let i = 0; i < c; i++) {
      const u = (x - 2 - i * this.#step) / LEAN, v = y - 2 - RISE * w * s + RISE * u;
      if (u >= 0 && v >= 0 && u < w * s && v < h * s) {
        this.#select(i, Math.floor(v / s) * w + Math.floor(u / s));
        return;
      }
    }
  }

  /** @param {Event} e */
  #toggle = (e) => { if ((this.#detail = /** @type {HTMLDetailsElement} */ (e.target).open)) this.#fill(); };

  /** Writes the numbers of the selected map, or the first, as a table: of a large one those around the selected place. */
  #fill() {
    const [c, h, w] = this.#extent;
    const v = /** @type {Layer} */ (this.#layer).values;
    const map = Math.max(0, this.#map);
    const single = h * w === 1;
    const begin = (/** @type {number} */ at, /** @type {number} */ all) => Math.max(0, Math.min(all - ROWS, at - ROWS / 2));
    const top = begin(Math.floor(Math.max(0, this.#place) / w), h), left = begin(Math.max(0, this.#place) % w, w), high = Math.min(h, ROWS), wide = Math.min(w, ROWS);
    const rows = single ? Array.from({ length: c }, (_, i) => [v[i]])
      : Array.from({ length: high }, (_, r) => Array.from(v.subarray((map * h + top + r) * w + left, (map * h + top + r) * w + left + wide)));
    render(html`<table><caption class="quiet">${single ? t('maps.numbers') : t('maps.mapNumber', { map: map + 1 })}</caption>${w > wide ? html`<thead><tr><th>${Array.from({ length: wide }, (_, i) => html`<th scope="col">${left + i + 1}`)}</thead>` : ''}
      <tbody>${rows.map((row, i) => html`<tr><th scope="row">${top + i + 1}</th>${row.map((x) => html`<td class="number">${shown(x)}</td>`)}</tr>`)}</tbody></table>`,
    /** @type {HTMLElement} */ (this.querySelector('.table')));
  }
}
customElements.define('fv-maps', FvMaps);
