// @ts-check
/** The room of explanations: many methods on one picture, and how far to trust them. */
import { ask, listen } from '../js/api.js';
import { atlas } from '../js/atlas.js';
import '../js/bars.js';
import { colourOf } from '../js/boxes.js';
import { covering } from '../js/cover.js';
import { dictionary } from '../js/dictionary.js';
import '../js/curves.js';
import { html, render, say, shown } from '../js/dom.js';
import { inspect } from '../js/inspector.js';
import { chooser, drawPicture, networks, pictures } from '../js/picture.js';
import { known } from '../js/rooms.js';

/** What each method asks, in a line. @type {Record<string, string>} */
const ABOUT = {
  saliency: 'which pixels would change the score most', 'signed-saliency': 'and in which direction', 'gradient-times-input': 'the same, times the pixel',
  deconvnet: 'the strongest unit, projected back', 'guided-backprop': 'only what speaks for it, on every layer', 'grad-cam': 'where the last maps speak for the class',
  'grad-cam++': 'the same, each place with a weight of its own', 'hires-cam': 'place by place, without averaging', 'layer-cam': 'place by place, only what speaks for it',
  'guided-grad-cam': 'Grad-CAM, with the detail of guided backprop', 'integrated-gradients': 'summed on the way from black to the picture',
  smoothgrad: 'the mean over noisy copies', vargrad: 'how much noisy copies differ', occlusion: 'how the score falls where a patch is covered',
};
/** What the choices of a network's answer are called. @type {Record<string, string>} */
const CHOICE = { classes: 'class', boxes: 'box', pixels: 'class of pixels' };
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
    cls: Number(context.state.get('class') ?? -1), score: context.state.get('score') ?? '', layer: '', method: context.state.get('method') ?? 'grad-cam',
  };
  /** @type {any} */ let predicted;
  /** @type {Record<string, any>} */ let maps = {};
  /** @type {any} */ let curve;
  /** @type {any} */ let check;
  let busy = '', round = 0;

  const subject = () => ({ model: state.model, picture: state.picture, ...(state.score === '' ? {} : { score: Number(state.score) }) });
  const question = (/** @type {string} */ method) => ({ ...subject(), class: state.cls, method, ...(state.layer ? { layer: state.layer } : {}) });
  const remember = () => context.remember({ model: state.model, picture: state.picture, method: state.method, class: String(state.cls), ...(state.score === '' ? {} : { score: state.score }) });
  const cover = covering({ question: () => ({ ...subject(), class: state.cls }), extent: () => predicted.arrays.pixels.shape, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  const channels = dictionary({ subject: () => ({ model: state.model, picture: state.picture }), layer: () => state.layer || maps['grad-cam']?.layer || predicted.layers[predicted.layers.length - 1], extent: () => predicted.arrays.pixels.shape, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  const laid = atlas({ subject: () => ({ model: state.model, picture: state.picture }), layers: () => predicted.layers, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  async function predict() {
    const asked = subject();
    try {
      const answer = await ask('explain/predict', asked);
      if (JSON.stringify(asked) !== JSON.stringify(subject())) return; // another was asked for since
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
      } catch (e) {
        if (mine !== round) return;
        maps[method] = { problem: /** @type {Error} */ (e).message };
      }
    }
    busy = '';
    say('All explanations are there');
    draw();
  }

  /** @param {number} number */
  const choose = (number) => { state.cls = number; wall(); };

  /** The picture as the network takes it, with what it finds there. */
  function seen() {
    const [height, width] = predicted.arrays.pixels.shape;
    const boxes = predicted.top.filter((/** @type {any} */ t) => t.box).map((/** @type {any} */ t) => ({ label: t.name, score: t.share, box: t.box, colour: colourOf(t.number), faint: t.number !== state.cls }));
    const scene = { name: 'the picture', height, width, pixels: predicted.arrays.pixels, regions: predicted.arrays.regions, boxes: [...boxes, ...cover.boxes(), ...channels.boxes()], keys: cover.keys() ?? channels.keys() };
    return html`<fv-boxes class="seen" .scene=${scene} @point=${(/** @type {CustomEvent} */ e) => { cover.point(e); channels.point(e); }} @move=${(/** @type {CustomEvent} */ e) => { cover.move(e); channels.move(e); }} @pick=${(/** @type {CustomEvent} */ e) => { if (predicted.top[e.detail.box]?.box) choose(e.detail.box); }}></fv-boxes>`;
  }

  const trust = async (/** @type {'deletion' | 'check'} */ what) => {
    busy = what;
    draw();
    try {
      const asked = question(state.method), answer = await ask(`explain/${what}`, asked);
      if (JSON.stringify(asked) !== JSON.stringify(question(state.method))) return; // something else is shown by now
      if (what === 'deletion') curve = answer;
      else check = answer;
    } catch (e) {
      context.wrong(e, place);
    } finally {
      busy = busy === what ? '' : busy;
      draw();
    }
  };

  /** Tells the inspector of the chosen method. */
  function told() {
    const m = maps[state.method], values = Object.values(m?.arrays ?? {})[0]?.values ?? [];
    if (m && !m.problem) inspect(place, { title: state.method, facts: [['asks', ABOUT[state.method]], ['layer', m.layer ?? 'all'], ...Object.entries(m.figures ?? {})], numbers: [['its map', values]] });
  }

  /** @param {string} method */
  function tile(method) {
    const m = maps[method];
    const figures = Object.entries(m?.figures ?? {}).map(([name, value]) => `${name} ${shown(/** @type {number} */ (value))}`).join(', ');
    return html`<figure class="card tile"><button class="plain" aria-pressed=${method === state.method} @click=${() => { state.method = method; curve = check = undefined; remember(); draw(); told(); }}>
        <span class="stage pixels"><canvas data-method=${method} role="img" aria-label=${`${method} of the picture`}></canvas></span><strong>${method}</strong></button>
      <figcaption class="soft">${ABOUT[method]}${m?.problem ? html`<br><span class="bad">${m.problem}</span>` : m ? html`<br><span class="mono">${shown(m.lo)} … ${shown(m.hi)}</span>${figures ? html`<br>${figures}` : ''}${m.layer ? html`<br>layer ${m.layer}` : ''}${m.notice ? html`<br><strong>${m.notice}</strong>` : ''}` : html`<br>…`}</figcaption></figure>`;
  }

  function draw() {
    const shownMethods = [...new Set([state.method, ...WALL])];
    render(html`<h1>Explain</h1>
      <p class="lead">Why did it say that? Of a class, of a box that it finds, of the pixels of a class. Each method answers another question; where they disagree, doubt them.</p>
      <div class="row">${networks(offer.models, state.model, async (id) => { state.model = id; state.cls = -1; state.score = ''; offer = await ask('explain/models'); await predict(); }, (e) => context.wrong(e, place))}
        ${chooser(all, state.picture, async (id) => { state.picture = id; state.cls = -1; state.score = ''; all = await pictures(); await predict(); }, (e) => context.wrong(e, place))}</div>
      ${predicted ? html`<div class="explain-columns"><section class="card"><h2>as the network sees it <small>${predicted.input}</small></h2>
          ${seen()}${cover.panel()}${predicted.layers.length ? channels.panel() : ''}
          <h2>it ${predicted.kind === 'classes' ? 'says' : 'finds'}</h2><fv-bars .entries=${predicted.top.map((/** @type {any} */ t) => ({ name: t.name, share: t.share }))}></fv-bars>
          ${predicted.kind === 'boxes' ? html`<div class="row"><label>least score <input type="number" name="score" min="0" max="1" step="any" placeholder="usual" .value=${state.score} @change=${(/** @type {any} */ e) => { state.score = e.target.value; predict(); }}></label></div>` : ''}
          ${predicted.top.length ? '' : html`<p class="soft">It finds nothing of that score.</p>`}
          <div class="row"><label>explain the ${CHOICE[predicted.kind]} <select name="class" @change=${(/** @type {any} */ e) => choose(Number(e.target.value))}>${predicted.top.map((/** @type {any} */ t) => html`<option value=${t.number} ?selected=${t.number === state.cls}>${predicted.kind === 'boxes' ? `${t.number + 1}, ` : ''}${t.name}</option>`)}</select></label>
            ${maps[state.method]?.arrays ? html`<span>its score: <strong class="mono score">${shown(maps[state.method].score)}</strong></span>` : ''}
            <label>layer <select name="layer" @change=${(/** @type {any} */ e) => { state.layer = e.target.value; wall(); }}><option value="">the last ${predicted.kind === 'boxes' ? 'that counts at more than one place' : 'with places'}</option>${predicted.layers.map((/** @type {string} */ l) => html`<option ?selected=${l === state.layer}>${l}</option>`)}</select></label>
            <label>another method <select name="method" @change=${(/** @type {any} */ e) => { state.method = e.target.value; predict(); }}>${offer.methods.map((/** @type {string} */ m) => html`<option ?selected=${m === state.method}>${m}</option>`)}</select></label></div></section>
        <section class="wall">${shownMethods.map(tile)}</section></div>
      <section class="card"><h2>How far to trust <em>${state.method}</em></h2>
        <div class="row"><button @click=${() => trust('deletion')} ?disabled=${Boolean(busy) || state.cls < 0}>take its pixels away</button><button @click=${() => trust('check')} ?disabled=${Boolean(busy) || state.cls < 0}>randomise the weights</button><span class="soft" role="status">${busy ? `${busy} …` : ''}</span></div>
        <div class="columns">${curve ? html`<div><h3>score as pixels go, or come <small>area ${shown(curve.deletionArea)} (small is good), ${shown(curve.insertionArea)} (large is good)</small></h3>
            <fv-curves .curves=${{ name: 'score', xName: 'share of pixels', x: curve.shares, lines: [{ name: 'deletion', values: curve.deletion, colour: '#d55e00', dash: [6, 4] }, { name: 'insertion', values: curve.insertion, colour: '#0072b2' }] }}></fv-curves></div>` : ''}
          ${check ? html`<div><h3>layers drawn anew from the top: does the map care?</h3><table class="check"><thead><tr><th>down to<th class="number">correlation with the map</thead>
            <tbody>${check.steps.map((/** @type {any} */ s) => html`<tr><th scope="row">${s.layer}<td class="number">${shown(s.correlation)}</tr>`)}</tbody></table>
            <p class="soft">A map that stays alike without the weights has not looked at them (Adebayo et al., 2018).</p></div>` : ''}</div></section>
      ${predicted.layers.length ? laid.panel() : ''}` : html`<p class="wait">…</p>`}`, place);
    channels.paint(place);
    laid.paint(place);
    place.querySelectorAll('canvas[data-method]').forEach((c) => {
      const m = maps[/** @type {HTMLElement} */ (c).dataset.method ?? ''];
      if (m?.arrays) paint(/** @type {HTMLCanvasElement} */ (c), m.arrays.pixels);
    });
  }

  /** @param {HTMLCanvasElement} canvas @param {any} a */
  function paint(canvas, a) {
    const [height, width, channels] = a.shape;
    drawPicture(canvas, { height, width, channels, values: a.values });
  }

  draw();
  await predict();
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
