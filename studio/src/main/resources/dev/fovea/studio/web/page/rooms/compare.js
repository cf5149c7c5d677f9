// @ts-check
/** The room in which two networks stand side by side. */
import { ask, askStill, numbers } from '../js/api.js';
import '../js/bars.js';
import { count, html, newest, parts, render, say, shown, t } from '../js/dom.js';
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
  const state = { models: [known(offer.models, context.state.get('first')) ?? ids[0], known(offer.models, context.state.get('second')) ?? ids.at(-1)], layers: (context.state.get('layers') ?? '|').split('|'),
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
    const answer = await askStill('compare/picture', () => ({ model: state.models[side], picture: pictureOf(side) }));
    if (!answer) return;
    said[side] = answer;
    if (!said[side].layers.includes(state.layers[side])) state.layers[side] = said[side].layers[0] ?? '';
    await layers[side](side);
  })));
  const layers = [0, 1].map(() => newest((/** @type {number} */ side) => attempt(async () => {
    if (state.layers[side]) maps[side] = await askStill('compare/maps', () => ({ model: state.models[side], picture: pictureOf(side), layer: state.layers[side] })) ?? maps[side];
    else maps[side] = undefined;
    context.remember({ first: state.models[0], second: state.models[1], picture: state.picture, ...(state.other ? { other: state.other } : {}), layers: state.layers.join('|') });
    draw();
  })));

  const both = async () => {
    await look(0);
    await look(1);
  };

  const eightBits = () => attempt(async () => {
    busy = t('compare.calibrating');
    draw();
    const answer = await askStill('compare/eight-bits', () => ({ model: state.models[0] }));
    offer = await ask('compare/models');
    busy = '';
    if (!answer) return draw();
    state.models[1] = answer.id;
    compared = undefined;
    await look(1);
    say(t('compare.eightBits'));
  });

  const run = () => attempt(async () => {
    busy = t('compare.reading');
    draw();
    const { data, samples } = state;
    compared = await askStill('compare/data', () => ({ first: state.models[0], second: state.models[1], data, samples }));
    busy = '';
    if (compared) say(t('compare.said', { agree: compared.agree, samples: compared.samples }));
    draw();
  });

  /** @param {number} side */
  function column(side) {
    const s = said[side], l = maps[side]?.layers?.[0], a = l && maps[side].arrays[l.path];
    return html`<section class="card side" aria-label=${side ? t('compare.secondNetwork') : t('compare.firstNetwork')}><h2>${side ? t('compare.second') : t('compare.first')}</h2>
      ${networks(offer.models, state.models[side], async (id) => { state.models[side] = id; compared = undefined; offer = await ask('compare/models'); await look(side); }, (e) => context.wrong(e, place), offer.files)}
      ${side === 0 ? html`<div class="row"><button @click=${eightBits} ?disabled=${Boolean(busy)}>${t('compare.toEightBits')}</button></div>` : html`<div class="row"><label>${t('compare.itsPicture')} <select name="other-picture" @change=${(/** @type {any} */ e) => { state.other = e.target.value; look(1); }}><option value="">${t('compare.samePicture')}</option>${all.map((p) => html`<option value=${p.id} ?selected=${p.id === state.other}>${p.name}</option>`)}</select></label></div>`}
      ${s ? html`<fv-bars .entries=${s.top}></fv-bars>
        <p class="soft">${parts('compare.costs', { parameters: count(s.parameters), operations: count(s.flops), millis: html`<span class="mono millis">${s.millis.toFixed(3)}</span>` })}</p>
        ${s.layers.length ? html`<div class="row"><label>${t('common.layer')} <select name=${`layer-${side}`} @change=${(/** @type {any} */ e) => { state.layers[side] = e.target.value; layers[side](side); }}>${s.layers.map((/** @type {string} */ p) => html`<option ?selected=${p === state.layers[side]}>${p}</option>`)}</select></label></div>` : html`<p class="soft">${t('compare.noLayers')}</p>`}
        ${a ? html`<fv-maps .layer=${{ ...l, shape: a.shape, values: numbers(a), of: { door: 'unit/card', question: { model: state.models[side], picture: pictureOf(side) } } }}></fv-maps>` : ''}` : html`<p class="wait">…</p>`}</section>`;
  }

  function onData() {
    const c = compared, name = (/** @type {number} */ i) => c.classes[i];
    return html`<section class="card" aria-label=${t('compare.onData')}><h2>${t('compare.onData')}</h2>
      <div class="row"><label>${t('compare.data')} <select name="data" @change=${(/** @type {any} */ e) => { state.data = e.target.value; }}>${offer.data.map((/** @type {string} */ d) => html`<option ?selected=${d === state.data}>${d}</option>`)}</select></label>
        <label>${t('compare.samples')} <input type="number" name="samples" min="10" max="2000" .value=${String(state.samples)} @change=${(/** @type {any} */ e) => { state.samples = Math.round(Number(e.target.value)); }}></label>
        <button class="main" ?disabled=${Boolean(busy)} @click=${run}>${t('compare.compare')}</button><span class="soft" role="status">${busy}</span></div>
      ${c ? html`<table class="sides"><thead><tr><th>${t('compare.network')}<th class="number">${t('compare.right')}<th class="number">${t('compare.accuracy')}<th class="number">${t('compare.millis')}</thead><tbody>
          ${c.sides.map((/** @type {any} */ s, /** @type {number} */ i) => html`<tr><th scope="row">${named(state.models[i])}<td class="number">${s.right}<td class="number">${(100 * s.accuracy).toFixed(2)} %<td class="number">${shown(s.millis)}</tr>`)}</tbody></table>
        <p>${parts('compare.agree', { agree: html`<strong class="agree">${c.agree}</strong>`, samples: c.samples })}</p>
        <ul class="wrong-ones">${c.differ.map((/** @type {any} */ d, /** @type {number} */ i) => html`<li><canvas class="pixels" data-picture=${i} width="28" height="28"></canvas><span>${parts('compare.differ', { label: name(d.label), first: html`<strong>${name(d.first)}</strong>`, second: html`<strong>${name(d.second)}</strong>` })}</span></li>`)}</ul>` : ''}</section>`;
  }

  function draw() {
    render(html`<h1>${t('compare.title')}</h1>
      <p class="lead">${t('compare.lead')}</p>
      ${chooser(all, state.picture, async (id) => { state.picture = id; all = await pictures(); await both(); }, (e) => context.wrong(e, place))}
      <div class="columns">${column(0)}${column(1)}</div>${onData()}
      <section class="card" aria-label=${t('compare.graphs')}><h2>${t('compare.graphsTitle')}</h2>${aligned.panel()}</section>
      <section class="card" aria-label=${t('compare.trainings')}><h2>${t('compare.trainingsTitle')}</h2>${past.panel()}</section>`, place);
    if (compared) drawSamples(place, compared.arrays.pictures);
  }

  draw();
  await both();
  await past.begin();
}
