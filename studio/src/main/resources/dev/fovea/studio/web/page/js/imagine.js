// @ts-check
/** <fv-imagine>: the picture that a channel likes best, searched for in ways that the user chooses. */
import { ask } from './api.js';
import './curves.js';
import { html, parts, render, say, shown, t } from './dom.js';
import { drawArray } from './picture.js';

/** What keeps pictures from being noise, each with its bounds; 0 leaves it out. @type {[string, number, number][]} */
const PARTS = [['jitter', 32, 1], ['zoom', 0.5, 0.05], ['turn', 45, 1],
  ['blur', 64, 1], ['decay', 0.5, 0.001], ['variation', 10, 0.01]];

export class FvImagine extends HTMLElement {
  /** @type {import('./unit.js').Unit | undefined} */ #unit;
  /** @type {Record<string, any>} */ #way = { space: 'frequencies', steps: 64, jitter: 1, zoom: 0.1, turn: 10, blur: 0, decay: 0, variation: 0 };
  /** @type {any} */ #seen;
  #most = 512;
  #line = '';
  #busy = false;

  /** The channel, and the most steps that may be asked for. @param {{unit: import('./unit.js').Unit, most: number}} of */
  set of(of) {
    const other = JSON.stringify(of.unit) !== JSON.stringify(this.#unit);
    this.#unit = of.unit;
    this.#most = of.most;
    if (other) {
      this.#seen = undefined;
      this.#line = '';
      this.#way.steps = Math.min(64, of.most);
    }
    this.#draw();
  }

  async #imagine() {
    const u = /** @type {import('./unit.js').Unit} */ (this.#unit);
    this.#busy = true;
    this.#draw();
    try {
      const seen = await ask('unit/imagine', { model: u.question.model, path: u.path, channel: u.channel, ...this.#way });
      if (u !== this.#unit) return;
      this.#seen = seen;
      this.#line = '';
      say(t('imagine.said', { value: shown(seen.value) }));
    } catch (e) {
      if (u === this.#unit) this.#line = /** @type {Error} */ (e).message;
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }

  /** @param {string} name @param {string} label @param {number} most @param {number} step */
  #number(name, label, most, step) {
    return html`<label>${label} <input type="number" name=${`imagine-${name}`} min="0" max=${most} step=${step} .value=${String(this.#way[name])} @change=${(/** @type {any} */ e) => { this.#way[name] = Number(e.target.value); }}></label>`;
  }

  #draw() {
    const s = this.#seen;
    render(html`<details><summary>${t('imagine.title')}</summary>
      <p class="soft">${t('imagine.about')}</p>
      <div class="row"><label>${t('imagine.search')} <select name="imagine-space" @change=${(/** @type {any} */ e) => { this.#way.space = e.target.value; }}>${['frequencies', 'pixels'].map((x) => html`<option value=${x} ?selected=${x === this.#way.space}>${t(`imagine.spaces.${x}`)}</option>`)}</select></label>
        ${this.#number('steps', t('imagine.steps', { most: this.#most }), this.#most, 1)} ${PARTS.map(([name, most, step]) => this.#number(name, t(`imagine.settings.${name}`), most, step))}
        <button class="imagine" ?disabled=${this.#busy} @click=${() => this.#imagine()}>${t('imagine.imagine')}</button><span class="soft" role="status">${this.#busy ? t('imagine.searching') : ''}</span></div>
      ${this.#line ? html`<p class="wrong" role="alert">${this.#line}</p>` : ''}
      ${s ? html`<div class="row"><figure><figcaption>${parts('imagine.imagined', { value: html`<span class="mono imagined-value">${shown(s.value)}</span>` })}</figcaption><canvas class="pixels imagined otherwise" role="img" aria-label=${t('imagine.picture')}></canvas></figure>
        <figure><fv-curves .curves=${{ name: t('imagine.says'), xName: t('imagine.look'), height: 160, x: s.values.map((/** @type {number} */ _, /** @type {number} */ i) => i), lines: [{ name: t('imagine.mean'), values: s.values, colour: '#0072b2' }] }}></fv-curves></figure></div>` : ''}</details>`, this);
    if (s) drawArray(this.querySelector('canvas.otherwise'), s.arrays.pixels);
  }
}
customElements.define('fv-imagine', FvImagine);
