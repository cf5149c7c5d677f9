// @ts-check
/** <fv-experiment>: a few settings, and what Java computes of them: numbers, tables, curves and pictures. */
import { askStill } from '../js/api.js';
import '../js/bars.js';
import { CLASSES } from '../js/colour.js';
import '../js/curves.js';
import { html, newest, render, say, shown, t } from '../js/dom.js';
import '../js/grid.js';
import { drawArray } from '../js/picture.js';
import { branch } from '../js/texts.js';

/**
 * A setting: one of some options, or a number between two ends. What it is called stands in the texts, under its experiment.
 * @typedef {{name: string, value: string | number, options?: (string | number)[], min?: number, max?: number, step?: number}} Control
 * @typedef {{name: string, controls?: Control[], fixed?: Record<string, unknown>, button?: boolean}} Asked
 */

/** A setting with options. @param {string} name @param {(string | number)[]} options @param {string | number} value @returns {Control} */
export const choice = (name, options, value = options[0]) => ({ name, options, value });

/** A setting with a number. @param {string} name @param {number} min @param {number} max @param {number} value @param {number} step @returns {Control} */
export const range = (name, min, max, value, step = 1) => ({ name, min, max, value, step });

export class FvExperiment extends HTMLElement {
  /** @type {Asked | undefined} */ #asked;
  /** @type {Record<string, string | number>} */ #values = {};
  /** @type {any} */ #answer;
  #line = '';
  #busy = false;
  /** @type {string[]} */ #urls = [];

  /** What is asked: an experiment by name and its settings. @param {Asked} asked */
  set asked(asked) {
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#values = Object.fromEntries((asked.controls ?? []).map((c) => [c.name, c.value]));
    this.#answer = undefined;
    this.#line = '';
    if (this.isConnected) this.#begin();
  }

  connectedCallback() {
    this.#begin();
  }

  disconnectedCallback() {
    this.#forget();
  }

  #begin() {
    this.#draw();
    if (this.#asked && !this.#asked.button) this.#compute(undefined);
  }

  /** What lasts begins by a button; all else follows its settings. */
  #compute = newest(async () => {
    const asked = this.#asked, begun = { ...this.#values };
    if (!asked) return;
    this.#busy = true;
    this.#draw();
    try {
      const answer = await askStill(`lessons/${asked.name}`, () => (asked === this.#asked ? { ...asked.fixed, ...(asked.button ? begun : this.#values) } : {}));
      this.#answer = answer ?? this.#answer;
      this.#line = '';
      if (answer) say(Object.entries(answer.numbers).map(([name, x]) => `${name} ${shown(/** @type {number} */ (x))}`).join(', ').slice(0, 200));
    } catch (e) {
      this.#line = /** @type {Error} */ (e).message;
    }
    this.#busy = false;
    this.#draw();
  });

  /** @param {Control} c @param {string} text */
  #set(c, text) {
    this.#values[c.name] = typeof c.value === 'number' ? Number(text) : text;
    if (this.#asked?.button) this.#draw();
    else this.#compute(undefined);
  }

  /** @param {Control} c */
  #control(c) {
    const value = this.#values[c.name], words = branch(`experiments.${this.#asked?.name}`);
    return c.options
      ? html`<label>${words[c.name]} <select name=${c.name} @change=${(/** @type {any} */ e) => this.#set(c, e.target.value)}>${c.options.map((o) => html`<option value=${o} ?selected=${o === value}>${words.options?.[o] ?? o}</option>`)}</select></label>`
      : html`<label>${words[c.name]} <input type="range" name=${c.name} min=${c.min} max=${c.max} step=${c.step} .value=${String(value)} @change=${(/** @type {any} */ e) => this.#set(c, e.target.value)}> <output>${value}</output></label>`;
  }

  #draw() {
    const asked = this.#asked, a = this.#answer;
    if (!asked || !this.isConnected) return;
    this.#forget();
    render(html`<section class="card" aria-busy=${this.#busy ? 'true' : 'false'}><div class="row">${(asked.controls ?? []).map((c) => this.#control(c))}
        ${asked.button ? html`<button class="main run" ?disabled=${this.#busy} @click=${() => this.#compute(undefined)}>${t(`experiments.${asked.name}.button`)}</button>` : ''}
        <span class="soft" role="status">${this.#busy ? t('experiment.computing') : ''}</span></div>
      ${this.#line ? html`<p class="wrong" role="alert">${this.#line}</p>` : ''}
      ${a ? html`<dl class="numbers">${Object.entries(a.numbers).map(([name, x]) => html`<div><dt>${name}</dt><dd><output data-number=${name} data-value=${x}>${text(/** @type {number} */ (x))}</output></dd></div>`)}</dl>
        <div class="figures">${a.figures.map((/** @type {any} */ f) => html`<figure class=${f.kind}><figcaption>${f.name}</figcaption>${this.#figure(f)}</figure>`)}</div>` : ''}</section>`, this);
    this.querySelectorAll('canvas[data-array]').forEach((c) => drawArray(c, a.arrays[/** @type {HTMLElement} */ (c).dataset.array ?? '']));
  }

  /** @param {any} f */
  #figure(f) {
    switch (f.kind) {
      case 'table': return html`<div class="scroll"><table><thead><tr>${f.head.map((/** @type {string} */ h) => html`<th scope="col">${h}</th>`)}</tr></thead>
        <tbody>${f.rows.map((/** @type {any[]} */ row) => html`<tr>${row.map((x) => html`<td class=${typeof x === 'number' ? 'number' : ''}>${typeof x === 'number' ? text(x) : x}</td>`)}</tr>`)}</tbody></table></div>`;
      case 'grid': return html`<fv-grid .grid=${{ name: f.name, rows: f.rows }}></fv-grid>`;
      case 'curves': return html`<fv-curves .curves=${{ name: f.name, xName: f.xName, x: f.x, log: f.log, height: 260,
        lines: f.lines.map((/** @type {any} */ l, /** @type {number} */ i) => ({ ...l, colour: CLASSES[i], dash: i % 2 ? [6, 4] : undefined })) }}></fv-curves>`;
      case 'shares': return html`<fv-bars .entries=${f.entries}></fv-bars>`;
      case 'pictures': return html`<ul class="pictures">${f.pictures.map((/** @type {any} */ p) => html`<li><canvas class="pixels" data-array=${p.array} role="img" aria-label=${t('experiment.ofPictures', { figure: f.name, picture: p.name })}></canvas><small>${p.name}</small></li>`)}</ul>`;
      default: return html`<div class="scroll"><img class="drawing" alt=${t('experiment.drawing', { figure: f.name })} src=${this.#url(f.svg)}></div>`;
    }
  }

  /** @param {string} svg */
  #url(svg) {
    this.#urls.push(URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })));
    return this.#urls[this.#urls.length - 1];
  }

  #forget() {
    this.#urls.splice(0).forEach((u) => URL.revokeObjectURL(u));
  }
}
customElements.define('fv-experiment', FvExperiment);

/** Returns a number of any size as a reader expects it: whole ones with all digits. @param {number} x */
function text(x) {
  return (Number.isInteger(x) || Math.abs(x) >= 1000 ? Math.round(x).toLocaleString('en') : shown(x)).replace('-', '−');
}
