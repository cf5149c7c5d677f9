// @ts-check
/** The room of kernels: a few numbers that slide over a picture. */
import { ask, keep } from '../js/api.js';
import { before, correlate, gain, sources, visible } from '../js/correlate.js';
import '../js/curves.js';
import { html, newest, parts, render, say, shown, t } from '../js/dom.js';
import '../js/grid.js';
import { inspect } from '../js/inspector.js';
import '../js/maps.js';
import { chooser, drawPicture, picture, pictures } from '../js/picture.js';
import { known, oneOf } from '../js/rooms.js';

/** The longer side of what is computed, the most kernels of a chain, and the ways that can be chosen. */
const SIDE = 320, MOST = 4, BORDERS = ['replicate', 'reflect', 'zero', 'valid'], DISPLAYS = ['plain', 'absolute', 'positive', 'signed'];

/** How many products a picture of the camera may take: large kernels get a smaller one, so that it moves. */
const MOST_WORK = 2e7;

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const named = (await ask('kernels/list')).kernels;
  let all = await pictures();
  const state = {
    picture: known(all, context.state.get('picture')) ?? all[0].id,
    name: context.state.get('kernel') ?? 'sobel-left',
    border: /** @type {import('../js/correlate.js').Border} */ (oneOf(BORDERS, context.state.get('border'))),
    display: /** @type {import('../js/correlate.js').Display} */ ('plain'),
    stride: whole(context.state.get('stride'), 8),
    turned: context.state.get('turned') === '1',
    weights: new Float32Array(9), height: 3, width: 3,
    row: -1, column: -1,
  };
  /** @type {import('../js/picture.js').Picture} */ let source;
  /** @type {{height: number, width: number, channels: number, values: Float32Array}} */ let result;
  /** @type {MediaStream | undefined} */ let camera;
  /** Earlier kernels, each as rows. */ const chain = (context.state.get('chain') ?? '').split('|').flatMap((k) => parsed(k) ?? []).slice(0, MOST - 1);
  /** What the last kernel sees: the picture, or what the earlier ones made of it. @type {import('../js/correlate.js').Pixels} */ let read;
  /** The picture and what each kernel made of it. @type {any[]} */ let steps = [];
  /** How much the kernel lets through of each frequency. @type {any} */ let spectrum;
  /** The bytes that are shown as the result. @type {ArrayLike<number>} */ let bytes = [];
  let fps = 0;

  /** @param {string} name */
  function use(name) {
    const k = named.find((/** @type {any} */ n) => n.name === name) ?? named[0];
    Object.assign(state, { name: k.name, height: k.height, width: k.width, weights: Float32Array.from(k.weights), display: k.display });
    const own = name === 'own' ? context.state.get('weights')?.split(',').map(Number) : undefined, side = Math.sqrt(own?.length ?? 0);
    if (own?.every(Number.isFinite) && Number.isInteger(side) && side <= 15) Object.assign(state, { name: 'own', height: side, width: side, weights: Float32Array.from(own) });
  }

  /** The kernel that is applied: turned by 180° it is a convolution. */
  const kernel = () => ({ height: state.height, width: state.width, weights: state.turned ? Float32Array.from(state.weights).reverse() : state.weights });

  /** All kernels, in the order in which they are applied. */
  const kernels = () => [...chain.map((rows) => ({ height: rows.length, width: rows[0].length, weights: Float32Array.from(rows.flat()) })), kernel()];

  function compute() {
    try {
      const made = kernels().reduce((all, k) => [...all, correlate(all[all.length - 1], k, state.border, state.stride, camera && steps[all.length]?.values)], /** @type {any[]} */ ([source]));
      [read, result] = made.slice(-2);
      steps = made;
      place.querySelector(':scope > .wrong')?.remove();
    } catch (e) {
      context.wrong(e, place);
      return;
    }
    bytes = visible(result.values, state.display, gain(kernel().weights, state.display));
    drawPicture(/** @type {HTMLCanvasElement} */ (place.querySelector('canvas.before')), source);
    drawPicture(/** @type {HTMLCanvasElement} */ (place.querySelector('canvas.after')), { ...result, values: bytes });
    mark();
  }

  /** Shows the window under the pointer on both pictures. */
  function mark() {
    const box = place.querySelectorAll('.lens');
    box.forEach((b, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (b.parentElement?.querySelector('canvas'));
      const scale = canvas.clientWidth / canvas.width;
      const f = i === 0 ? field(state.row, state.column) : { top: state.row, left: state.column, height: 1, width: 1 };
      /** @type {any} */ (b).style = state.row < 0 ? 'display:none' : `left:${f.left * scale}px;top:${f.top * scale}px;width:${f.width * scale}px;height:${f.height * scale}px`;
    });
  }

  /** Returns the part of the picture that a result reads, through all kernels. @param {number} row @param {number} column */
  function field(row, column) {
    const f = { top: row, left: column, height: 1, width: 1 };
    for (const k of kernels().reverse()) {
      f.top = f.top * state.stride - before(k.height, state.border);
      f.left = f.left * state.stride - before(k.width, state.border);
      f.height = (f.height - 1) * state.stride + k.height;
      f.width = (f.width - 1) * state.stride + k.width;
    }
    return f;
  }

  /** Returns what the last kernel reads at the pointer, of the first channel. */
  function lens() {
    if (state.row < 0 || !result) return undefined;
    const k = kernel(), places = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ extent) =>
      Array.from({ length: size }, (_, i) => sources(1, 1, at * state.stride - before(size, state.border) + i, extent, state.border)[0]);
    const across = places(state.column, k.width, read.width);
    return places(state.row, k.height, read.height).map((y) => across.map((x) => (y < 0 || x < 0 ? 0 : read.values[(y * read.width + x) * read.channels])));
  }

  /** @param {Float32Array} w */
  const rows = (w) => Array.from({ length: state.height }, (_, r) => Array.from(w.subarray(r * state.width, (r + 1) * state.width)));

  function remember() {
    context.remember({ picture: state.picture, kernel: state.name, border: state.border, stride: String(state.stride), display: state.display, turned: state.turned ? '1' : '0', chain: chain.map(text).join('|'),
      ...(state.name === 'own' ? { weights: Array.from(state.weights).join() } : {}) });
  }

  /** @param {number} size */
  function resize(size) {
    const next = new Float32Array(size * size).fill(0);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const y = i + ((state.height - size) >> 1), x = j + ((state.width - size) >> 1);
        if (y >= 0 && x >= 0 && y < state.height && x < state.width) next[i * size + j] = state.weights[y * state.width + x];
      }
    }
    Object.assign(state, { name: 'own', height: size, width: size, weights: next });
    again();
  }

  function again() {
    compute();
    draw();
    remember();
    transform(undefined);
  }

  const transform = newest(() => ask('kernels/spectrum', { height: state.height, width: state.width, weights: Array.from(state.weights) })
    .then((answer) => { spectrum = answer; draw(); }).catch((e) => context.wrong(e, place)));

  /** How many numbers of both pictures have each brightness, all channels together; none has no place on a scale of powers. */
  const histogram = () => ({ name: t('kernels.pixels'), xName: t('kernels.brightness'), height: 180, log: true, x: Array.from({ length: 256 }, (_, i) => i), lines: [
    { name: t('kernels.picture'), values: counts(source.values), colour: '#0072b2' }, { name: t('common.result'), values: counts(bytes), colour: '#d55e00', dash: [6, 4] }] });

  /** The Java that makes the same picture. @param {number[][]} last */
  const java = (last) => `Tensor image = Images.within(Images.read(Path.of("PICTURE")), ${SIDE});
KernelChain chain = new KernelChain(List.of(${[...chain, last].map((k) => `ImageKernel.parse("${text(k)}")`).join(', ')}), Border.${state.border.toUpperCase()}, ${state.stride}, Display.${state.display.toUpperCase()});
Images.writePng(Path.of("result.png"), chain.apply(image));`;

  /** The command that makes the same picture. @param {number[][]} last */
  const command = (last) => `./fovea kernels PICTURE --within ${SIDE} ${[...chain.map((k) => `"${text(k)}"`), state.name === 'own' || state.turned ? `"${text(last)}"` : state.name].map((k) => `--kernel ${k}`).join(' ')}${
    state.border === 'replicate' ? '' : ` --border ${state.border}`}${state.stride === 1 ? '' : ` --stride ${state.stride}`} --show ${state.display} --out result.png`;

  /** @param {PointerEvent} e */
  function point(e) {
    const canvas = /** @type {HTMLCanvasElement} */ (e.currentTarget), y = Math.floor((e.offsetY / canvas.clientHeight) * canvas.height), x = Math.floor((e.offsetX / canvas.clientWidth) * canvas.width);
    if (canvas.className === 'after') return select(y, x);
    const f = field(0, 0), step = state.stride ** (chain.length + 1); // the result in the middle of whose field the pixel lies
    select(Math.round((y - f.top - (f.height - 1) / 2) / step), Math.round((x - f.left - (f.width - 1) / 2) / step));
  }

  /** @param {number} row @param {number} column */
  function select(row, column) {
    if (!result) return; // the pointer may be there before the picture is
    state.row = Math.max(0, Math.min(result.height - 1, row));
    state.column = Math.max(0, Math.min(result.width - 1, column));
    draw();
    mark();
    say(t('kernels.said', { row: state.row + 1, column: state.column + 1, response: shown(at()) }));
    const f = field(state.row, state.column);
    inspect(place, { title: t('common.result'), facts: [[t('common.rowColumn'), `${state.row + 1}, ${state.column + 1}`], [t('kernels.response'), at()], [t('kernels.shownAs'), bytes[(state.row * result.width + state.column) * result.channels]], [t('kernels.sees'), t('kernels.seesPixels', { height: f.height, width: f.width })], [t('kernels.begins'), `${f.top + 1}, ${f.left + 1}`]], numbers: [[t('kernels.under'), lens()?.flat() ?? []], [t('common.weights'), kernel().weights]] });
  }

  const at = () => result.values[(state.row * result.width + state.column) * result.channels];

  /** @param {KeyboardEvent} e */
  function key(e) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    if (!step || !result) return;
    e.preventDefault();
    const by = e.shiftKey ? 10 : 1;
    select(state.row < 0 ? result.height >> 1 : state.row + by * step[0], state.row < 0 ? result.width >> 1 : state.column + by * step[1]);
  }

  async function film() {
    if (camera) {
      camera.getTracks().forEach((t) => t.stop());
      camera = undefined;
      await load();
      return;
    }
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 800 } } });
    if (!place.isConnected || camera) return stream.getTracks().forEach((t) => t.stop());
    camera = stream;
    const video = document.createElement('video');
    video.srcObject = camera;
    await video.play();
    if (camera !== stream) return;
    const canvas = document.createElement('canvas');
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    let last = performance.now();
    const frame = () => {
      if (!camera || !place.isConnected) return;
      const work = kernels().reduce((n, k) => n + k.weights.length, 0) * video.videoWidth * video.videoHeight, scale = Math.min(1, Math.sqrt(MOST_WORK / work));
      const size = [Math.max(1, Math.round(scale * video.videoWidth)), Math.max(1, Math.round(scale * video.videoHeight))];
      if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const rgba = new Int32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer), grey = new Uint8Array(rgba.length);
      for (let i = 0; i < grey.length; i++) grey[i] = (77 * (rgba[i] & 255) + 150 * ((rgba[i] >> 8) & 255) + 29 * ((rgba[i] >> 16) & 255)) >> 8;
      source = { id: '', name: 'camera', height: canvas.height, width: canvas.width, channels: 1, values: grey };
      compute();
      const now = performance.now();
      fps = 0.9 * fps + 100 / (now - last);
      last = now;
      const out = place.querySelector('.fps');
      if (out) out.textContent = t('kernels.fps', { fps: fps.toFixed(0) });
      requestAnimationFrame(frame);
    };
    draw();
    frame();
  }

  async function load() {
    source = await picture(state.picture, SIDE);
    again();
  }

  function draw() {
    const window = lens(), k = rows(kernel().weights), f = field(0, 0), sum = state.weights.reduce((s, w) => s + w, 0), under = chain.length ? t('kernels.responsesUnder') : t('kernels.pixelsUnder'), total = window && html`<output class="response">${shown(at())}</output>`;
    render(html`
      <h1>${t('kernels.title')}</h1>
      <p class="lead">${t('kernels.lead')}</p>
      ${chooser(all, state.picture, async (id) => { state.picture = id; all = await pictures(); await load(); }, (e) => context.wrong(e, place))}
      <div class="row"><label>${t('kernels.kernel')} <select name="kernel" @change=${(/** @type {any} */ e) => { use(e.target.value); again(); }}>
          ${named.map((/** @type {any} */ n) => html`<option value=${n.name} ?selected=${n.name === state.name}>${n.name}</option>`)}
          ${state.name === 'own' ? html`<option value="own" selected>${t('common.yourOwn')}</option>` : ''}</select></label>
        <label>${t('kernels.size')} <input type="number" name="size" min="1" max="15" step="1" .value=${String(state.height)} @change=${(/** @type {any} */ e) => resize(Math.max(1, Math.min(15, Number(e.target.value))))}></label>
        <label>${t('kernels.border')} <select name="border" @change=${(/** @type {any} */ e) => { state.border = e.target.value; again(); }}>
          ${BORDERS.map((b) => html`<option ?selected=${b === state.border}>${b}</option>`)}</select></label>
        <label>${t('kernels.stride')} <input type="number" name="stride" min="1" max="8" .value=${String(state.stride)} @change=${(/** @type {any} */ e) => { state.stride = whole(e.target.value, 8); again(); }}></label>
        <label>${t('kernels.show')} <select name="display" @change=${(/** @type {any} */ e) => { state.display = e.target.value; again(); }}>
          ${DISPLAYS.map((d) => html`<option ?selected=${d === state.display}>${d}</option>`)}</select></label>
        <button aria-pressed=${state.turned} @click=${() => { state.turned = !state.turned; again(); }}>${t('kernels.turn')}</button>
        <button ?disabled=${Math.abs(sum) < 1e-6} @click=${() => { state.weights = state.weights.map((w) => w / sum); state.name = 'own'; again(); }}>${t('kernels.normalise')}</button>
        <button ?disabled=${chain.length >= MOST - 1} @click=${() => { chain.push(k); again(); }}>${t('kernels.again')}</button>
        ${chain.length ? html`<button @click=${() => { chain.length = 0; again(); }}>${t('kernels.onceOnly')}</button>` : ''}
        <button aria-pressed=${camera ? 'true' : 'false'} @click=${() => film().catch((e) => context.wrong(e, place))}>${camera ? t('kernels.cameraOn') : t('common.camera')}</button><span class="fps soft" role="status"></span></div>
      <p class="soft">${t('kernels.about', { about: named.find((/** @type {any} */ n) => n.name === state.name)?.description ?? t('common.yourOwn'), sum: shown(sum) })}
        ${state.turned ? t('kernels.turned') : t('kernels.plain')}
        ${state.display === 'signed' ? t('kernels.signed') : ''}
        ${!chain.length ? '' : state.stride > 1 ? t('kernels.appliedStride', { times: chain.length + 1, height: f.height, width: f.width, stride: state.stride ** (chain.length + 1) }) : t('kernels.applied', { times: chain.length + 1, height: f.height, width: f.width })}</p>
      <div class="columns kernel-columns">
        <figure class="card"><figcaption>${t('kernels.picture')}</figcaption><div class="stage pixels" tabindex="0" role="application" aria-roledescription=${t('kernels.picture')}
          aria-label=${t('kernels.pictureKeys')} @keydown=${key}><canvas class="before" @pointermove=${point}></canvas><span class="lens"></span></div></figure>
        <section class="card"><h2>${t('kernels.weights')}</h2>
          <fv-grid .grid=${{ name: t('kernels.weight'), rows: rows(state.weights), editable: true }} @edit=${(/** @type {CustomEvent} */ e) => {
            state.weights = Float32Array.from(state.weights);
            state.weights[e.detail.row * state.width + e.detail.column] = e.detail.value;
            state.name = 'own';
            again();
          }}></fv-grid>
          ${window ? html`<h2>${source.channels === 3 ? t('kernels.red', { under }) : under}</h2><fv-grid .grid=${{ name: chain.length ? t('kernels.response') : t('kernels.pixel'), rows: window, ...(chain.length ? {} : { limit: 255, signed: false }) }}></fv-grid>
            <p>${chain.length ? parts('kernels.sumResponses', { sum: total }) : parts('kernels.sumPixels', { sum: total })}</p>` : html`<p class="soft">${t('kernels.hint')}</p>`}</section>
        <figure class="card"><figcaption>${t('common.result')}</figcaption><div class="stage pixels"><canvas class="after" @pointermove=${point} aria-label=${t('common.result')}></canvas><span class="lens"></span></div></figure>
      </div>
      <div class="columns">${result && !camera ? html`<section class="card histogram"><h2>${t('kernels.histogram')}</h2><fv-curves .curves=${histogram()}></fv-curves></section>` : ''}
        ${spectrum ? html`<section class="card spectrum"><h2>${t('kernels.spectrum')} <small>${t('kernels.spectrumSmall')}</small></h2>
          <p class="soft">${t('kernels.spectrumAbout', { sum: shown(Math.abs(sum)) })}</p>
          <fv-maps .tall=${200} .layer=${{ path: t('kernels.transform'), shape: spectrum.arrays.spectrum.shape, values: spectrum.arrays.spectrum.values, limit: spectrum.limit, signed: false }}></fv-maps></section>` : ''}</div>
      <details><summary>${t('kernels.take')}</summary>
        <div class="row"><button @click=${() => /** @type {HTMLCanvasElement} */ (place.querySelector('canvas.after')).toBlob(async (b) => b && keep('result.png', new Uint8Array(await b.arrayBuffer())))}>${t('kernels.png')}</button></div>
        <pre>${java(k)}

${command(k)}</pre></details>`, place);
  }

  use(state.name);
  if (context.state.has('display')) state.display = /** @type {any} */ (oneOf(DISPLAYS, context.state.get('display')));
  draw();
  await load();
  const hide = () => document.hidden && camera && film();
  document.addEventListener('visibilitychange', hide);
  return () => {
    document.removeEventListener('visibilitychange', hide);
    camera?.getTracks().forEach((t) => t.stop());
    camera = undefined;
  };
}

/** Returns weights as text: of each the fewest digits that tell the same float, at most 9. @param {number[][]} rows */
const text = (rows) => rows.map((r) => r.map((w) => String([6, 7, 8, 9].map((digits) => Number(w.toPrecision(digits))).find((short) => Math.fround(short) === w) ?? w)).join(' ')).join('; ');

/** Returns the rows that a text tells, if it is one of a kernel. @param {string} k */
function parsed(k) {
  const rows = k.split(';').map((row) => row.trim().split(/ +/).map(Number)), sizes = rows.map((r) => r.length);
  return k.trim() && rows.length <= 15 && sizes[0] <= 15 && sizes.every((n) => n === sizes[0]) && rows.flat().every(Number.isFinite) ? [rows] : undefined;
}

/** Returns a whole number from 1 on. @param {string | null} text @param {number} most */
const whole = (text, most) => Math.max(1, Math.min(most, Math.round(Number(text)) || 1));

/** Counts how often each byte is there. @param {ArrayLike<number>} values */
function counts(values) {
  const n = new Array(256).fill(0);
  for (let i = 0; i < values.length; i++) n[values[i]]++;
  return n.map((count) => count || null);
}
