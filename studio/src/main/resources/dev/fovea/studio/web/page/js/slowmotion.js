// @ts-check
/** Slow motion of one training step: forwards, the loss, backwards, the update, layer by layer. */
import { askUntilDue, numbers } from './api.js';
import { html, parts, player, say, shown, t } from './dom.js';
import './maps.js';

/** What a phase is called. @param {string} name */
const kind = (name) => t(`slowmotion.kinds.${name}`);

export class SlowMotion {
  /** @type {any} */ #view;
  /** @type {any} */ #back;
  /** @type {any} */ #next;
  #at = 0;
  #turn = 0;
  #draw;
  #film;

  /** @param {() => void} draw draws the room anew */
  constructor(draw) {
    this.#draw = draw;
    this.#film = player(() => { const more = this.#at < this.#phases.length - 1; if (more) this.#go(this.#at + 1); return more; }, () => 900, draw);
  }

  /** Has Java compute a step, what comes back through it, and the step after it. @param {number} step @param {number} sample */
  async load(step, sample) {
    const turn = ++this.#turn, all = [];
    try {
      for (const [door, at] of [['at', step], ['backward', step], ['at', step + 1]]) all.push(await askUntilDue(`train/${door}`, { step: at, sample }));
    } catch (e) {
      if (turn === this.#turn) throw e;
    }
    if (turn !== this.#turn) return; // another step was asked for meanwhile
    [this.#view, this.#back, this.#next] = all;
    this.#go(0);
  }

  /** Another sample or training is looked at. */
  forget() {
    this.stop();
    this.#turn++;
    this.#view = undefined;
  }

  /** The phases in order. @returns {{name: string, kind: 'forward' | 'loss' | 'backward' | 'update', layer?: any}[]} */
  get #phases() {
    const forward = this.#view.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten'), back = this.#back.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten');
    return [...forward.map((/** @type {any} */ layer) => ({ name: `${layer.path} ${layer.kind}`, kind: 'forward', layer })), { name: kind('loss'), kind: 'loss' },
      ...back.reverse().map((/** @type {any} */ layer) => ({ name: `${layer.path} ${layer.kind}`, kind: 'backward', layer })), { name: kind('update'), kind: 'update' }];
  }

  /** @param {number} to */
  #go(to) {
    const phases = this.#phases;
    this.#at = Math.max(0, Math.min(phases.length - 1, to));
    const p = phases[this.#at];
    say(t('slowmotion.phase', { kind: kind(p.kind), name: p.name }));
    this.#draw();
  }

  stop() { this.#film.stop(); }

  view() {
    if (!this.#view) return html`<p class="soft">${t('slowmotion.about')}</p>`;
    const phases = this.#phases, p = phases[this.#at];
    return html`<p>${parts('slowmotion.step', { step: html`<strong>${this.#view.at}</strong>` })}</p>
      <div class="row"><button @click=${() => this.#go(this.#at - 1)} ?disabled=${this.#at === 0}>${t('common.back')}</button><button class="next" @click=${() => this.#go(this.#at + 1)} ?disabled=${this.#at === phases.length - 1}>${t('slowmotion.next')}</button>${this.#film.button()}</div>
      <ol class="phases">${phases.map((x, i) => html`<li class=${x.kind === 'backward' ? 'back' : ''}><button aria-pressed=${i === this.#at ? 'true' : 'false'} @click=${() => this.#go(i)}>${x.kind === 'backward' ? '← ' : ''}${x.name}</button></li>`)}</ol>
      <div class="phase-now">${this.#now(p)}</div>`;
  }

  /** @param {{name: string, kind: string, layer?: any}} p */
  #now(p) {
    if (p.kind === 'loss') return html`<p>${parts('slowmotion.lossIs', { class: html`<strong>${this.#view.label}</strong>`, loss: html`<output class="sample-loss">${shown(this.#back.loss)}</output>` })}</p>`;
    if (p.kind === 'update') {
      return html`<table class="updates"><thead><tr><th>${t('slowmotion.weights')}<th class="number">${t('slowmotion.norm')}<th class="number">${t('slowmotion.change')}<th class="number">${t('slowmotion.ratio')}</thead><tbody>${this.#next.weights.map((/** @type {any} */ w) => html`<tr><th scope="row">${w.name}<td class="number">${shown(w.norm)}<td class="number">${shown(w.change)}<td class="number">${shown(w.ratio)}</tr>`)}</tbody></table>`;
    }
    const from = p.kind === 'forward' ? this.#view : this.#back, l = p.layer, a = from.arrays[l.path];
    return html`<h3>${p.kind === 'forward' ? t('slowmotion.computes') : t('slowmotion.changes')} <small>${l.shape}</small></h3>
      <fv-maps class=${p.kind} .layer=${{ path: `${l.path} ${kind(p.kind)}`, shape: a.shape, values: numbers(a), limit: l.limit, signed: p.kind === 'backward' || l.signed }}></fv-maps>`;
  }
}
