// @ts-check
/** The room of graphs: any network, folded by the paths of its layers. */
import { ask, askStill, keep, numbers } from '../js/api.js';
import '../js/boxes.js';
import '../js/curves.js';
import { count, html, render, say, shown, svg, t } from '../js/dom.js';
import { table } from '../js/inspector.js';
import '../js/maps.js';
import { paper } from '../js/paper.js';
import { chooser, networks, pictures } from '../js/picture.js';
import { known, oneOf } from '../js/rooms.js';
import '../js/unit.js';

/** @type {Record<string, (n: any) => number>} */
const SHADES = { operations: (n) => n.flops, nothing: () => 0, parameters: (n) => n.parameters, millis: (n) => n.millis ?? 0, error: (n) => n.error ?? 0, spread: (n) => n.spread ?? 0 };

/** So many channels of a large layer are shown at once. */
const CHANNELS = 64;

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const [{ models, styles }, open] = await Promise.all([ask('graph/models'), pictures()]);
  let offer = models, all = open;
  const state = { model: known(offer, context.state.get('model')) ?? offer[offer.length - 1].id, picture: known(all, context.state.get('picture')) ?? all[all.length - 1].id, open: new Set((context.state.get('open') ?? '').split('\n').filter(Boolean)), shade: oneOf(Object.keys(SHADES), context.state.get('shade')), at: -1, find: '', first: 0, count: CHANNELS };
  /** @type {{nodes: any[], edges: any[], width: number, height: number}} */ let graph = { nodes: [], edges: [], width: 0, height: 0 };
  /** @type {any} */ let values;
  /** What was measured of each layer, by its path. @type {{millis: Record<string, number>, errors: Record<string, number>, spreads: Record<string, number>}} */ let measured = { millis: {}, errors: {}, spreads: {} };
  /** @type {import('../js/unit.js').Unit | undefined} */ let card;
  let at = [-1, -1], channel = -1, busy = '';

  const drawn = paper({ styles, model: () => state.model, draw: () => draw(), wrong: (e) => context.wrong(e, place) });

  const remember = () => context.remember({ model: state.model, picture: state.picture, open: [...state.open].join('\n'), layer: graph.nodes[state.at]?.path ?? '', shade: state.shade, ...(card ? { unit: String(card.channel + 1) } : {}) });

  /** Forgets what was shown of the layer that was selected. */
  function leave() {
    values = card = undefined;
    channel = -1;
    at = [-1, -1];
    Object.assign(state, { first: 0, count: CHANNELS });
  }

  async function load() {
    try {
      const opened = await askStill('graph/open', () => ({ model: state.model, open: [...state.open] }));
      if (!opened) return;
      keepSelected(opened);
      tell();
      remember();
    } catch (e) {
      context.wrong(e, place);
    }
    const walking = document.activeElement?.matches('g.node');
    draw();
    if (walking) /** @type {SVGElement | null} */ (place.querySelector(`g[data-node="${state.at}"]`))?.focus();
  }

  /** Shows other nodes: selected stays the same layer or block, or the block that is folded around it, or the first layer of one that is unfolded. @param {typeof graph} opened */
  function keepSelected(opened) {
    const path = graph.nodes[state.at]?.path, within = (/** @type {string} */ a, /** @type {string} */ b) => a === b || a.startsWith(`${b}.`);
    graph = opened;
    if (path === undefined) return;
    state.at = graph.nodes.findIndex((n) => within(path, n.path) || within(n.path, path));
    if (graph.nodes[state.at]?.path !== path) leave();
  }

  /** @param {number} i */
  async function select(i) {
    leave();
    state.at = i;
    remember();
    draw();
    const n = graph.nodes[i];
    say(t('graph.node', { path: n.path || n.kind, kind: n.kind, shape: n.shape, parameters: count(n.parameters) }));
    /** @type {SVGElement | null} */ (place.querySelector(`g[data-node="${i}"]`))?.focus();
  }

  /** @param {number} i */
  function unfold(i) {
    const n = graph.nodes[i];
    if (n.layers > 1) state.open.add(n.path);
    else if (n.path.includes('.')) state.open.delete(n.path.slice(0, n.path.lastIndexOf('.')));
    load();
  }

  function look() {
    return askStill('graph/layer', () => ({ model: state.model, picture: state.picture, path: graph.nodes[state.at]?.path, first: state.first, count: state.count }))
      .then((seen) => { values = seen ?? values; })
      .catch((e) => context.wrong(e, place)).then(draw);
  }

  /** Writes what was measured on the nodes: of a block the sum of its times, its largest error and spread. */
  function tell() {
    for (const n of graph.nodes) {
      const own = (/** @type {Record<string, number>} */ all) => Object.entries(all).filter(([path]) => path === n.path || path.startsWith(`${n.path}.`)).map(([, v]) => v);
      const millis = own(measured.millis), errors = own(measured.errors), spreads = own(measured.spreads);
      n.millis = millis.length ? millis.reduce((a, b) => a + b) : undefined;
      n.error = errors.length ? Math.max(...errors) : undefined;
      n.spread = spreads.length ? Math.max(...spreads) : undefined;
    }
  }

  /** @param {'times' | 'eight-bits' | 'spread'} what @param {string} shade */
  async function measure(what, shade) {
    busy = t(`graph.measuring.${what}`);
    draw();
    try {
      const answer = await askStill(`graph/${what}`, () => ({ model: state.model, picture: state.picture }));
      if (answer) {
        measured = { ...measured, ...answer };
        tell();
        state.shade = shade;
        remember();
        say(t('graph.told', { what: t(`graph.shades.${shade}`) }));
      }
    } catch (e) {
      context.wrong(e, place);
    }
    busy = '';
    draw();
  }

  /** Takes the place that is pointed at; what tells of it is drawn anew, not the graph. @param {{map: number, row: number, column: number}} to */
  function point(to) {
    if (to.map < 0) return;
    const other = to.map !== channel;
    [channel, at] = [to.map, [to.row, to.column]];
    if (context.inspector.querySelector(other ? 'details.field[open], .alone' : 'details.field[open]')) render(inspector(), context.inspector);
  }

  /** Shows what a channel of the selected layer looks for, at the place that was chosen. @param {Event} [e] */
  function lookFor(e) {
    e?.stopPropagation();
    card = { door: 'unit/card', question: { model: state.model, picture: state.picture }, path: graph.nodes[state.at].path, channel: Math.max(0, channel), row: at[0], column: at[1] };
    remember();
    draw();
  }

  /** Which channels of a large layer are shown, and the way to the others. @param {any} l @param {number} here */
  function others(l, here) {
    if (state.count > 1 && l.channels === here && l.step === 1) return '';
    const show = (/** @type {number} */ first, count = CHANNELS) => { Object.assign(state, { first, count }); look(); };
    return html`<p class="soft part">${here > 1 ? t('graph.part', { from: l.first + 1, to: l.first + here, all: l.channels }) : t('graph.one', { channel: l.first + 1, all: l.channels })} ${l.step > 1 ? t('graph.means', { step: l.step }) : ''}</p>
      <div class="row"><button class="before" ?disabled=${l.first === 0} @click=${() => show(Math.max(0, l.first - state.count), state.count)}>${t('common.back')}</button><button class="further" ?disabled=${l.first + here >= l.channels} @click=${() => show(l.first + state.count, state.count)}>${t('graph.further')}</button>
        ${state.count > 1 ? html`<button class="alone" @click=${() => show(Math.max(l.first, channel), 1)}>${t('graph.alone', { channel: Math.max(l.first, channel) + 1 })}</button>` : html`<button @click=${() => show(l.first - (l.first % CHANNELS))}>${t('graph.beside')}</button>`}</div>`;
  }

  /** Gives the table of the nodes that are shown; texts in quotation marks, as RFC 4180 has it. */
  function save() {
    const quoted = (/** @type {unknown} */ v) => `"${String(v ?? '').replaceAll('"', '""')}"`;
    const rows = graph.nodes.map((n) => [quoted(n.path), quoted(n.kind), quoted(n.shape), n.parameters, n.flops, n.layers, n.millis ?? '', n.error ?? '', n.spread ?? ''].join(','));
    keep('layers.csv', ['path,kind,result,parameters,operations,layers,milliseconds,error_8_bits,deviation', ...rows, ''].join('\n'));
  }

  /** Follows edges by arrows. @param {KeyboardEvent} e @param {number} i */
  function key(e, i) {
    const next = { ArrowDown: graph.edges.find((x) => x.from === i)?.to, ArrowUp: graph.edges.find((x) => x.to === i)?.from,
      ArrowRight: beside(i, 1), ArrowLeft: beside(i, -1) }[e.key];
    if (e.key === 'Enter') unfold(i);
    else if (next !== undefined) select(next);
    else return;
    e.preventDefault();
  }

  /** @param {number} i @param {number} way */
  function beside(i, way) {
    const row = graph.nodes.map((n, k) => ({ n, k })).filter((x) => x.n.y === graph.nodes[i].y).sort((a, b) => a.n.x - b.n.x);
    return row[row.findIndex((x) => x.k === i) + way]?.k;
  }

  function drawing() {
    const wide = graph.width, high = graph.height, every = graph.edges.flatMap((e) => e.way).concat(graph.nodes.map((n) => [n.x, n.y]));
    const left = Math.min(0, ...every.map((p) => p[0])) - wide / 2 - 10, top = Math.min(0, ...every.map((p) => p[1])) - high / 2 - 10;
    const width = Math.max(0, ...every.map((p) => p[0])) + wide / 2 + 10 - left, height = Math.max(0, ...every.map((p) => p[1])) + high / 2 + 10 - top;
    const strongest = Math.max(1e-12, ...graph.nodes.map(SHADES[state.shade])), bytes = Math.max(1, ...graph.edges.map((e) => e.bytes));
    return svg`<svg class="net" width=${width} height=${height} viewBox=${`${left} ${top} ${width} ${height}`} role="group" aria-label=${t('graph.about')}>
      ${graph.edges.map((e) => svg`<path class=${e.from === state.at || e.to === state.at ? 'edge on' : 'edge'} stroke-width=${1 + 4 * (e.bytes / bytes)} d=${curve(e.way, high / 2)}/>`)}
      ${graph.nodes.map((n, i) => svg`<g class=${`node ${i === state.at ? 'on' : ''} ${state.find && n.path.includes(state.find) ? 'found' : ''}`} data-node=${i} tabindex=${i === Math.max(0, state.at) ? 0 : -1} role="button"
          aria-label=${`${n.path || t('common.input')}, ${n.kind}, ${n.shape}`} transform=${`translate(${n.x - wide / 2} ${n.y - high / 2})`} @click=${() => select(i)} @dblclick=${() => unfold(i)} @keydown=${(/** @type {KeyboardEvent} */ e) => key(e, i)}>
        <rect width=${wide} height=${high} rx="8"/><rect class="share" width=${wide * Math.sqrt(SHADES[state.shade](n) / strongest)} height="5" y=${high - 5} rx="2"/>
        <text x="10" y="21" class="name">${short(n.path || t('common.input'))}${n.layers > 1 ? ` ▸ ${n.layers}` : ''}</text><text x="10" y="40" class="of">${short(`${n.kind} ${n.shape}`)}</text></g>`)}</svg>`;
  }

  /** What a place of the layer sees of the picture, backwards through all layers before it. @param {number[]} window @param {import('../js/api.js').FvArray} pictures */
  function field(window, pictures) {
    const [top, left, down, across, high, wide] = window, [, height, width, channels] = pictures.shape;
    const y = top + Math.max(0, at[0]) * down, x = left + Math.max(0, at[1]) * across;
    const boxes = at[0] < 0 ? [] : [{ label: '', box: [x, y, x + wide, y + high], colour: '#ff4fa3' }];
    return html`<details class="field" @toggle=${() => draw()}><summary>${t('graph.field')}</summary><p class="soft reads">${at[0] < 0 ? t('graph.placeSees', { height: high, width: wide }) : t('graph.rowSees', { row: at[0] + 1, column: at[1] + 1, height: high, width: wide, top: y + 1, left: x + 1 })}</p>
      <fv-boxes .scene=${{ name: t('graph.taken'), height, width, pixels: { shape: [height, width, channels], values: pictures.values }, boxes }}></fv-boxes></details>`;
  }

  function inspector() {
    const n = graph.nodes[state.at];
    if (!n) return html`<p class="soft">${t('graph.nothing')}</p>`;
    const s = values?.statistics, l = values?.layers?.[0], a = l && values.arrays[l.path];
    /** @type {[string, any][]} */ const facts = [[t('common.kind'), n.kind], [t('common.result'), n.shape], [t('common.parameters'), count(n.parameters)], [t('common.operations'), count(n.flops)], [t('graph.layers'), n.layers],
      [t('graph.time'), n.millis && `${shown(n.millis)} ms`], [t('graph.error'), n.error === undefined ? undefined : `${(100 * n.error).toFixed(2)} %`], [t('graph.deviation'), n.spread]];
    return html`<h2>${n.path || t('common.input')}</h2>${table(facts.filter(([, v]) => v !== undefined))}
      <div class="row">${n.layers > 1 ? html`<button @click=${() => unfold(state.at)}>${t('graph.unfold')}</button>` : html`<button @click=${look}>${t('graph.look')}</button>`}
        ${n.path.includes('.') ? html`<button @click=${() => unfold(state.at)}>${t('graph.fold')}</button>` : ''}</div>
      ${s ? html`<p class="soft statistics">${t('graph.statistics', { mean: shown(s.mean), deviation: shown(s.deviation), least: shown(s.least), greatest: shown(s.greatest), zeros: (100 * s.zeros).toFixed(1) })}</p><fv-curves class="values" .curves=${{ name: t('graph.values'), xName: t('graph.value'), height: 140, x: s.bins, lines: [{ name: t('graph.values'), values: s.counts, colour: '#0072b2' }] }}></fv-curves>` : ''}
      ${a ? html`<fv-maps .layer=${{ ...l, shape: a.shape, values: numbers(a) }} @point=${(/** @type {CustomEvent} */ e) => point(e.detail)} @pick=${lookFor}></fv-maps>${a.shape.length === 3 ? others(l, a.shape[0]) : ''}
        ${values.window && values.arrays.pictures ? field(values.window, values.arrays.pictures) : ''}
        ${a.shape.length === 3 ? html`<div class="row"><label>${t('graph.channel')} <input type="number" name="channel" min="1" max=${l.channels} .value=${String(Math.max(0, channel) + 1)} @change=${(/** @type {any} */ e) => { channel = Number(e.target.value) - 1; at = [-1, -1]; }}></label><button @click=${() => lookFor()}>${t('graph.lookFor')}</button></div>` : ''}` : ''}
      ${card ? html`<fv-unit .unit=${card}></fv-unit>` : ''}`;
  }

  function draw() {
    render(html`<h1>${t('graph.title')}</h1>
      <p class="lead">${t('graph.lead', { nodes: graph.nodes.length, parameters: count(graph.nodes.reduce((sum, n) => sum + n.parameters, 0)) })}</p>
      <div class="row">${networks(offer, state.model, async (id) => { drawn.forget(); leave(); state.model = id; state.open = new Set(); state.at = -1; measured = { millis: {}, errors: {}, spreads: {} }; offer = (await ask('graph/models')).models; await load(); }, (e) => context.wrong(e, place))}
        ${chooser(all, state.picture, async (id) => { state.picture = id; values = card = undefined; measured = { ...measured, errors: {}, spreads: {} }; tell(); remember(); all = await pictures(); draw(); }, (e) => context.wrong(e, place))}</div>
      <div class="row"><label>${t('graph.shade')} <select name="shade" @change=${(/** @type {any} */ e) => { state.shade = e.target.value; remember(); draw(); }}>${Object.keys(SHADES).map((s) => html`<option value=${s} ?selected=${s === state.shade}>${t(`graph.shades.${s}`)}</option>`)}</select></label>
        <label>${t('graph.find')} <input name="find" .value=${state.find} @input=${(/** @type {any} */ e) => { state.find = e.target.value; draw(); }}></label>
        <button @click=${() => { state.open = new Set(); load(); }}>${t('graph.foldAll')}</button>
        <button @click=${save}>${t('graph.csv')}</button>
        <button @click=${() => measure('times', 'millis')} ?disabled=${Boolean(busy)}>${t('graph.times')}</button><button @click=${() => measure('eight-bits', 'error')} ?disabled=${Boolean(busy)}>${t('graph.eightBits')}</button><button @click=${() => measure('spread', 'spread')} ?disabled=${Boolean(busy)}>${t('graph.spread')}</button><span class="soft" role="status">${busy}</span></div>
      <div class="graph-columns"><section class="card scroll">${drawing()}</section></div>
      ${drawn.panel()}
      <details><summary>${t('common.table')}</summary><div class="scroll"><table class="nodes"><thead><tr><th>${t('common.layer')}<th>${t('common.kind')}<th>${t('common.result')}<th class="number">${t('common.parameters')}<th class="number">${t('common.operations')}<th class="number">ms<th class="number">${t('graph.bits')}<th class="number">${t('graph.deviation')}<th>${t('graph.sees')}</thead>
        <tbody>${graph.nodes.map((n, i) => html`<tr><th scope="row">${n.path || t('common.input')}<td>${n.kind}<td>${n.shape}<td class="number">${n.parameters}<td class="number">${n.flops}<td class="number">${n.millis === undefined ? '' : shown(n.millis)}<td class="number">${n.error === undefined ? '' : shown(n.error)}<td class="number">${n.spread === undefined ? '' : shown(n.spread)}<td>${graph.edges.filter((e) => e.to === i).map((e) => graph.nodes[e.from].path || t('common.input')).join(', ')}</tr>`)}</tbody></table></div></details>`, place);
    if (place.isConnected) render(inspector(), context.inspector);
  }

  const wanted = context.state.get('layer') ?? '';
  wanted.split('.').slice(0, -1).forEach((_, i, all) => state.open.add(all.slice(0, i + 1).join('.')));
  await load();
  const found = graph.nodes.findIndex((n) => n.path === wanted);
  const unit = Number(context.state.get('unit'));
  if (found >= 0) await select(found);
  if (wanted && found >= 0 && Number.isInteger(unit) && unit > 0) {
    channel = unit - 1;
    lookFor();
  }
  return drawn.forget;
}

/** @param {string} text */
const short = (text) => (text.length > 24 ? `${text.slice(0, 11)}…${text.slice(-12)}` : text);

/** Returns the way of an edge, out of one node, through bends beside others, into another. @param {number[][]} way @param {number} half */
function curve(way, half) {
  return way.slice(1).map(([x2, y], i) => {
    const [x1, y0] = way[i], y1 = y0 + (i === 0 ? half : 0), y2 = y - (i === way.length - 2 ? half : 0), bend = Math.max(10, (y2 - y1) / 2);
    return `${i === 0 ? `M ${x1} ${y1} ` : ''}C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2}`;
  }).join(' ');
}
