// @ts-check
/** The room of convolutions: every number in sight, forwards and backwards. */
import { ask } from '../js/api.js';
import { count, html, newest, nothing, player, render, shown, still, t } from '../js/dom.js';
import { examples, filled } from '../js/examples.js';
import { text } from '../js/grid.js';
import { oneOf } from '../js/rooms.js';
import { range } from '../lessons/experiment.js';

/** How long a step is shown, in milliseconds, by the speeds that can be chosen. @type {Record<string, number>} */
const SPEEDS = { '¼ ×': 1000, '½ ×': 500, '1 ×': 250, '2 ×': 125, '4 ×': 62 };
/** An input of more numbers is shown, not edited: as many fields would make each step slow. */ const MOST_EDITED = 600;
/** The most that any extent may be. */ const MOST = 24;
const TABS = ['slide', 'channels', 'matrix', 'backward', 'ways'];
/** The same at sizes that networks have, where the counts part. */
const LARGER = { name: 'ways', controls: [range('size', 8, 128, 64), range('kernel', 1, 33, 3)] };

/** Returns whether numbers can be made for what an address says; what else is wrong with it Java says. @param {Record<string, any>} s */
const sound = (s) => Object.entries(examples.valid.setting).every(([name, v]) => (Array.isArray(v) ? Array.isArray(s[name]) && s[name].every(Number.isFinite)
  : typeof v === 'string' || (Number.isInteger(s[name]) && s[name] >= 0 && s[name] <= MOST)));

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let example = oneOf(Object.keys(examples), context.state.get('example')), tab = oneOf(TABS, context.state.get('tab'));
  /** @type {import('../js/examples.js').Setting} */ let s = structuredClone(examples[example].setting);
  let of = context.state.get('of') ?? '';
  const own = context.state.get('setting');
  if (own) {
    try {
      const told = { ...s, bias: [0], ...JSON.parse(own) };
      if (sound(told)) [s, example] = [told, 'own'];
    } catch {
      // A broken link begins with an example.
    }
  }
  /** @type {any} */ let done;
  let line = '';
  /** The four ways, or why they are not there. @type {{all: any[], line: string}} */ let ways = { all: [], line: '' };
  let at = 0, speed = '1 ×';
  /** Which number of the way back is chosen: of dY, of dW or of dX, by its place. @type {{of: 'o' | 'k' | 'p', place: number}} */ let back = { of: 'k', place: 0 };
  const film = player(() => { next(); return true; }, () => SPEEDS[speed], () => draw());

  const weights = () => s.kind === 'conv' || s.kind === 'transposed';
  const compute = newest(async () => {
    const inner = s.kind === 'conv' ? s.channels / s.groups : s.channels;
    s.x = filled(s.x, s.height * s.width * s.channels);
    if (weights() && Number.isInteger(inner)) {
      s.weight = filled(s.weight, s.kernelHeight * s.kernelWidth * inner * s.filters);
      s.bias = Array.from({ length: s.filters }, (_, i) => s.bias[i] ?? 0);
    }
    try {
      const answer = await ask('convolution/compute', s);
      if (answer.values.length !== s.dy.length) {
        s.dy = filled(s.dy, answer.values.length);
        done = await ask('convolution/compute', s);
      } else {
        done = answer;
      }
      line = '';
      at = Math.min(at, done.output[0] * done.output[1] - 1);
    } catch (e) {
      line = /** @type {Error} */ (e).message;
    }
    draw();
    if (tab === 'ways') inAllWays(undefined);
    remember();
  });

  const remember = () => context.remember({ example, tab, ...(example === 'own' ? { setting: JSON.stringify(s), ...(of ? { of } : {}) } : {}) });

  const inAllWays = newest(async () => {
    ways = await ask('convolution/ways', s).then((answer) => ({ all: answer.ways, line: '' }), (e) => ({ all: [], line: e.message }));
    draw();
  });

  /** @param {keyof typeof s} name @param {number} least */
  function number(name, least) {
    return html`<label>${t(`convolution.settings.${name}`)} <input type="number" name=${name} min=${least} max=${MOST} .value=${String(s[name])}
      @change=${(/** @type {any} */ e) => { /** @type {any} */ (s)[name] = e.target.value = Math.max(least, Math.min(MOST, Math.round(Number(e.target.value)))); example = 'own'; compute(undefined); }}></label>`;
  }

  /** Returns one channel of numbers [H, W, C] as rows. @param {number[]} v @param {number} h @param {number} w @param {number} c @param {number} channels */
  const rows = (v, h, w, c, channels) => Array.from({ length: h }, (_, y) => Array.from({ length: w }, (_, x) => v[(y * w + x) * channels + c]));

  /** Returns which place of the input a place of the padded one is; −1 for padding. @param {number} y @param {number} x */
  const inside = (y, x) => (y < s.top || x < s.left || y >= s.top + s.height || x >= s.left + s.width ? -1 : (y - s.top) * s.width + x - s.left);

  /** Returns an input channel with its padding around it. @param {number} c */
  const padded = (c) => Array.from({ length: s.height + s.top + s.bottom }, (_, y) => Array.from({ length: s.width + s.left + s.right }, (_, x) => (inside(y, x) < 0 ? 0 : s.x[inside(y, x) * s.channels + c])));

  /** Marks padding and the window of the selected result. @param {number} row @param {number} column */
  function mark(row, column) {
    const pad = inside(row, column) < 0 ? 'pad' : '';
    const w = done.output[1], y = Math.floor(at / w) * s.strideHeight, x = (at % w) * s.strideWidth;
    const dy = row - y, dx = column - x;
    const on = dy >= 0 && dx >= 0 && dy % s.dilationHeight === 0 && dx % s.dilationWidth === 0
      && dy / s.dilationHeight < s.kernelHeight && dx / s.dilationWidth < s.kernelWidth;
    return on && done.windows ? `${pad} on` : pad;
  }

  /** @param {number} row @param {number} column */
  const result = (row, column) => (row * done.output[1] + column === at && done.windows ? 'on' : '');

  /** Chooses the result whose window begins nearest to a place of the input. @param {CustomEvent} e */
  function reach(e) {
    if (!done?.windows || e.detail.row < 0) return;
    const y = Math.min(done.output[0] - 1, Math.floor(e.detail.row / s.strideHeight)), x = Math.min(done.output[1] - 1, Math.floor(e.detail.column / s.strideWidth));
    choose(y * done.output[1] + x);
  }

  const choose = (/** @type {number} */ place) => { if (place !== at) { at = place; draw(); } };

  /** Goes on to the next result; on the way back dY slides on to the next weight. */
  function next() {
    if (tab !== 'backward' || s.kind !== 'conv') return choose((at + 1) % (done.output[0] * done.output[1]));
    back = { of: 'k', place: back.of === 'k' ? (back.place + 1) % (s.kernelHeight * s.kernelWidth) : 0 };
    draw();
  }

  /** @param {'x' | 'weight' | 'dy' | 'bias'} name @param {number} i */
  const edit = (name, i) => (/** @type {CustomEvent} */ e) => {
    s[name] = [...s[name]];
    s[name][i] = e.detail.value;
    example = 'own';
    compute(undefined);
  };

  /** Returns an editable input channel. @param {number} c @param {(row: number, column: number) => string} [marked] */
  function input(c, marked = mark) {
    return html`<div><h2 class="minor">${s.channels > 1 ? t('convolution.inputNumber', { number: c + 1 }) : t('common.input')} <small>${s.height} × ${s.width}</small></h2><fv-grid class="input"
      .grid=${{ name: t('convolution.inputNumber', { number: c + 1 }), rows: padded(c), mark: marked, editable: (/** @type {number} */ r, /** @type {number} */ k) => s.x.length <= MOST_EDITED && inside(r, k) >= 0 }} @cell=${marked === mark ? reach : nothing}
      @edit=${(/** @type {CustomEvent} */ e) => edit('x', inside(e.detail.row, e.detail.column) * s.channels + c)(e)}></fv-grid></div>`;
  }

  /** Returns a kernel, editable. @param {number} c the number of its channel in its group @param {number} f @param {(row: number, column: number) => string} [marked] */
  function kernel(c, f, marked) {
    const inner = s.weight.length / (s.kernelHeight * s.kernelWidth * s.filters);
    const all = Array.from({ length: s.kernelHeight }, (_, i) => Array.from({ length: s.kernelWidth }, (_, j) => s.weight[((i * s.kernelWidth + j) * inner + c) * s.filters + f]));
    return html`<div><h2 class="minor">${inner > 1 || s.filters > 1 ? t('convolution.kernelOf', { from: Math.floor(f / (s.filters / s.groups)) * inner + c + 1, to: f + 1 }) : t('convolution.kernel')} <small>${s.kernelHeight} × ${s.kernelWidth}</small></h2>
      <fv-grid class="kernel" .grid=${{ name: t('convolution.kernel'), rows: all, editable: true, mark: marked }}
        @edit=${(/** @type {CustomEvent} */ e) => edit('weight', ((e.detail.row * s.kernelWidth + e.detail.column) * inner + c) * s.filters + f)(e)}></fv-grid></div>`;
  }

  /** The biases, editable. */
  const bias = () => html`<div><h2 class="minor">${t('convolution.bias')}</h2><fv-grid class="bias" .grid=${{ name: t('convolution.bias'), rows: [s.bias], editable: true }} @edit=${(/** @type {CustomEvent} */ e) => edit('bias', e.detail.column)(e)}></fv-grid></div>`;

  /** @param {number} f */
  function output(f) {
    const [h, w, n] = done.output;
    return html`<div><h2 class="minor">${n > 1 ? t('convolution.resultNumber', { number: f + 1 }) : t('common.result')} <small>${h} × ${w}</small></h2><fv-grid class="output"
      .grid=${{ name: t('common.result'), rows: rows(done.values, h, w, f, n), mark: result }}
      @cell=${(/** @type {CustomEvent} */ e) => e.detail.row >= 0 && choose(e.detail.row * w + e.detail.column)}></fv-grid></div>`;
  }

  /** Returns the terms of the selected result, channel by channel. @param {number} f */
  function terms(f) {
    const inner = s.channels / s.groups, first = Math.floor(f / (s.filters / s.groups)) * inner;
    return Array.from({ length: inner }, (_, c) => done.windows[at].map((/** @type {number} */ place, /** @type {number} */ i) => ({
      x: place < 0 ? 0 : s.x[place * s.channels + first + c], w: s.weight[(i * inner + c) * s.filters + f] })));
  }

  /** @type {Record<string, () => unknown>} */
  const panels = {
    slide: () => html`<div class="grids">${Array.from({ length: s.channels }, (_, c) => input(c))}
      ${weights() ? Array.from({ length: s.weight.length / (s.kernelHeight * s.kernelWidth) }, (_, i) => kernel(Math.floor(i / s.filters), i % s.filters)).concat(bias()) : ''}
      ${Array.from({ length: done.output[2] }, (_, f) => output(f))}</div>${sum()}`,
    channels: () => html`<div class="grids">${terms(0).map((channel, c) => {
      const square = (/** @type {(t: {x: number, w: number}) => number} */ of) => Array.from({ length: s.kernelHeight }, (_, i) => channel.slice(i * s.kernelWidth, (i + 1) * s.kernelWidth).map(of));
      return html`<div><h2 class="minor">${t('convolution.windowOf', { number: c + 1 })}</h2><fv-grid .grid=${{ name: t('convolution.windowNumber', { number: c + 1 }), rows: square((term) => term.x) }}></fv-grid></div><p class="sign">×</p>
        ${kernel(c, 0)}<p class="sign">=</p><div><h2 class="minor">${t('convolution.products')}</h2><fv-grid .grid=${{ name: t('convolution.productsNumber', { number: c + 1 }), rows: square((term) => term.x * term.w) }}></fv-grid></div>
        <p class="sign">Σ ${text(channel.reduce((/** @type {number} */ a, /** @type {any} */ t) => a + t.x * t.w, 0))}</p><span class="break"></span>`;
    })}${bias()}</div>${sum()}`,
    matrix: () => {
      const inner = terms(0).length, n = done.output[0] * done.output[1], old = at;
      const all = Array.from({ length: n }, (_, i) => { at = i; return terms(0).flat().map((t) => t.x); });
      at = old;
      const on = (/** @type {number} */ r) => (r === at ? 'on' : '');
      return html`<p>${inner > 1 ? t('convolution.flatChannels') : t('convolution.flat')}</p>
        <div class="grids whole scroll">${Array.from({ length: s.channels / s.groups }, (_, c) => input(c))}<div><h2 class="minor">${t('convolution.windows')} <small>${n} × ${all[0].length}</small></h2><fv-grid class="im2col" .grid=${{ name: t('convolution.windows'), rows: all, mark: on }}
            @cell=${(/** @type {CustomEvent} */ e) => e.detail.row >= 0 && choose(e.detail.row)}></fv-grid></div><p class="sign">×</p>
          <div><h2 class="minor">${t('convolution.kernel')}</h2><fv-grid .grid=${{ name: t('convolution.kernel'), rows: terms(0).flat().map((t) => [t.w]) }}></fv-grid></div><p class="sign">${s.bias[0] ? `+ ${s.bias[0]} =` : '='}</p>
          <div><h2 class="minor">${t('convolution.results')}</h2><fv-grid .grid=${{ name: t('convolution.results'), rows: Array.from({ length: n }, (_, i) => [done.values[i * done.output[2]]]), mark: on }}></fv-grid></div></div>`;
    },
    backward: () => {
      const [h, w, n] = done.output, g = done.gradients, met = meetings();
      if (!g) return html`<p>${t('convolution.noGradients')}</p>`;
      const marks = (/** @type {'o' | 'k' | 'p'} */ what, /** @type {number} */ wide) => { const on = new Set(met.map((m) => m[what])); return (/** @type {number} */ r, /** @type {number} */ c) => (on.has(r * wide + c) ? 'on' : ''); };
      const pick = (/** @type {'o' | 'k' | 'p'} */ what, /** @type {number} */ wide) => (/** @type {CustomEvent} */ e) => { if (e.detail.row < 0) return; back = { of: what, place: e.detail.row * wide + e.detail.column }; draw(); };
      const seen = marks('p', s.width);
      return html`<p>${t('convolution.gradients')}</p>
        <div class="grids">${input(0, (r, c) => (inside(r, c) < 0 ? 'pad' : seen(r - s.top, c - s.left)))}${weights() ? kernel(0, 0, marks('k', s.kernelWidth)) : ''}<div><h2 class="minor">dY</h2><fv-grid class="dy" .grid=${{ name: 'dY', rows: rows(s.dy, h, w, 0, n), editable: true, mark: marks('o', w) }} @cell=${pick('o', w)}
            @edit=${(/** @type {CustomEvent} */ e) => edit('dy', (e.detail.row * w + e.detail.column) * n)(e)}></fv-grid></div>
          ${g.weight ? html`<div><h2 class="minor">dW = X ⋆ dY</h2><fv-grid class="dw" .grid=${{ name: 'dW', rows: rows(g.weight, s.kernelHeight, s.kernelWidth, 0, g.weight.length / (s.kernelHeight * s.kernelWidth)), mark: marks('k', s.kernelWidth) }} @cell=${pick('k', s.kernelWidth)}></fv-grid></div>` : ''}
          <div><h2 class="minor">dX</h2><fv-grid class="dx" .grid=${{ name: 'dX', rows: rows(g.x, s.height, s.width, 0, s.channels), mark: seen }} @cell=${pick('p', s.width)}></fv-grid></div>
          ${g.bias ? html`<div><h2 class="minor">db = Σ dY</h2><fv-grid class="db" .grid=${{ name: 'db', rows: [g.bias] }}></fv-grid></div>` : ''}</div>${sumBack(met)}`;
    },
  };

  panels.ways = () => html`<p>${t('convolution.ways')}</p>
    ${ways.line ? html`<p class="wrong" role="alert">${ways.line}</p>` : html`<div class="scroll"><table class="ways"><thead><tr><th>${t('convolution.way')}<th class="number">${t('convolution.multiplications')}<th class="number">${t('convolution.memory')}<th class="number">${t('convolution.millis')}<th class="number">${t('convolution.differs')}</thead>
      <tbody>${ways.all.map((w) => html`<tr><th scope="row">${w.name}<td class="number">${w.multiplications}<td class="number">${w.bytes}<td class="number">${shown(w.millis)}<td class="number">${shown(w.difference)}</tr>`)}</tbody></table></div>`}
    <h2>${t('convolution.otherSizes')}</h2><fv-experiment .asked=${LARGER}></fv-experiment>`;

  /** Where a weight meets an input, and for which result: by places of kernel, input and result; of those only where the chosen number of the way back takes part. @returns {{o: number, k: number, p: number}[]} */
  const meetings = () => (done.windows ?? []).flatMap((/** @type {number[]} */ w, /** @type {number} */ o) => w.map((p, k) => ({ o, k, p }))).filter((/** @type {any} */ m) => m.p >= 0 && m[back.of] === back.place);

  /** The sum that gives the chosen number of the way back, or where dY goes. @param {{o: number, k: number, p: number}[]} met */
  function sumBack(met) {
    if (s.kind !== 'conv' || !met.length) return '';
    if (back.of === 'o') return html`<p class="sum">${t('convolution.comesBack', { row: Math.floor(back.place / done.output[1]) + 1, column: (back.place % done.output[1]) + 1, count: met.length })}</p>`;
    const n = s.filters, inner = s.channels / s.groups, all = back.of === 'k' ? met.map((m) => ({ x: s.x[m.p * s.channels], w: s.dy[m.o * n] }))
      : met.flatMap((m) => Array.from({ length: n / s.groups }, (_, f) => ({ x: s.dy[m.o * n + f], w: s.weight[m.k * inner * n + f] })));
    return html`<p class="sum mono">${back.of === 'k' ? 'dW' : 'dX'}: ${written(all)} = <output class="picked">${text(all.reduce((sum, m) => sum + m.x * m.w, 0))}</output></p>`;
  }

  /** Writes a sum of products, of long ones the beginning. @param {{x: number, w: number}[]} all */
  const written = (all) => all.slice(0, 30).map((m) => `${signed(m.w)}·${signed(m.x)}`).join(' + ') + (all.length > 30 ? ' + …' : '');

  /** The sum that gives the selected result, written out. */
  function sum() {
    if (s.kind !== 'conv' || !done.windows) return '';
    return html`<p class="sum mono">${written(terms(0).flat())}${s.bias[0] ? ` + ${s.bias[0]}` : ''} = <output class="picked">${text(done.values[at * done.output[2]])}</output></p>`;
  }

  function sizes() {
    const one = (/** @type {number} */ n, /** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ d, /** @type {number} */ k, /** @type {number} */ st, /** @type {number} */ o) =>
      `⌊(${n} + ${a} + ${b} − ${d}·(${k} − 1) − 1) / ${st}⌋ + 1 = ${o}`;
    if (s.kind === 'transposed') return html`<p class="soft mono">${t('convolution.rows', { formula: `(${s.height} − 1)·${s.strideHeight} + ${s.kernelHeight} = ${done.output[0]}` })}</p>`;
    const rows = one(s.height, s.top, s.bottom, s.dilationHeight, s.kernelHeight, s.strideHeight, done.output[0]), columns = one(s.width, s.left, s.right, s.dilationWidth, s.kernelWidth, s.strideWidth, done.output[1]);
    return html`<p class="soft mono sizes">${weights() ? t('convolution.sizesAndCount', { rows, columns, multiplications: count(done.multiplications) }) : t('convolution.sizes', { rows, columns })}</p>`;
  }

  function draw() {
    const shownTab = s.kind === 'conv' ? tab : tab === 'backward' ? tab : 'slide';
    render(html`
      <h1>${t('convolution.title')}</h1>
      <p class="lead">${t('convolution.lead')}</p>
      ${of && example === 'own' ? html`<p class="unit-of">${t('convolution.sees', { unit: of })}</p>` : ''}
      <div class="row"><label>${t('convolution.beginWith')} <select name="example" @change=${(/** @type {any} */ e) => { example = e.target.value; s = structuredClone(examples[example].setting); at = back.place = 0; of = ''; compute(undefined); }}>
          ${Object.keys(examples).map((name) => html`<option value=${name} ?selected=${name === example}>${t(`examples.${name}`)}</option>`)}${example === 'own' ? html`<option selected>${t('common.yourOwn')}</option>` : ''}</select></label>
        <label>${t('common.kind')} <select name="kind" @change=${(/** @type {any} */ e) => { s.kind = e.target.value; [example, tab] = ['own', 'slide']; compute(undefined); }}>${['conv', 'max', 'average', 'transposed'].map((k) => html`<option ?selected=${k === s.kind}>${k}</option>`)}</select></label>
        ${still() ? '' : html`${film.button()}<label>${t('convolution.speed')} <select name="speed" @change=${(/** @type {any} */ e) => { speed = e.target.value; }}>${Object.keys(SPEEDS).map((x) => html`<option ?selected=${x === speed}>${x}</option>`)}</select></label>`}
        <button @click=${next}>${t('convolution.step')}</button></div>
      <details ?open=${example === 'own'}><summary>${t('convolution.details')}</summary><div class="row">${number('height', 1)}${number('width', 1)}${number('channels', 1)}
        ${number('kernelHeight', 1)}${number('kernelWidth', 1)}${number('filters', 1)}${number('groups', 1)}</div>
        <div class="row">${number('strideHeight', 1)}${number('strideWidth', 1)}${number('dilationHeight', 1)}${number('dilationWidth', 1)}
        ${number('top', 0)}${number('bottom', 0)}${number('left', 0)}${number('right', 0)}</div></details>
      ${line ? html`<p class="wrong" role="alert">${line}</p>` : ''}
      ${done ? html`<div role="tablist" aria-label=${t('common.views')}>${TABS.map((name) => html`<button role="tab" id=${`tab-${name}`} aria-selected=${name === shownTab}
          @click=${() => { tab = name; remember(); draw(); if (tab === 'ways') inAllWays(undefined); }} ?disabled=${s.kind !== 'conv' && name !== 'slide' && name !== 'backward'}>${t(`convolution.tabs.${name}`)}</button>`)}</div>
        <section class="card" role="tabpanel" aria-labelledby=${`tab-${shownTab}`}>${sizes()}${panels[shownTab]()}</section>` : ''}`, place);
  }

  await compute(undefined);
  return film.stop;
}

/** @param {number} v */
const signed = (v) => (v < 0 ? `(−${-v})` : String(v));
