// @ts-check
/** The playground: a small network learns points of the plane. */
import { ask, keep } from '../js/api.js';
import { html, parts, render, say, shown, still, t } from '../js/dom.js';
import '../js/maps.js';
import '../js/plane.js';

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const { kinds, most, optimizers } = await ask('playground/options');
  const s = { kind: context.state.get('kind') ?? 'spirals', classes: Number(context.state.get('classes') ?? 2), noise: Number(context.state.get('noise') ?? 0.1),
    hidden: context.state.get('hidden') ?? '8,8', activation: context.state.get('activation') ?? 'tanh', dropout: Number(context.state.get('dropout') ?? 0), optimizer: context.state.get('optimizer') ?? 'adam', formula: context.state.get('formula') ?? 'sin(x) > y / 3', rate: Number(context.state.get('rate') ?? 0.03), seed: Number(context.state.get('seed') ?? 1) };
  /** x, y and class of each point that the user has set. @type {number[][]} */
  let own = [];
  try {
    own = read(context.state.get('points') ?? '', ';');
  } catch (e) {
    context.wrong(e, place);
  }
  let id = '', begun = 0, playing = false, over = false, chosen = 0, csv = '';
  /** @type {any} */ let now;

  /** The hidden layers, each with units and, where one is named, an activation of its own: 8, 4 relu. */
  const hidden = () => s.hidden.split(',').map((part) => part.trim().split(/\s+/)).filter(([units]) => Number(units) > 0)
    .flatMap(([units, own]) => [{ type: 'dense', units: Number(units) }, { type: own ?? s.activation }, ...(s.dropout > 0 ? [{ type: 'dropout', rate: s.dropout }] : [])]);
  const layers = () => [...hidden(), { type: 'dense', units: s.classes }];

  /** What the address tells of the settings. @returns {Record<string, string>} */
  const settings = () => ({ ...(s.kind === 'own' ? { points: own.map((p) => p.join()).join(';') } : {}), kind: s.kind, classes: String(s.classes), noise: String(s.noise), hidden: s.hidden, activation: s.activation, rate: String(s.rate), seed: String(s.seed), ...(s.dropout > 0 ? { dropout: String(s.dropout) } : {}), ...(s.optimizer === 'adam' ? {} : { optimizer: s.optimizer }), ...(s.kind === 'formula' ? { formula: s.formula } : {}) });

  /** Begins with the settings as they are. What still comes for an earlier beginning is dropped; the address follows what is shown. */
  async function begin() {
    const mine = ++begun, told = settings();
    id = ''; // until the studio has begun anew
    try {
      if (s.kind === 'own' && own.length === 0) {
        now = undefined;
        playing = false;
        draw();
        return;
      }
      const answer = await ask('playground/begin', { ...s, layers: layers(), points: own.flat() });
      if (mine !== begun) return;
      id = answer.id;
      place.querySelector(':scope > .wrong')?.remove();
      await go(0);
      if (mine === begun) context.remember(told);
    } catch (e) {
      if (mine === begun) context.wrong(e, place);
    }
  }

  /** Takes other points of the user's. @param {number[][]} points */
  function take(points) {
    own = points.slice(0, most);
    say(t('playground.points', { points: own.length }));
    return begin();
  }

  /** Takes the nearest point out. @param {number} x @param {number} y */
  function without(x, y) {
    const far = own.map((p) => Math.hypot(p[0] - x, p[1] - y)), nearest = far.indexOf(Math.min(...far));
    return own.filter((_, i) => i !== nearest);
  }

  /** The points that are learned. */
  const points = () => (s.kind === 'own' || !now ? own : Array.from(now.arrays.labels.values, (label, i) => [now.arrays.places.values[2 * i], now.arrays.places.values[2 * i + 1], label]));

  /** Goes on with other points; one's own begin with those that are there. @param {string} kind */
  function choose(kind) {
    if (kind === 'own' && own.length === 0) own = points().map((p) => p.map((v) => Math.round(100 * v) / 100));
    s.kind = kind;
    return begin();
  }

  const attempt = (/** @type {() => Promise<void>} */ work) => work().catch((e) => context.wrong(e, place));

  /** @param {number} count */
  async function go(count) {
    const mine = begun;
    if (!id) return new Promise((later) => setTimeout(later, 20));
    try {
      const answer = await ask('playground/go', { id, count });
      if (mine !== begun) return;
      now = answer;
      draw();
    } catch (e) {
      if (mine === begun) throw e;
    }
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
    if (!over && now) say(t('playground.said', { step: now.step, loss: shown(now.loss) }));
  }

  /** @param {keyof typeof s} name @param {number} [step] */
  const field = (name, step) => html`<label>${t(`playground.settings.${name}`)} <input name=${name} type=${step ? 'number' : 'text'} step=${step ?? 'any'} .value=${String(s[name])}
    @change=${(/** @type {any} */ e) => { /** @type {any} */ (s)[name] = step ? Number(e.target.value) : e.target.value; begin(); }}></label>`;
  /** @param {'kind' | 'activation' | 'optimizer'} name @param {string[]} all */
  const choice = (name, all) => html`<label>${t(`playground.settings.${name}`)} <select name=${name} @change=${(/** @type {any} */ e) => (name === 'kind' ? choose(e.target.value) : ((s[name] = e.target.value), begin()))}>${all.map((k) => html`<option ?selected=${k === s[name]}>${k}</option>`)}</select></label>`;

  /** How far the network has learned. */
  function status() {
    const step = html`<span class="mono step">${now.step}</span>`, right = html`<strong class="right">${(100 * now.right).toFixed(1)} %</strong>`;
    return now.loss >= 0 ? parts('playground.statusLoss', { step, loss: html`<span class="mono">${shown(now.loss)}</span>`, right }) : parts('playground.status', { step, right });
  }

  function draw() {
    render(html`<h1>${t('playground.title')}</h1><p class="lead">${t('playground.lead')}</p>
      <div class="row">${choice('kind', kinds)} ${field('classes', 1)} ${s.kind === 'formula' ? field('formula') : ''} ${field('noise', 0.1)} ${field('hidden')} ${choice('activation', ['tanh', 'relu', 'sigmoid', 'gelu'])} ${field('dropout', 0.05)} ${choice('optimizer', optimizers)} ${field('rate', 0.01)} ${field('seed', 1)}</div>
      <div class="row"><button class="main" aria-pressed=${playing ? 'true' : 'false'} @click=${play}>${playing ? t('common.pause') : t('playground.learn')}</button><button @click=${() => attempt(() => go(1))}>${t('playground.oneStep')}</button><button @click=${() => attempt(() => go(100))}>${t('playground.hundredSteps')}</button><button @click=${begin}>${t('playground.anew')}</button>
        ${now ? html`<button @click=${() => attempt(async () => keep('MyNetwork.java', (await ask('playground/source', { id })).java))}>${t('common.java')}</button>${['safetensors', 'onnx'].map((format) => html`<button @click=${() => attempt(async () => keep(`playground.${format}`, await ask('playground/save', { id, format })))}>${format}</button>`)}` : ''}
        ${now ? html`<span class="soft" role="status">${status()}</span>` : ''}</div>
      ${s.kind === 'formula' ? html`<p class="soft">${t('playground.formula')}</p>` : ''}
      <div class="columns"><figure class="card"><figcaption>${t('playground.plane')}</figcaption>
          <fv-plane .plane=${{ points: points(), logits: now && now.arrays[now.layers[now.layers.length - 1].path], editable: s.kind === 'own' }} @set=${(/** @type {CustomEvent} */ e) => take([...own, [e.detail.x, e.detail.y, chosen]])} @take=${(/** @type {CustomEvent} */ e) => take(without(e.detail.x, e.detail.y))}></fv-plane>
          ${s.kind === 'own' ? setter() : ''}</figure>
        <section class="card layers">${now ? now.layers.map((/** @type {any} */ l) => { const a = now.arrays[l.path], limit = a.values.reduce((/** @type {number} */ m, /** @type {number} */ v) => Math.max(m, Math.abs(v)), 0);
          return html`<div class="layer"><h2 class="minor">${l.path} · ${l.kind}</h2><fv-maps .layer=${{ path: l.path, kind: l.kind, shape: a.shape, values: a.values, limit, signed: true }}></fv-maps></div>`; }) : ''}</section></div>`, place);
  }

  /** What sets points: a class for the pointer and the keys, and text. */
  function setter() {
    return html`<div class="row" role="group" aria-label=${t('playground.newClass')}>${Array.from({ length: s.classes }, (_, i) => html`<button name=${`class-${i}`} aria-pressed=${chosen === i ? 'true' : 'false'} @click=${() => { chosen = i; draw(); }}>${t('playground.classNumber', { number: i })}</button>`)}
        <button @click=${() => take([])}>${t('playground.clear')}</button></div>
      <p class="soft">${parts('playground.own', { points: html`<span class="mono own">${own.length}</span>`, most })}</p>
      <details><summary>${t('playground.asText')}</summary><label>${t('playground.lines')} <textarea name="csv" rows="6" .value=${csv || own.map((p) => p.join(', ')).join('\n')} @change=${(/** @type {any} */ e) => { csv = e.target.value; }}></textarea></label>
        <button class="take-text" @click=${() => attempt(async () => { const text = csv; csv = ''; await take(read(text, '\n')); })}>${t('playground.take')}</button></details>`;
  }

  await begin();
  if (!still()) play();
  return () => { over = true; playing = false; };
}

/** Returns the points of a text: x, y and class, parted by commas, blanks or tabs; @param {string} text @param {string} end */
function read(text, end) {
  return text.split(end).filter((line) => line.trim()).map((line) => {
    const [x, y, label] = line.trim().split(/[\s,]+/).map(Number);
    if (![x, y, label].every(Number.isFinite)) throw new Error(t('playground.expected', { line: line.trim() }));
    return [x, y, label];
  });
}
