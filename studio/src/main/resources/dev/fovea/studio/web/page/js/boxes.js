// @ts-check
/** <fv-boxes>: a picture with boxes, regions, joints and cells over it, walked through by keys. */
import { byKey, gripAt, isLarge, moved } from './boxedit.js';
import { CLASSES } from './colour.js';
import { html, render, say, t } from './dom.js';
import { inspectBox } from './inspector.js';
import { drawPicture } from './picture.js';

/**
 * A box, in pixels of the picture.
 * @typedef {{label: string, box: number[], score?: number, points?: number[][], colour: string, faint?: boolean, dash?: boolean, fill?: string}} Shown
 * @typedef {{name: string, height: number, width: number, pixels: any, regions?: any, boxes: Shown[], bones?: number[][],
 *   grid?: {rows: number, columns: number, left: number, top: number, stepX: number, stepY: number}, cell?: number[], keys?: string, edit?: boolean, at?: number}} Scene; `edit` says that its boxes are drawn here, `at` which one is chosen
 */

/** Returns the colour of a class or region. @param {number} i */
export const colourOf = (i) => CLASSES[((i % CLASSES.length) + CLASSES.length) % CLASSES.length];

/** How tall a label is. */
const TALL = 19;

export class FvBoxes extends HTMLElement {
  /** @type {Scene | undefined} */ #scene;
  #at = -1;
  #base = document.createElement('canvas');
  /** What the pointer holds: a box as it was, by which edges, and from where. @type {{box: number[], grip: boolean[], x: number, y: number, isNew: boolean, pointer: number} | undefined} */ #held;

  constructor() {
    super();
    this.#base.getContext('2d', { willReadFrequently: true }); // regions are mixed into its pixels
  }

  connectedCallback() { this.#draw(); }

  /** @param {Scene} scene */
  set scene(scene) {
    if (this.#scene?.pixels !== scene.pixels || this.#scene?.regions !== scene.regions) this.#compose(scene);
    this.#scene = scene;
    this.#at = Math.min(scene.at ?? this.#at, scene.boxes.length - 1);
    this.#draw();
  }

  /** Draws the picture with its regions once. @param {Scene} scene */
  #compose(scene) {
    const [height, width, channels] = scene.pixels.shape;
    drawPicture(this.#base, { height, width, channels, values: scene.pixels.values });
    if (!scene.regions?.values.some((/** @type {number} */ r) => r > 0)) return;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#base.getContext('2d'));
    const image = context.getImageData(0, 0, width, height);
    scene.regions.values.forEach((/** @type {number} */ r, /** @type {number} */ i) => {
      if (r === 0) return;
      const colour = parseInt(colourOf(r - 1).slice(1), 16);
      [colour >> 16, (colour >> 8) & 255, colour & 255].forEach((c, k) => { image.data[4 * i + k] = 0.5 * image.data[4 * i + k] + 0.5 * c; });
    });
    context.putImageData(image, 0, 0);
  }

  #draw() {
    const scene = this.#scene;
    if (!scene || !this.isConnected) return;
    render(html`<div class=${`stage ${scene.edit ? 'editable' : ''}`} role="application" aria-roledescription=${t('boxes.role')} tabindex="0" aria-label=${t('boxes.about', { name: scene.name, boxes: scene.boxes.length, keys: scene.keys ?? t('boxes.keys') })}
      @keydown=${this.#key} @pointerdown=${this.#hold} @pointerup=${this.#let} @pointercancel=${this.#let} @lostpointercapture=${this.#let} @pointermove=${(/** @type {PointerEvent} */ e) => (!scene.edit ? this.#send('point', e) : this.#held?.pointer === e.pointerId && this.#tell({ box: this.#heldAt(e), moving: true }))} @click=${(/** @type {PointerEvent} */ e) => this.#send('pick', e)}><canvas aria-hidden="true"></canvas></div>`, this);
    this.#paint();
  }

  #paint() {
    const scene = /** @type {Scene} */ (this.#scene), canvas = /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
    const zoom = Math.max(1, Math.round(480 / Math.max(this.#base.width, this.#base.height)));
    canvas.width = this.#base.width * zoom;
    canvas.height = this.#base.height * zoom;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#base, 0, 0, canvas.width, canvas.height);
    const sx = canvas.width / scene.width, sy = canvas.height / scene.height;
    const g = scene.grid;
    if (g) {
      context.strokeStyle = 'rgb(255 255 255 / .55)';
      context.lineWidth = 1;
      for (let r = 0; r <= g.rows; r++) line(context, g.left * sx, (g.top + r * g.stepY) * sy, (g.left + g.columns * g.stepX) * sx, (g.top + r * g.stepY) * sy);
      for (let c = 0; c <= g.columns; c++) line(context, (g.left + c * g.stepX) * sx, g.top * sy, (g.left + c * g.stepX) * sx, (g.top + g.rows * g.stepY) * sy);
      if (scene.cell) {
        context.fillStyle = 'rgb(255 79 163 / .5)';
        context.fillRect((g.left + scene.cell[1] * g.stepX) * sx, (g.top + scene.cell[0] * g.stepY) * sy, g.stepX * sx, g.stepY * sy);
      }
    }
    /** Where labels lie already. @type {number[][]} */ const taken = [];
    scene.boxes.forEach((b, i) => {
      const [l, t, r, d] = b.box;
      context.globalAlpha = b.faint ? 0.45 : 1;
      context.setLineDash(b.dash ? [5, 4] : []);
      context.lineWidth = i === this.#at ? 6 : 4;
      context.strokeStyle = i === this.#at ? '#ffffff' : 'rgb(0 0 0 / .55)';
      context.strokeRect(l * sx, t * sy, (r - l) * sx, (d - t) * sy);
      context.fillStyle = b.fill ?? 'transparent';
      context.fillRect(l * sx, t * sy, (r - l) * sx, (d - t) * sy);
      context.lineWidth = i === this.#at ? 3 : 2;
      context.strokeStyle = b.colour;
      context.strokeRect(l * sx, t * sy, (r - l) * sx, (d - t) * sy);
      if (scene.edit && i === this.#at) for (const x of [l, r]) for (const y of [t, d]) corner(context, x * sx, y * sy, b.colour);
      joints(context, b, scene.bones ?? [], sx, sy);
    });
    for (const b of labelled(scene.boxes, this.#at)) tag(context, `${b.label}${b.score === undefined ? '' : ` ${Math.round(100 * b.score)} %`}`, b.box[0] * sx, b.box[1] * sy, b.colour, taken);
    context.globalAlpha = 1;
  }

  /** Tells where the pointer is, in pixels of the picture, and the smallest box there. @param {'point' | 'pick'} type @param {PointerEvent} e */
  #send(type, e) {
    const { x, y } = this.#place(e), there = this.#under(x, y);
    this.dispatchEvent(new CustomEvent(type, { detail: { x, y, box: there } }));
    if (type === 'pick') this.#inspect(there);
  }

  /** Where an event is, in pixels of the picture, and how many a finger or pointer reaches around it. @param {PointerEvent} e */
  #place(e) {
    const scene = /** @type {Scene} */ (this.#scene), box = /** @type {HTMLCanvasElement} */ (this.querySelector('canvas')).getBoundingClientRect();
    return { x: ((e.clientX - box.left) / box.width) * scene.width, y: ((e.clientY - box.top) / box.height) * scene.height, reach: ((e.pointerType === 'touch' ? 16 : 6) / box.width) * scene.width };
  }

  /** Returns the smallest box at a place; −1 where there is none. @param {number} x @param {number} y */
  #under(x, y) {
    const scene = /** @type {Scene} */ (this.#scene);
    const area = (/** @type {number} */ i) => (scene.boxes[i].box[2] - scene.boxes[i].box[0]) * (scene.boxes[i].box[3] - scene.boxes[i].box[1]);
    const there = scene.boxes.flatMap((b, i) => (x >= b.box[0] && y >= b.box[1] && x < b.box[2] && y < b.box[3] ? [i] : [])).sort((a, b) => area(a) - area(b));
    return there[0] ?? -1;
  }

  /** @param {Record<string, any>} detail */
  #tell = (detail) => {
    this.dispatchEvent(new CustomEvent('edit', { detail }));
    if (!detail.moving) this.#inspect(this.#at);
  };

  /** @param {number} at */
  #inspect(at) {
    const scene = /** @type {Scene} */ (this.#scene);
    if (scene.boxes[at]) inspectBox(this, scene, scene.boxes[at]);
  }

  /** Holds the chosen box by an edge, or the one at the pointer, or begins a new one. @param {PointerEvent} e */
  #hold = (e) => {
    const scene = /** @type {Scene} */ (this.#scene);
    if (!scene.edit || e.button || this.#held) return;
    /** @type {HTMLElement} */ (e.currentTarget).setPointerCapture(e.pointerId);
    const { x, y, reach } = this.#place(e), chosen = scene.boxes[this.#at], grip = chosen && gripAt(chosen.box, x, y, reach);
    const at = grip && !grip.every(Boolean) ? this.#at : this.#under(x, y);
    if (at >= 0) {
      this.#held = { box: scene.boxes[at].box, grip: gripAt(scene.boxes[at].box, x, y, at === this.#at ? reach : 0) ?? [], x, y, isNew: false, pointer: e.pointerId };
      this.#tell({ choose: at });
    } else {
      this.#held = { box: [x, y, x, y].map(Math.round), grip: [false, false, true, true], x, y, isNew: true, pointer: e.pointerId };
      this.#tell({ add: this.#held.box, moving: true });
    }
  };

  /** Lets go; where the pointer was lost, all is as it was before. @param {PointerEvent} e */
  #let = (e) => {
    if (this.#held?.pointer !== e.pointerId) return;
    const box = this.#heldAt(e), { isNew } = this.#held;
    this.#tell(e.type === 'pointerup' && isLarge(box) ? { box } : isNew ? { remove: true } : { box: this.#held.box });
    this.#held = undefined;
  };

  /** @param {PointerEvent} e */
  #heldAt(e) {
    const scene = /** @type {Scene} */ (this.#scene), h = /** @type {NonNullable<typeof this.#held>} */ (this.#held), { x, y } = this.#place(e);
    return moved(h.box, h.grip, x - h.x, y - h.y, scene.width, scene.height);
  }

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    const scene = /** @type {Scene} */ (this.#scene);
    if (scene.edit) {
      const done = this.#held ? {} : byKey(e, scene.boxes[this.#at]?.box, this.#at, scene.boxes.length, scene.width, scene.height);
      if (!done) return;
      e.preventDefault();
      if (Object.keys(done).length) this.#tell(done);
      return;
    }
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (e.key === 'Enter' && this.#at >= 0) this.dispatchEvent(new CustomEvent('pick', { detail: { box: this.#at } }));
    if (!move) return;
    e.preventDefault();
    if (scene.keys) {
      this.dispatchEvent(new CustomEvent('move', { detail: { row: move[0], column: move[1], shift: e.shiftKey } }));
    } else if (scene.boxes.length) {
      this.#at = (this.#at + move[0] + move[1] + scene.boxes.length) % scene.boxes.length;
      this.#paint();
      const b = scene.boxes[this.#at], box = b.box.map((n) => Math.round(n)).join(', ');
      this.#inspect(this.#at);
      say(b.score === undefined ? t('boxes.box', { label: b.label, box }) : t('boxes.scored', { label: b.label, percent: Math.round(100 * b.score), box }));
    }
  };
}
customElements.define('fv-boxes', FvBoxes);

/** @param {CanvasRenderingContext2D} c @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(c, x1, y1, x2, y2) {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}

/** Draws where a box can be held. @param {CanvasRenderingContext2D} c @param {number} x @param {number} y @param {string} colour */
function corner(c, x, y, colour) {
  c.setLineDash([]);
  Object.assign(c, { fillStyle: colour, strokeStyle: '#ffffff', lineWidth: 1 });
  c.fillRect(x - 4, y - 4, 8, 8);
  c.strokeRect(x - 4, y - 4, 8, 8);
}

/** @param {CanvasRenderingContext2D} c @param {Shown} b @param {number[][]} bones @param {number} sx @param {number} sy */
function joints(c, b, bones, sx, sy) {
  const p = b.points ?? [];
  c.setLineDash([]);
  c.lineWidth = 3;
  for (const [from, to] of bones) if (p[from]?.length && p[to]?.length) line(c, p[from][0] * sx, p[from][1] * sy, p[to][0] * sx, p[to][1] * sy);
  for (const q of p) {
    if (!q.length) continue;
    c.fillStyle = '#ffffff';
    c.beginPath();
    c.arc(q[0] * sx, q[1] * sy, 4, 0, 7);
    c.fill();
    c.stroke();
  }
}

/** Returns the boxes whose labels are drawn, the selected one first: it always finds its place. @param {Shown[]} boxes @param {number} at */
function labelled(boxes, at) {
  const all = boxes.filter((b) => b.label && !b.faint), chosen = boxes[at];
  return all.includes(chosen) ? [chosen, ...all.filter((b) => b !== chosen)] : all;
}

/** Draws a label above the corner of its box, or where no other label lies below it. @param {CanvasRenderingContext2D} c @param {string} text @param {number} x @param {number} y @param {string} colour @param {number[][]} taken */
function tag(c, text, x, y, colour, taken) {
  c.globalAlpha = 1;
  c.font = '600 14px system-ui, sans-serif';
  const wide = c.measureText(text).width + 8, left = Math.max(0, Math.min(x, c.canvas.width - wide));
  const meets = (/** @type {number} */ at) => taken.some(([l, t, w]) => left < l + w && l < left + wide && Math.abs(at - t) < TALL);
  let top = Math.max(0, y - TALL);
  while (top < c.canvas.height - TALL && meets(top)) top++;
  if (meets(top)) return; // there is no room; the table has it
  taken.push([left, top, wide]);
  c.fillStyle = 'rgb(0 0 0 / .78)';
  c.fillRect(left, top, wide, TALL);
  c.fillStyle = colour;
  c.fillRect(left, top, 4, TALL);
  c.fillStyle = '#ffffff';
  c.fillText(text, left + 7, top + 14);
}
