// @ts-check
/** Slow motion of one training step: forwards, the loss, backwards, the update, layer by layer. */
import { askUntilDue, numbers } from './api.js';
import { html, say, shown } from './dom.js';
import './maps.js';

export class SlowMotion {
  /** @type {any} */ #view;
  /** @type {any} */ #back;
  /** @type {any} */ #next;
  #at = 0;
  #turn = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #draw;

  /** @param {() => void} draw draws the room anew */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Has Java compute a step, what comes back through it, and the step after it. @param {number} step @param {number} sample */
  async load(step, sample) {
    const turn = ++this.#turn;
    const view = await askUntilDue('train/at', { step, sample });
    const back = await askUntilDue('train/backward', { step, sample });
    const next = await askUntilDue('train/at', { step: step + 1, sample });
    if (turn !== this.#turn) return; // another step was asked for meanwhile
    this.#view = view;
    this.#back = back;
    this.#next = next;
    this.#go(0);
  }

  /** The phases in order. @returns {{name: string, kind: 'forward' | 'loss' | 'backward' | 'update', layer?: any}[]} */
  get #phases() {
    const forward = this.#view.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten'), back = this.#back.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten');
    return [...forward.map((/** @type {any} */ layer) => ({ name: `${layer.path} ${layer.kind}`, kind: 'forward', layer })), { name: 'loss', kind: 'loss' },
      ...back.reverse().map((/** @type {any} */ layer) => ({ name: `${layer.path} ${layer.kind}`, kind: 'backward', layer })), { name: 'update', kind: 'update' }];
  }

  /** @param {number} to */
  #go(to) {
    const phases = this.#phases;
    this.#at = Math.max(0, Math.min(phases.length - 1, to));
    const p = phases[this.#at];
    say(`${p.kind}, ${p.name}`);
    this.#draw();
  }

  #play() {
    if (this.#timer) {
      this.stop();
    } else {
      this.#timer = setInterval(() => (this.#at < this.#phases.length - 1 ? this.#go(this.#at + 1) : this.stop()), 900);
    }
    this.#draw();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  view() {
    if (!this.#view) return html`<p class="soft">One step of the training, taken apart: choose a step on the time line and begin.</p>`;
    const phases = this.#phases, p = phases[this.#at];
    return html`<p>Step <strong>${this.#view.at}</strong>, for the test sample that is looked at; the update is that of the whole batch.</p>
      <div class="row"><button @click=${() => this.#go(this.#at - 1)} ?disabled=${this.#at === 0}>◀ back</button><button class="next" @click=${() => this.#go(this.#at + 1)} ?disabled=${this.#at === phases.length - 1}>next ▶</button><button aria-pressed=${this.#timer ? 'true' : 'false'} @click=${() => this.#play()}>${this.#timer ? 'pause' : 'play'}</button></div>
      <ol class="phases">${phases.map((x, i) => html`<li class=${x.kind === 'backward' ? 'back' : ''}><button aria-pressed=${i === this.#at ? 'true' : 'false'} @click=${() => this.#go(i)}>${x.kind === 'backward' ? '← ' : ''}${x.name}</button></li>`)}</ol>
      <div class="phase-now">${this.#now(p)}</div>`;
  }

  /** @param {{name: string, kind: string, layer?: any}} p */
  #now(p) {
    if (p.kind === 'loss') return html`<p>The loss is −log of the share of <strong>${this.#view.label}</strong>: <output class="sample-loss">${shown(this.#back.loss)}</output></p>`;
    if (p.kind === 'update') {
      return html`<table class="updates"><thead><tr><th>weights<th class="number">norm<th class="number">change<th class="number">log₁₀ of their ratio</thead><tbody>${this.#next.weights.map((/** @type {any} */ w) => html`<tr><th scope="row">${w.name}<td class="number">${shown(w.norm)}<td class="number">${shown(w.change)}<td class="number">${shown(w.ratio)}</tr>`)}</tbody></table>`;
    }
    const from = p.kind === 'forward' ? this.#view : this.#back, l = p.layer, a = from.arrays[l.path];
    return html`<h3>${p.kind === 'forward' ? 'computes' : 'how the loss changes with what it computes'} <small>${l.shape}</small></h3>
      <fv-maps class=${p.kind} .layer=${{ path: `${l.path} ${p.kind}`, shape: a.shape, values: numbers(a), limit: l.limit, signed: p.kind === 'backward' || l.signed }}></fv-maps>`;
  }
}
