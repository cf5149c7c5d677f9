// @ts-check
/** <fv-imagine>: the picture that a channel likes best, searched for in ways that the user chooses. */
import { ask } from './api.js';
import './curves.js';
import { html, render, say, shown } from './dom.js';
import { drawPicture } from './picture.js';

/** What keeps pictures from being noise, each with its bounds; 0 leaves it out. @type {[string, string, number, number][]} */
const PARTS = [['jitter', 'moves by at most, pixels', 32, 1], ['zoom', 'scales by at most, share', 0.5, 0.05], ['turn', 'turns by at most, degrees', 45, 1],
  ['blur', 'blurs after each … steps, of pixels', 64, 1], ['decay', 'shrinks in each step by', 0.5, 0.001], ['variation', 'weight of differences between neighbours', 10, 0.01]];

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
      say(`it says ${shown(seen.value)}`);
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
    render(html`<details><summary>imagine it otherwise</summary>
      <p class="soft">A picture that only makes the number large is noise. Searching by frequencies, and asking that it survives being moved, scaled, turned or blurred, makes it one that can be looked at: 0 leaves a part out.</p>
      <div class="row"><label>search by <select name="imagine-space" @change=${(/** @type {any} */ e) => { this.#way.space = e.target.value; }}>${['frequencies', 'pixels'].map((x) => html`<option ?selected=${x === this.#way.space}>${x}</option>`)}</select></label>
        ${this.#number('steps', `steps, at most ${this.#most}`, this.#most, 1)} ${PARTS.map(([name, label, most, step]) => this.#number(name, label, most, step))}
        <button class="imagine" ?disabled=${this.#busy} @click=${() => this.#imagine()}>imagine</button><span class="soft" role="status">${this.#busy ? 'it is searched for …' : ''}</span></div>
      ${this.#line ? html`<p class="wrong" role="alert">${this.#line}</p>` : ''}
      ${s ? html`<div class="row"><figure><figcaption>imagined so, at <span class="mono imagined-value">${shown(s.value)}</span></figcaption><canvas class="pixels imagined otherwise" role="img" aria-label="the picture that was found"></canvas></figure>
        <figure><fv-curves .curves=${{ name: 'what it says', xName: 'look', height: 160, x: s.values.map((/** @type {number} */ _, /** @type {number} */ i) => i), lines: [{ name: 'mean of the channel', values: s.values, colour: '#0072b2' }] }}></fv-curves></figure></div>` : ''}</details>`, this);
    if (!s) return;
    const [height, width, channels] = s.arrays.pixels.shape;
    drawPicture(/** @type {HTMLCanvasElement} */ (this.querySelector('canvas.otherwise')), { height, width, channels, values: s.arrays.pixels.values });
  }
}
customElements.define('fv-imagine', FvImagine);
