// @ts-check
/** The room of explanations: many methods on one picture, and how far to trust them. */
import { ask, askStill, listen } from '../js/api.js';
import { atlas } from '../js/atlas.js';
import '../js/bars.js';
import { colourOf } from '../js/boxes.js';
import { drawMap, legend } from '../js/colour.js';
import { covering } from '../js/cover.js';
import { dictionary } from '../js/dictionary.js';
import '../js/curves.js';
import '../js/maps.js';
import { html, parts, render, say, shown, t } from '../js/dom.js';
import { inspect } from '../js/inspector.js';
import { chooser, drawArray, networks, pictures } from '../js/picture.js';
import { known } from '../js/rooms.js';

/** The network that learns digits while the studio is open: its explanations change when it has. */
const DIGITS = 'lenet5-digits';
const WALL = ['grad-cam', 'layer-cam', 'guided-backprop', 'integrated-gradients', 'occlusion', 'saliency'];

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let offer = await ask('explain/models');
  let all = await pictures();
  const state = {
    model: known(offer.models, context.state.get('model')) ?? offer.models[offer.models.length - 1].id,
    picture: known(all, context.state.get('picture')) ?? all[all.length - 1].id,
    cls: Number(context.state.get('class') ?? -1), score: context.state.get('score') ?? '', layer: context.state.get('layer') ?? '', method: context.state.get('method') ?? 'grad-cam', own: context.state.get('colours') === 'own',
  };
  /** @type {any} */ let predicted;
  /** @type {Record<string, any>} */ let maps = {};
  /** @type {any} */ let curve, check;
  let busy = '', round = 0;

  const subject = () => ({ model: state.model, picture: state.picture, ...(state.score === '' ? {} : { score: Number(state.score) }) });
  const question = (/** @type {string} */ method) => ({ ...subject(), class: state.cls, method, ...(state.layer ? { layer: state.layer } : {}) });
  const remember = () => context.remember({ model: state.model, picture: state.picture, method: state.method, class: String(state.cls), ...(state.score === '' ? {} : { score: state.score }), ...(state.layer ? { layer: state.layer } : {}), ...(state.own ? { colours: 'own' } : {}) });
  const cover = covering({ question: () => ({ ...subject(), class: state.cls }), extent: () => predicted.arrays.pixels.shape, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  const channels = dictionary({ subject: () => ({ model: state.model, picture: state.picture }), layer: () => state.layer || maps['grad-cam']?.layer || predicted.layers[predicted.layers.length - 1], extent: () => predicted.arrays.pixels.shape, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  const laid = atlas({ subject: () => ({ model: state.model, picture: state.picture }), layers: () => predicted.layers, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  async function predict() {
    try {
      const answer = await askStill('explain/predict', subject);
      if (!answer) return;
      predicted = answer;
      const known = predicted.kind === 'classes' ? state.cls >= 0 : predicted.top.some((/** @type {any} */ t) => t.number === state.cls);
      if (!known) state.cls = predicted.top[0]?.number ?? -1;
      if (!predicted.layers.includes(state.layer)) state.layer = '';
      await wall();
    } catch (e) {
      context.wrong(e, place);
    }
  }

  /** Asks for one method after the other, and shows each as it comes. */
  async function wall() {
    const mine = ++round;
    maps = {};
    curve = check = undefined;
    busy = '';
    remember();
    draw();
    inspect(place); // what was selected was of another question
    if (state.cls < 0) return;
    cover.begin();
    channels.begin();
    for (const method of new Set([state.method, ...WALL])) {
      busy = method;
      draw();
      try {
        const map = await ask('explain/explain', question(method));
        if (mine !== round) return;
        maps[method] = map;
        if (method === state.method) told();
      } catch (e) {
        if (mine !== round) return;
        maps[method] = { problem: /** @type {Error} */ (e).message };
      }
    }
    busy = '';
    say(t('explain.done'));
    draw();
  }

  /** @param {number} number */
  const choose = (number) => { state.cls = number; wall(); };

  /** The picture as the network takes it, with what it finds there. */
  function seen() {
    const [height, width] = predicted.arrays.pixels.shape;
    const boxes = predicted.top.filter((/** @type {any} */ t) => t.box).map((/** @type {any} */ t) => ({ label: t.name, score: t.share, box: t.box, colour: colourOf(t.number), faint: t.number !== state.cls }));
    const scene = { name: t('common.thePicture'), height, width, pixels: predicted.arrays.pixels, regions: predicted.arrays.regions, boxes: [...boxes, ...cover.boxes(), ...channels.boxes()], keys: cover.keys() ?? channels.keys() };
    return html`<fv-boxes class="seen" .scene=${scene} @point=${(/** @type {CustomEvent} */ e) => { cover.point(e); channels.point(e); }} @move=${(/** @type {CustomEvent} */ e) => { cover.move(e); channels.move(e); }} @pick=${(/** @type {CustomEvent} */ e) => { if (predicted.top[e.detail.box]?.box) choose(e.detail.box); }}></fv-boxes>`;
  }

  const trust = async (/** @type {'deletion' | 'check'} */ what) => {
    busy = what;
    draw();
    try {
      const answer = await askStill(`explain/${what}`, () => question(state.method));
      if (what === 'deletion') curve = answer ?? curve;
      else check = answer ?? check;
    } catch (e) {
      context.wrong(e, place);
    } finally {
      busy = busy === what ? '' : busy;
      draw();
    }
  };

  /** Tells the inspector of the chosen method. */
  function told() {
    const m = maps[state.method];
    if (m && !m.problem) inspect(place, { title: state.method, facts: [[t('explain.asks'), t(`explain.about.${state.method}`)], [t('common.layer'), m.layer || t('explain.all')], ...Object.entries(m.figures ?? {})], numbers: [[t('explain.map'), m.arrays.map.values]] });
  }

  /** @param {string} method */
  function tile(method) {
    const m = maps[method];
    const figures = Object.entries(m?.figures ?? {}).map(([name, value]) => `${name} ${shown(/** @type {number} */ (value))}`).join(', ');
    return html`<figure class="card tile"><button class="plain" aria-pressed=${method === state.method} @click=${() => { state.method = method; curve = check = undefined; remember(); draw(); told(); }}>
        <span class="stage pixels"><canvas data-method=${method} role="img" aria-label=${t('explain.ofPicture', { method })}></canvas></span><strong>${method}</strong></button>
      <figcaption class="soft">${t(`explain.about.${method}`)}${m?.problem ? html`<br><span class="bad">${m.problem}</span>` : m ? html`<br><span class="mono">${shown(m.lo)} … ${shown(m.hi)}</span>${figures ? html`<br>${figures}` : ''}${m.layer ? html`<br>${t('explain.layer', { layer: m.layer })}` : ''}${m.notice ? html`<br><strong>${m.notice}</strong>` : ''}` : html`<br>…`}</figcaption></figure>`;
  }

  /** The map of the chosen method, place by place: by pointer, by keys and as a table. */
  function places() {
    const m = maps[state.method];
    return m?.arrays ? html`<fv-maps class="chosen" .tall=${200} .layer=${{ path: state.method, shape: [1, ...m.arrays.map.shape], values: m.arrays.map.values, limit: Math.max(m.hi, -m.lo), signed: true }}></fv-maps>` : '';
  }

  function draw() {
    const shownMethods = [...new Set([state.method, ...WALL])];
    render(html`<h1>${t('explain.title')}</h1>
      <p class="lead">${t('explain.lead')}</p>
      <div class="row">${networks(offer.models, state.model, async (id) => { state.model = id; state.cls = -1; state.score = ''; offer = await ask('explain/models'); await predict(); }, (e) => context.wrong(e, place))}
        ${chooser(all, state.picture, async (id) => { state.picture = id; state.cls = -1; state.score = ''; all = await pictures(); await predict(); }, (e) => context.wrong(e, place))}</div>
      ${predicted ? html`<div class="explain-columns"><section class="card"><h2>${t('explain.seen')} <small>${predicted.input}</small></h2>
          ${seen()}${cover.panel()}${predicted.layers.length ? channels.panel() : ''}
          <h2>${predicted.kind === 'classes' ? t('explain.says') : t('explain.finds')}</h2><fv-bars .entries=${predicted.top.map((/** @type {any} */ t) => ({ name: t.name, share: t.share }))}></fv-bars>
          ${predicted.kind === 'boxes' ? html`<div class="row"><label>${t('common.leastScore')} <input type="number" name="score" min="0" max="1" step="any" placeholder=${t('explain.usual')} .value=${state.score} @change=${(/** @type {any} */ e) => { state.score = e.target.value; predict(); }}></label></div>` : ''}
          ${predicted.top.length ? '' : html`<p class="soft">${t('explain.nothing')}</p>`}
          <div class="row"><label>${t(`explain.choose.${predicted.kind}`)} <select name="class" @change=${(/** @type {any} */ e) => choose(Number(e.target.value))}>${predicted.top.map((/** @type {any} */ t) => html`<option value=${t.number} ?selected=${t.number === state.cls}>${predicted.kind === 'boxes' ? `${t.number + 1}, ` : ''}${t.name}</option>`)}</select></label>
            ${maps[state.method]?.arrays ? html`<span>${parts('explain.itsScore', { score: html`<strong class="mono score">${shown(maps[state.method].score)}</strong>` })}</span>` : ''}
            <label>${t('common.layer')} <select name="layer" @change=${(/** @type {any} */ e) => { state.layer = e.target.value; wall(); }}><option value="">${predicted.kind === 'boxes' ? t('explain.lastBoxes') : t('explain.lastPlaces')}</option>${predicted.layers.map((/** @type {string} */ l) => html`<option ?selected=${l === state.layer}>${l}</option>`)}</select></label>
            <label>${t('explain.anotherMethod')} <select name="method" @change=${(/** @type {any} */ e) => { state.method = e.target.value; predict(); }}>${offer.methods.map((/** @type {string} */ m) => html`<option ?selected=${m === state.method}>${m}</option>`)}</select></label></div></section>
        <section class="wall"><div class="legend"><label><input type="checkbox" name="one-scale" .checked=${!state.own} @change=${(/** @type {any} */ e) => { state.own = !e.target.checked; remember(); draw(); }}> ${t('explain.oneScale')}</label>
          ${state.own ? '' : html`<span class="mono">−1</span> ${t('explain.against')} <canvas class="scale" aria-hidden="true"></canvas> ${t('explain.for')} <span class="mono">+1</span><span>${t('explain.scaleAbout')}</span>`}</div>${shownMethods.map(tile)}</section></div>
      <section class="card"><h2>${parts('explain.trust', { method: html`<em>${state.method}</em>` })}</h2>${places()}
        <div class="row"><button @click=${() => trust('deletion')} ?disabled=${Boolean(busy) || state.cls < 0}>${t('explain.delete')}</button><button @click=${() => trust('check')} ?disabled=${Boolean(busy) || state.cls < 0}>${t('explain.randomise')}</button><span class="soft" role="status">${busy ? `${{ deletion: t('explain.deletion'), check: t('explain.check') }[busy] ?? busy} …` : ''}</span></div>
        <div class="columns">${curve ? html`<div><h3>${t('explain.curve')} <small>${t('explain.areas', { deletion: shown(curve.deletionArea), insertion: shown(curve.insertionArea) })}</small></h3>
            <fv-curves .curves=${{ name: t('common.score'), xName: t('explain.shares'), x: curve.shares, lines: [{ name: t('explain.deletion'), values: curve.deletion, colour: '#d55e00', dash: [6, 4] }, { name: t('explain.insertion'), values: curve.insertion, colour: '#0072b2' }] }}></fv-curves></div>` : ''}
          ${check ? html`<div><h3>${t('explain.randomised')}</h3><table class="check"><thead><tr><th>${t('explain.downTo')}<th class="number">${t('explain.correlation')}</thead>
            <tbody>${check.steps.map((/** @type {any} */ s) => html`<tr><th scope="row">${s.layer}<td class="number">${shown(s.correlation)}</tr>`)}</tbody></table>
            <p class="soft">${t('explain.randomisedHint')}</p></div>` : ''}</div></section>
      ${predicted.layers.length ? laid.panel() : ''}` : html`<p class="wait">…</p>`}`, place);
    channels.paint(place);
    laid.paint(place);
    place.querySelectorAll('canvas[data-method]').forEach((c) => {
      const m = maps[/** @type {HTMLElement} */ (c).dataset.method ?? ''];
      if (m?.arrays && state.own) drawArray(c, m.arrays.pixels);
      else if (m?.arrays) drawMap(/** @type {HTMLCanvasElement} */ (c), m.arrays.map.shape, m.arrays.map.values, Math.max(m.hi, -m.lo), true);
    });
    place.querySelectorAll('canvas.scale').forEach((c) => legend(/** @type {HTMLCanvasElement} */ (c), true));
  }

  draw();
  predict();
  let learned = false;
  return listen('digits', async () => {
    if (state.model !== DIGITS) return;
    const p = await ask('draw/progress');
    if (!learned && p.accuracy && p.step >= p.steps) {
      learned = true;
      await predict();
    }
  });
}
