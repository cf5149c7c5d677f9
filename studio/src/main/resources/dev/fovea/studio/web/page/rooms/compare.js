// @ts-check
/** The room in which two networks stand side by side. */
import { ask, numbers } from '../js/api.js';
import '../js/bars.js';
import { count, html, newest, render, say, shown } from '../js/dom.js';
import { graphs } from '../js/graphs.js';
import '../js/maps.js';
import { chooser, drawSamples, networks, pictures } from '../js/picture.js';
import { known } from '../js/rooms.js';
import { runs } from '../js/runs.js';

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let offer = await ask('compare/models');
  let all = await pictures();
  const ids = offer.models.map((/** @type {any} */ m) => m.id);
  const state = { models: [known(offer.models, context.state.get('first')) ?? ids[0], known(offer.models, context.state.get('second')) ?? ids.at(-1)], layers: ['', ''],
    picture: known(all, context.state.get('picture')) ?? all.at(-1)?.id ?? '', other: known(all, context.state.get('other')) ?? '', data: offer.data[0], samples: 500 };
  /** @type {any[]} */ const said = [undefined, undefined];
  /** @type {any[]} */ const maps = [undefined, undefined];
  /** @type {any} */ let compared;
  let busy = '';

  const attempt = (/** @type {() => Promise<void>} */ work) => work().catch((e) => { busy = ''; draw(); context.wrong(e, place); });

  const past = runs({ draw: () => draw(), attempt });
  const aligned = graphs({ question: () => ({ first: state.models[0], second: state.models[1], picture: state.picture, other: pictureOf(1) }), name: (side) => named(state.models[side]), draw: () => draw(), attempt });
  /** The picture of a network: the second may have one of its own. @param {number} side */
  const pictureOf = (side) => (side && state.other ? state.other : state.picture);
  const named = (/** @type {string} */ id) => offer.models.find((/** @type {any} */ m) => m.id === id)?.name ?? '';

  /** Asks what a network says of the picture, and shows the layer that was shown before. @param {number} side */
  const look = (side) => looks[side](side);
  /** One question at a time for each side, the newest last: answers would overtake each other. */
  const looks = [0, 1].map(() => newest((/** @type {number} */ side) => attempt(async () => {
    aligned.begin();
    said[side] = await ask('compare/picture', { model: state.models[side], picture: pictureOf(side) });
    if (!said[side].layers.includes(state.layers[side])) state.layers[side] = said[side].layers[0] ?? '';
    context.remember({ first: state.models[0], second: state.models[1], picture: state.picture, ...(state.other ? { other: state.other } : {}) });
    await layers[side](side);
  })));
  const layers = [0, 1].map(() => newest((/** @type {number} */ side) => attempt(async () => {
    maps[side] = state.layers[side] && await ask('compare/maps', { model: state.models[side], picture: pictureOf(side), layer: state.layers[side] });
    draw();
  })));

  const both = async () => {
    await look(0);
    await look(1);
  };

  const eightBits = () => attempt(async () => {
    busy = 'it is calibrated …';
    draw();
    const { id } = await ask('compare/eight-bits', { model: state.models[0] });
    offer = await ask('compare/models');
    state.models[1] = id;
    busy = '';
    compared = undefined;
    await look(1);
    say('The second network is the first in 8 bits');
  });

  const run = () => attempt(async () => {
    busy = 'both read the samples …';
    draw();
    compared = await ask('compare/data', { first: state.models[0], second: state.models[1], data: state.data, samples: state.samples });
    busy = '';
    say(`They agree on ${compared.agree} of ${compared.samples}`);
    draw();
  });

  /** @param {number} side */
  function column(side) {
    const s = said[side], l = maps[side]?.layers?.[0], a = l && maps[side].arrays[l.path];
    return html`<section class="card side" aria-label=${side ? 'second network' : 'first network'}><h2>${side ? 'second' : 'first'}</h2>
      ${networks(offer.models, state.models[side], async (id) => { state.models[side] = id; compared = undefined; offer = await ask('compare/models'); await look(side); }, (e) => context.wrong(e, place), offer.files)}
      ${side === 0 ? html`<div class="row"><button @click=${eightBits} ?disabled=${Boolean(busy)}>put it in 8 bits beside</button></div>` : html`<div class="row"><label>its picture <select name="other-picture" @change=${(/** @type {any} */ e) => { state.other = e.target.value; look(1); }}><option value="">the same</option>${all.map((p) => html`<option value=${p.id} ?selected=${p.id === state.other}>${p.name}</option>`)}</select></label></div>`}
      ${s ? html`<fv-bars .entries=${s.top}></fv-bars>
        <p class="soft">${count(s.parameters)} parameters, ${count(s.flops)} operations, <span class="mono millis">${s.millis.toFixed(3)}</span> ms a picture</p>
        ${s.layers.length ? html`<div class="row"><label>layer <select name=${`layer-${side}`} @change=${(/** @type {any} */ e) => { state.layers[side] = e.target.value; layers[side](side); }}>${s.layers.map((/** @type {string} */ p) => html`<option ?selected=${p === state.layers[side]}>${p}</option>`)}</select></label></div>` : html`<p class="soft">It does not tell its layers apart.</p>`}
        ${a ? html`<fv-maps .layer=${{ path: l.path, shape: a.shape, values: numbers(a), limit: l.limit, signed: l.signed, of: { door: 'unit/card', question: { model: state.models[side], picture: pictureOf(side) } } }}></fv-maps>` : ''}` : html`<p class="wait">…</p>`}</section>`;
  }

  function onData() {
    const c = compared, name = (/** @type {number} */ i) => c.classes[i];
    return html`<section class="card" aria-label="On a data set"><h2>On a data set</h2>
      <div class="row"><label>data <select name="data" @change=${(/** @type {any} */ e) => { state.data = e.target.value; }}>${offer.data.map((/** @type {string} */ d) => html`<option ?selected=${d === state.data}>${d}</option>`)}</select></label>
        <label>samples <input type="number" name="samples" min="10" max="2000" .value=${String(state.samples)} @change=${(/** @type {any} */ e) => { state.samples = Math.round(Number(e.target.value)); }}></label>
        <button class="main" ?disabled=${Boolean(busy)} @click=${run}>compare</button><span class="soft" role="status">${busy}</span></div>
      ${c ? html`<table class="sides"><thead><tr><th>network<th class="number">right<th class="number">accuracy<th class="number">ms a sample</thead><tbody>
          ${c.sides.map((/** @type {any} */ s, /** @type {number} */ i) => html`<tr><th scope="row">${named(state.models[i])}<td class="number">${s.right}<td class="number">${(100 * s.accuracy).toFixed(2)} %<td class="number">${shown(s.millis)}</tr>`)}</tbody></table>
        <p>They agree on <strong class="agree">${c.agree}</strong> of ${c.samples}.</p>
        <ul class="wrong-ones">${c.differ.map((/** @type {any} */ d, /** @type {number} */ i) => html`<li><canvas class="pixels" data-picture=${i} width="28" height="28"></canvas><span>${name(d.label)}: <strong>${name(d.first)}</strong> or <strong>${name(d.second)}</strong></span></li>`)}</ul>` : ''}</section>`;
  }

  function draw() {
    render(html`<h1>Compare</h1>
      <p class="lead">Two networks on one picture and on the same data: what they say, what their layers compute, and what they take. Below, trainings of the past with their curves.</p>
      ${chooser(all, state.picture, async (id) => { state.picture = id; all = await pictures(); await both(); }, (e) => context.wrong(e, place))}
      <div class="columns">${column(0)}${column(1)}</div>${onData()}
      <section class="card" aria-label="Graphs"><h2>Layer beside layer</h2>${aligned.panel()}</section>
      <section class="card" aria-label="Trainings"><h2>Trainings of the past</h2>${past.panel()}</section>`, place);
    if (compared) drawSamples(place, compared.arrays.pictures);
  }

  draw();
  await both();
  await past.begin();
}
