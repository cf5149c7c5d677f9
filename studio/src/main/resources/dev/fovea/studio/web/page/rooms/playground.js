// @ts-check
/** The playground: a small network learns points of the plane. */
import { ask } from '../js/api.js';
import { CLASSES } from '../js/colour.js';
import { html, render, say, shown, still } from '../js/dom.js';
import '../js/maps.js';

const SIZE = 320, REACH = 6;

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const { kinds } = await ask('playground/options');
  const s = { kind: context.state.get('kind') ?? 'spirals', classes: Number(context.state.get('classes') ?? 2), noise: Number(context.state.get('noise') ?? 0.1),
    hidden: context.state.get('hidden') ?? '8,8', activation: context.state.get('activation') ?? 'tanh', rate: Number(context.state.get('rate') ?? 0.03), seed: Number(context.state.get('seed') ?? 1) };
  let id = '', playing = false, over = false;
  /** @type {any} */ let now;

  const layers = () => [...s.hidden.split(',').map(Number).filter((n) => n > 0).flatMap((units) => [{ type: 'dense', units }, { type: s.activation }]), { type: 'dense', units: s.classes }];

  async function begin() {
    try {
      id = (await ask('playground/begin', { ...s, layers: layers() })).id;
      context.remember({ kind: s.kind, classes: String(s.classes), noise: String(s.noise), hidden: s.hidden, activation: s.activation, rate: String(s.rate), seed: String(s.seed) });
      await go(0);
    } catch (e) {
      context.wrong(e, place);
    }
  }

  /** @param {number} count */
  async function go(count) {
    now = await ask('playground/go', { id, count });
    draw();
  }

  async function play() {
    playing = !playing;
    draw();
    try {
      while (playing && !over && !document.hidden) await go(5);
    } catch (e) {
      playing = false;
      context.wrong(e, place);
    }
    if (!over) say(`step ${now.step}, loss ${shown(now.loss)}`);
  }

  /** @param {keyof typeof s} name @param {string} label @param {number} [step] */
  const field = (name, label, step) => html`<label>${label} <input name=${name} type=${step ? 'number' : 'text'} step=${step ?? 'any'} .value=${String(s[name])}
    @change=${(/** @type {any} */ e) => { /** @type {any} */ (s)[name] = step ? Number(e.target.value) : e.target.value; begin(); }}></label>`;
  /** @param {'kind' | 'activation'} name @param {string[]} all */
  const choice = (name, all) => html`<label>${name} <select name=${name} @change=${(/** @type {any} */ e) => { s[name] = e.target.value; begin(); }}>${all.map((k) => html`<option ?selected=${k === s[name]}>${k}</option>`)}</select></label>`;

  function draw() {
    render(html`<h1>Playground</h1><p class="lead">A small network learns which class each point has. Every unit shows the plane as it sees it.</p>
      <div class="row">${choice('kind', kinds)} ${field('classes', 'classes', 1)} ${field('noise', 'noise', 0.1)} ${field('hidden', 'units of each layer')} ${choice('activation', ['tanh', 'relu', 'sigmoid', 'gelu'])} ${field('rate', 'rate', 0.01)} ${field('seed', 'seed', 1)}</div>
      <div class="row"><button class="main" aria-pressed=${playing ? 'true' : 'false'} @click=${play}>${playing ? 'pause' : 'learn'}</button><button @click=${() => go(1)}>one step</button><button @click=${() => go(100)}>100 steps</button><button @click=${begin}>anew</button>
        ${now ? html`<span class="soft" role="status">step <span class="mono step">${now.step}</span>${now.loss >= 0 ? html`, loss <span class="mono">${shown(now.loss)}</span>` : ''}, <strong class="right">${(100 * now.right).toFixed(1)} %</strong> right</span>` : ''}</div>
      <div class="columns"><figure class="card"><figcaption>the plane</figcaption><canvas class="plane" width=${SIZE} height=${SIZE} role="img" aria-label="the plane with its points and the classes that the network gives"></canvas></figure>
        <section class="card layers">${now ? now.layers.map((/** @type {any} */ l) => { const a = now.arrays[l.path], limit = a.values.reduce((/** @type {number} */ m, /** @type {number} */ v) => Math.max(m, Math.abs(v)), 0);
          return html`<div class="layer"><h2 class="minor">${l.path} · ${l.kind}</h2><fv-maps .layer=${{ path: l.path, shape: a.shape, values: a.values, limit, signed: true }}></fv-maps></div>`; }) : ''}</section></div>`, place);
    if (now) plane(/** @type {HTMLCanvasElement} */ (place.querySelector('canvas.plane')));
  }

  /** @param {HTMLCanvasElement} canvas */
  function plane(canvas) {
    const context2d = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const last = now.arrays[now.layers[now.layers.length - 1].path], [n, side] = last.shape, cell = SIZE / side;
    for (let i = 0; i < side * side; i++) {
      const logits = Array.from({ length: n }, (_, c) => last.values[c * side * side + i]), best = logits.indexOf(Math.max(...logits));
      const share = 1 / logits.reduce((t, v) => t + Math.exp(v - logits[best]), 0);
      context2d.fillStyle = '#fff';
      context2d.fillRect((i % side) * cell, Math.floor(i / side) * cell, cell + 1, cell + 1);
      context2d.globalAlpha = Math.max(0, (share - 1 / n) / (1 - 1 / n)) * 0.6;
      context2d.fillStyle = CLASSES[best];
      context2d.fillRect((i % side) * cell, Math.floor(i / side) * cell, cell + 1, cell + 1);
      context2d.globalAlpha = 1;
    }
    const { values: p } = now.arrays.places;
    for (let i = 0; i < p.length / 2; i++) {
      const label = now.arrays.labels.values[i], x = ((p[2 * i] / REACH + 1) * SIZE) / 2, y = ((1 - p[2 * i + 1] / REACH) * SIZE) / 2;
      context2d.fillStyle = CLASSES[label];
      context2d.strokeStyle = '#fff';
      context2d.beginPath();
      if (label % 2 === 0) context2d.arc(x, y, 4, 0, 7);
      else context2d.rect(x - 3.5, y - 3.5, 7, 7);
      context2d.fill();
      context2d.stroke();
    }
  }

  await begin();
  if (!still()) play();
  return () => { over = true; playing = false; };
}
