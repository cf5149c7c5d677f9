// @ts-check
/** <fv-unit>: the card of a unit: what it looks for, what it reads, its weights, and how it is computed. */
import { askUntilDue, numbers } from './api.js';
import { html, nothing, render, say, shown, t } from './dom.js';
import './imagine.js';
import { FvMaps } from './maps.js';
import { drawArray, drawSamples } from './picture.js';

/**
 * A unit: the door that answers with its card, what is asked there beside path and channel, and the place that was chosen.
 * Where the question names no picture, `place` returns what the numbers of a place are asked with beside it.
 * @typedef {{door: string, question: Record<string, any>, place?: () => Promise<Record<string, any>>, path: string, channel: number, row: number, column: number}} Unit
 */

export class FvUnit extends HTMLElement {
  /** The map of the channel, where it is not beside the card. @type {import('./maps.js').Layer | undefined} */ map;
  /** @type {Unit | undefined} */ #unit;
  /** @type {any} */ #card;
  #line = '';

  /** @param {Unit} unit */
  set unit(unit) {
    if (JSON.stringify(unit) === JSON.stringify(this.#unit)) return;
    this.#unit = unit;
    this.#load(unit);
  }

  /** @param {Unit} unit */
  async #load(unit) {
    this.#card = undefined;
    this.#line = '';
    this.#draw();
    try {
      const card = await askUntilDue(unit.door, { ...unit.question, path: unit.path, channel: unit.channel });
      if (unit !== this.#unit) return;
      this.#card = card;
      say(t('unit.patches', { channel: unit.channel + 1, layer: unit.path, patches: card.strengths.length, value: shown(card.strengths[0] ?? NaN) }));
    } catch (e) {
      if (unit !== this.#unit) return;
      this.#line = /** @type {Error} */ (e).message;
    }
    this.#draw();
  }

  /** Opens the Convolution room with the weights of this unit and what it reads at its place. */
  async #arithmetic() {
    const u = /** @type {Unit} */ (this.#unit);
    try {
      const a = await askUntilDue(u.door.replace(/[a-z]+$/, 'arithmetic'), { ...u.question, ...await u.place?.(), path: u.path, channel: u.channel, row: u.row, column: u.column });
      if (u !== this.#unit || !this.isConnected) return;
      const at = t('unit.at', { layer: u.path, channel: u.channel + 1, row: u.row + 1, column: u.column + 1 });
      const of = a.all > a.setting.channels ? t('unit.atSome', { at, channels: a.setting.channels, all: a.all, sum: shown(a.sum) }) : at;
      /** @type {HTMLDialogElement | null} */ (this.closest('dialog'))?.close();
      location.hash = `#${new URLSearchParams({ room: 'convolution', tab: 'channels', of, setting: JSON.stringify(a.setting) })}`;
    } catch (e) {
      if (u !== this.#unit) return;
      this.#line = /** @type {Error} */ (e).message;
      this.#draw();
    }
  }

  #formula() {
    const [cin, kh, kw] = this.#card.arrays.kernel?.shape ?? [];
    if (!cin) return html`<p class="soft">${this.#card.kind}, ${this.#card.shape}</p>`;
    const after = this.#card.activation.toLowerCase();
    return html`<p class="formula"><math><mi>y</mi><mo>=</mo>${after ? html`<mi>${after}</mi><mo>(</mo>` : nothing}<munder><mo>∑</mo><mrow><mi>i</mi><mo>,</mo><mi>j</mi><mo>,</mo><mi>c</mi></mrow></munder><msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi><mi>c</mi></mrow></msub><msub><mi>x</mi><mrow><mi>i</mi><mi>j</mi><mi>c</mi></mrow></msub><mo>+</mo><mi>b</mi>${after ? html`<mo>)</mo>` : nothing}</math>
      <span class="soft">${t('unit.over', { height: kh, width: kw, count: cin })}</span></p>`;
  }

  #draw() {
    const u = this.#unit, c = this.#card;
    if (!u) return;
    const maps = (/** @type {string} */ name, /** @type {string} */ path, /** @type {boolean} */ signed) => {
      const a = c.arrays[name], values = numbers(a);
      return html`<fv-maps .layer=${{ path, shape: a.shape, values, limit: values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-12), signed }}></fv-maps>`;
    };
    render(html`<section class="unit" aria-label=${t('unit.card')}><h2>${t('unit.looksFor', { channel: u.channel + 1, layer: u.path })}</h2>
      ${this.#line ? html`<p class="wrong" role="alert">${this.#line}</p>` : ''}
      ${c ? html`${c.strengths.length ? html`<ul class="wrong-ones">${c.strengths.map((/** @type {number} */ s, /** @type {number} */ i) => html`<li><canvas class="pixels" data-picture=${i}></canvas><span class="mono">${shown(s)}</span></li>`)}</ul>` : html`<p class="soft">${t('unit.whole')}</p>`}
        <div class="row">${this.map ? html`<figure><figcaption>${t('unit.map')}</figcaption><fv-maps class="own-map" .layer=${this.map}></fv-maps></figure>` : ''}
        ${c.arrays.projected ? html`<figure><figcaption>${t('unit.projected')}</figcaption><canvas class="pixels imagined projected" role="img" aria-label=${t('unit.projected')}></canvas></figure>` : ''}
        <figure><figcaption>${t('unit.imagines', { value: shown(c.value) })}</figcaption><canvas class="pixels imagined" role="img" aria-label=${t('unit.picture')}></canvas></figure>
        ${c.arrays.field ? html`<figure><figcaption>${c.sees.length ? t('unit.sees', { height: c.sees[0], width: c.sees[1] }) : t('unit.seesMostly')}</figcaption>${maps('field', t('unit.field'), false)}</figure>` : ''}
        ${c.arrays.kernel ? html`<figure><figcaption>${t('unit.weights')}</figcaption>${maps('kernel', t('common.weights'), true)}</figure>` : ''}</div>
        ${u.door === 'unit/card' ? html`<fv-imagine .of=${{ unit: u, most: c.mostSteps }}></fv-imagine>` : ''}
        ${this.#formula()}
        ${c.arrays.kernel && u.row >= 0 && (u.question.picture || u.place) ? html`<div class="row"><button class="arithmetic" @click=${() => this.#arithmetic()}>${t('unit.arithmetic', { row: u.row + 1, column: u.column + 1 })}</button></div>` : ''}` : this.#line ? '' : html`<p class="soft" role="status">…</p>`}</section>`, this);
    if (!c) return;
    drawSamples(this, c.arrays.pictures);
    drawArray(this.querySelector('canvas.imagined:not(.projected)'), c.arrays.pixels);
    if (c.arrays.projected) drawArray(this.querySelector('canvas.projected'), c.arrays.projected);
  }
}
customElements.define('fv-unit', FvUnit);

/** Shows a card over the room; Escape closes it, as the button does. @param {Unit} unit @param {import('./maps.js').Layer} [map] */
export function openCard(unit, map) {
  const dialog = document.createElement('dialog');
  dialog.className = 'card';
  dialog.setAttribute('aria-label', t('unit.card'));
  render(html`<form method="dialog" class="row"><button>${t('unit.close')}</button></form><fv-unit .map=${map} .unit=${unit}></fv-unit>`, dialog);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Opens the card of whatever unit is chosen in maps whose room says what they are of. @param {Event} e */
export function openChosen(e) {
  const maps = e.target, d = /** @type {CustomEvent} */ (e).detail;
  if (!(maps instanceof FvMaps) || !maps.layer?.of || d.map < 0) return;
  openCard({ ...maps.layer.of, path: maps.layer.path, channel: d.map, row: d.row, column: d.column }, maps.selected);
}
