// @ts-check
/** The room in which a network learns in sight. */
import { ask, askUntilDue, keep, listen, numbers, Refused } from '../js/api.js';
import '../js/bars.js';
import { builder, NETS } from '../js/builder.js';
import { changes } from '../js/changes.js';
import '../js/curves.js';
import { smooth } from '../js/curves.js';
import { count, html, newest, nothing, render, say, shown } from '../js/dom.js';
import { elsewhere } from '../js/elsewhere.js';
import '../js/grid.js';
import '../js/maps.js';
import { drawSamples } from '../js/picture.js';
import '../js/scatter.js';
import { SlowMotion } from '../js/slowmotion.js';

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const options = await ask('train/options');
  const settings = { data: 'digits', samples: 3000, epochs: 3, batch: 32, optimizer: 'adam', rate: 0.003, schedule: 'one-cycle', seed: 1, changes: /** @type {string[]} */ ([]), name: 'small CNN', layers: structuredClone(NETS.small.layers) };
  try {
    Object.assign(settings, JSON.parse(context.state.get('plan') ?? '{}'));
  } catch {
    // A broken link begins with the usual plan.
  }
  /** @type {any} */ let checked;
  /** @type {any} */ let curves;
  /** @type {any} */ let view;
  /** @type {any} */ let mistakes;
  /** @type {any} */ let embedding;
  /** @type {any} */ let reliability;
  /** @type {any} */ let speed;
  /** @type {any} */ let health;
  /** Which mistakes are shown: a class taken for another, or all. */ let confused = '';
  const slow = new SlowMotion(() => draw());
  /** @type {string} */ let tab = 'maps';
  let line = '', cell = { row: -1, column: -1 }, sample = 0, beta = 0.9, following = true, busy = '';

  const attempt = async (/** @type {() => Promise<void>} */ work) => {
    try {
      await work();
    } catch (e) {
      context.wrong(e, place);
    }
  };
  const check = newest(async () => {
    try {
      checked = await ask('train/check', settings);
      line = '';
    } catch (e) {
      line = /** @type {Error} */ (e).message;
      checked = undefined;
    }
    context.remember({ plan: JSON.stringify(settings) });
    draw();
  });
  const augmented = changes({ settings, known: options.changes, sample: () => sample, changed: () => check(undefined), draw: () => draw(), wrong: (e) => context.wrong(e, place) });
  /** A training that has not begun is no error. @param {unknown} e */
  const unlessNothingIsTrained = (e) => {
    if (!(e instanceof Refused && e.status === 422)) context.wrong(e, place);
  };
  /** Shows the newest frame; one that is not due yet does not hold up the curves. */
  const look = newest(async () => {
    try {
      const seen = await ask('train/view', { sample });
      if (seen && following) view = seen;
    } catch (e) {
      unlessNothingIsTrained(e);
    }
    draw();
  });
  const refresh = newest(async () => {
    try {
      curves = await ask('train/curves');
      if (following && curves.phase !== 'waiting') look(undefined);
      if (curves.phase === 'ended' || curves.phase === 'failed') say(curves.phase === 'ended' ? 'The training has ended' : curves.problem);
    } catch (e) {
      unlessNothingIsTrained(e);
      curves = undefined;
    }
    draw();
  });

  /** What makes waiting short. */
  const pauseHint = () => (curves?.phase === 'running' ? ' Watching takes at most 2 % of the time of a training that runs: pause it to see this at once.' : '');

  /** Goes to a step of the past, which Java computes anew. @param {number} step */
  const travel = newest(async (/** @type {number} */ step) => {
    following = false;
    busy = `step ${step} is computed anew …${pauseHint()}`;
    draw();
    await attempt(async () => {
      view = await askUntilDue('train/at', { step, sample });
      say(`step ${step} computed anew, bits ${view.bits}`);
    });
    busy = '';
    draw();
  });

  const act = (/** @type {string} */ action, body = {}) => attempt(async () => {
    await ask(`train/${action}`, body);
    following = true;
    await refresh(undefined);
  });

  /** @param {'samples' | 'epochs' | 'batch' | 'rate' | 'seed'} name @param {string} label */
  const number = (name, label) => html`<label>${label} <input type="number" name=${name} step="any" .value=${String(settings[name])}
    @change=${(/** @type {any} */ e) => { settings[name] = name === 'rate' ? Number(e.target.value) : Math.round(Number(e.target.value)); check(undefined); }}></label>`;
  /** @param {'data' | 'optimizer' | 'schedule'} name @param {string[]} all */
  const choice = (name, all) => html`<label>${name} <select name=${name} @change=${(/** @type {any} */ e) => { settings[name] = e.target.value; check(undefined); }}>
    ${all.map((x) => html`<option ?selected=${x === settings[name]}>${x}</option>`)}</select></label>`;

  /** Says from which step on a layer is frozen or learns; the steps are counted from 1. @param {{layer: string, step: number, frozen: boolean}} c */
  const freezing = (c) => `layer ${Number(c.layer) + 1} is ${c.frozen ? 'frozen' : 'learning'} from step ${c.step + 1} on`;

  /** Freezes a layer of the training that runs, where the list shows its network. @param {number} i */
  const freezer = (i) => {
    const layer = checked?.rows[i]?.path;
    if (!curves?.own || curves.net !== checked?.net || ['ended', 'failed'].includes(curves.phase) || !curves.freezable.includes(layer)) return nothing;
    const toggle = (/** @type {any} */ e) => attempt(async () => {
      const frozen = e.target.checked;
      e.target.checked = !e.target.checked; // until the training says so
      const { step } = await ask('train/freeze', { layer, to: frozen ? 'frozen' : 'learning' });
      say(freezing({ layer, step, frozen }));
      await refresh(undefined);
    });
    return html`<label><input type="checkbox" class="freeze" aria-label=${`layer ${i + 1} frozen`} .checked=${curves.frozen.includes(layer)} @change=${toggle}> frozen</label>`;
  };

  function plan() {
    return html`<section class="card" aria-label="Plan"><h2>Network</h2>
      <div class="row"><label>begin with <select name="net" @change=${(/** @type {any} */ e) => { settings.layers = structuredClone(NETS[e.target.value].layers); settings.name = NETS[e.target.value].title; check(undefined); }}>
        ${Object.entries(NETS).map(([k, n]) => html`<option value=${k} ?selected=${n.title === settings.name}>${n.title}</option>`)}</select></label></div>
      ${builder(settings.layers, checked?.rows ?? [], () => check(undefined), freezer)}
      ${line ? html`<p class="wrong" role="alert">${line}</p>` : checked ? html`<p class="soft">${count(checked.parameters)} parameters, ${count(checked.flops)} operations a picture</p>` : ''}
      <h2>Training</h2><div class="row">${choice('data', options.data)} ${number('samples', 'samples')} ${number('epochs', 'epochs')} ${number('batch', 'batch')}
        ${choice('optimizer', options.optimizers)} ${number('rate', 'rate')} ${choice('schedule', options.schedules)} ${number('seed', 'seed')}</div>${augmented.panel()}
      <div class="row"><button class="main" ?disabled=${!checked} @click=${() => act('begin', settings)}>Train</button>
        <button ?disabled=${!checked} @click=${() => attempt(async () => keep('MyNetwork.java', (await ask('train/source', settings)).java))}>as Java</button></div></section>`;
  }

  function controls() {
    const p = curves.phase;
    return html`<div class="row">
      ${p === 'running' ? html`<button @click=${() => act('pause')}>Pause</button>` : html`<button ?disabled=${p !== 'paused'} @click=${() => act('go')}>Go on</button>`}
      <button ?disabled=${p === 'ended'} @click=${() => act('step')}>One step</button>
      ${curves.own ? html`<button ?disabled=${p === 'ended'} @click=${() => act('end')}>Stop</button>
        <label>rate × <input type="number" step="any" name="factor" value="1" @change=${(/** @type {any} */ e) => act('rate', { factor: Number(e.target.value) })}></label>
        <button class="recipe" @click=${() => attempt(async () => keep('MyNetwork.java', (await ask('train/recipe')).java))}>this training as Java</button>` : ''}
      <button @click=${() => attempt(async () => keep('network.safetensors', await ask('train/save', { format: 'safetensors' })))}>safetensors</button>
      <button @click=${() => attempt(async () => keep('network.onnx', await ask('train/save', { format: 'onnx' })))}>ONNX</button>
      <span class="phase soft" role="status">${p}, step ${curves.step} of ${curves.steps}${curves.full ? '; the disk is full, the time line ends here' : ''}</span></div>
      ${curves.step ? elsewhere(() => ask('train/open', { sample }), (e) => context.wrong(e, place)) : ''}
      ${curves.problem ? html`<p class="wrong" role="alert">${curves.problem}</p>` : ''}`;
  }

  function charts() {
    const loss = curves.arrays.loss.values, epochs = curves.epochs;
    const last = epochs[epochs.length - 1];
    return html`<div class="columns"><section><h2>loss</h2><fv-curves class="loss" .curves=${{ name: 'loss', xName: 'step', x: curves.arrays.step.values, log: true,
        lines: [{ name: 'each step', values: loss, colour: '#9db7d5' }, { name: 'smoothed', values: smooth(loss, beta), colour: '#1d5fa8' }] }}></fv-curves>
        <label>smoothing <input type="range" min="0" max="0.99" step="0.01" .value=${String(beta)} @input=${(/** @type {any} */ e) => { beta = Number(e.target.value); draw(); }}></label></section>
      <section><h2>accuracy ${last?.validation ? html`<small class="accuracy">${(100 * last.validation.accuracy).toFixed(1)} % of what it has never seen</small>` : ''}</h2>
        <fv-curves class="epochs" .curves=${{ name: 'accuracy', xName: 'epoch', x: epochs.map((/** @type {any} */ e) => e.number), lines: [
          { name: 'trained on', values: epochs.map((/** @type {any} */ e) => e.train.accuracy ?? null), colour: '#d55e00', dash: [6, 4], points: true },
          { name: 'tested', values: epochs.map((/** @type {any} */ e) => e.validation?.accuracy ?? null), colour: '#0072b2', points: true }] }}></fv-curves></section></div>`;
  }

  function timeLine() {
    return html`<section class="card timeline" aria-label="Time line"><h2>Time line <small>every step can be computed anew, bit for bit</small></h2>
      <div class="row"><label class="wide">step <input type="range" name="time" min="0" max=${curves.step} .value=${String(view?.at ?? curves.step)} @change=${(/** @type {any} */ e) => travel(Number(e.target.value))}></label>
        <output class="at">${view ? `step ${view.at}` : ''}</output>
        ${view && following && view.at < curves.step ? html`<span class="older soft">${curves.step - view.at} steps ago</span>` : ''}
        <button aria-pressed=${following ? 'true' : 'false'} @click=${() => { following = true; refresh(undefined); }}>now</button>
        <button ?disabled=${!view || view.at === 0} @click=${() => travel(view.at - 1)}>◀ one back</button>
        <button ?disabled=${!view || view.at >= curves.step} @click=${() => travel(view.at + 1)}>one on ▶</button>
        ${curves.own && view && !following ? html`<button @click=${() => { const f = Number(prompt('Go on from here with the rate times', '0.5')); if (f) act('branch', { step: view.at, factor: f }); }}>branch here</button>` : ''}</div>
      <p class="soft">${busy || (view ? html`weights <code class="bits">${view.bits}</code>` : '')}${curves.changes.length ? html` · rate × ${curves.changes.map((/** @type {any} */ c) => `${c.factor} from step ${c.step + 1} on`).join(', × ')}` : ''}${curves.freezes.length ? html` · <span class="freezes">${curves.freezes.map(freezing).join(', ')}</span>` : ''}</p></section>`;
  }

  const map = (/** @type {string} */ name, /** @type {any} */ l, /** @type {any} */ a) => html`<div class="layer"><h3>${name} <small>${a.shape.join(' × ')}</small></h3>
    <fv-maps .layer=${{ path: l.path ?? name, shape: a.shape, values: numbers(a), limit: l.limit, signed: l.signed, of: l.path ? { door: 'train/unit', question: {}, place: async () => ({ step: view.at, sample }) } : undefined }}></fv-maps></div>`;

  /** Asks for what is computed of the network as it is now. @param {string} door @param {string} words @param {(answer: any) => void} then @param {any} [question] */
  const measure = (door, words, then, question) => attempt(async () => {
    busy = `${words} …${pauseHint()}`;
    draw();
    try {
      then(await askUntilDue(door, question));
    } finally {
      busy = '';
      draw();
    }
  });

  const pair = (/** @type {any} */ m) => `${mistakes.classes[m.label]} taken for ${mistakes.classes[m.answer]}`;
  /** Shows the mistakes of the cell of the table that is chosen; those of all where it has none. */
  function pick() {
    const there = mistakes.wrong.find((/** @type {any} */ m) => m.label === cell.row && m.answer === cell.column);
    confused = there ? pair(there) : '';
    say(there ? `mistakes of ${confused}` : 'all mistakes');
    draw();
  }
  const lookAtMistakes = () => measure('train/mistakes', '1,000 test samples are looked at', (m) => { [mistakes, confused] = [m, '']; });
  /** @param {string} method */
  const embed = (method) => measure('train/embedding', `${method} of 500 test samples`, (e) => {
    embedding = { method, ...e };
    say(`${method}: the nearest point is of the same class for ${(100 * e.nearest).toFixed(0)} percent`);
  }, { method, samples: 500 });

  /** @type {Record<string, () => unknown>} */
  const panels = {
    slow: () => html`<div class="row"><button class="begin-slow" @click=${() => attempt(() => slow.load(Math.min(view.at, curves.step - 1), sample))} ?disabled=${curves.step < 1}>take this step apart</button></div>${slow.view()}`,
    embedding: () => html`<p class="soft">What the network computes before its last layer, as points: sizes of clusters and gaps between them mean nothing.</p>
      <div class="row">${['pca', 't-sne'].map((m) => html`<button aria-pressed=${embedding?.method === m ? 'true' : 'false'} @click=${() => embed(m)} ?disabled=${Boolean(busy)}>${m}</button>`)}<span class="soft" role="status">${busy}</span></div>
      ${embedding ? html`<fv-scatter .data=${{ points: embedding.arrays.points.values, labels: embedding.labels, classes: embedding.classes }}></fv-scatter><p>The nearest point is of the same class for <strong class="nearest">${(100 * embedding.nearest).toFixed(1)} %</strong>, at step ${embedding.at}.</p>` : ''}`,
    maps: () => html`<div class="row"><label>test sample <input type="number" name="sample" min="0" .value=${String(sample)} @change=${(/** @type {any} */ e) => { sample = Math.max(0, Number(e.target.value)); following ? refresh(undefined) : travel(view.at); }}></label>
        ${view.label ? html`<span>it is <strong>${view.label}</strong></span>` : ''}</div>
      <div class="columns">${view.shares ? html`<section><fv-bars .entries=${view.classes.map((/** @type {string} */ c, /** @type {number} */ i) => ({ name: c, share: view.shares[i] }))}></fv-bars></section>` : ''}
        <section class="layers">${view.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten').map((/** @type {any} */ l) => map(`${l.path} · ${l.kind}`, l, view.arrays[l.path]))}</section></div>`,
    kernels: () => {
      const a = view.arrays['first kernels'];
      if (!a) return html`<p>This network has no convolution.</p>`;
      return map('kernels of the first convolution', { limit: Math.max(...Array.from(a.values, Math.abs)), signed: true }, a);
    },
    calibration: () => html`<div class="row"><button class="reliability" @click=${() => measure('train/reliability', '1,000 test samples are looked at', (r) => { reliability = r; say(`expected calibration error ${shown(100 * r.error)} percent`); })} ?disabled=${Boolean(busy)}>Look at 1,000 test samples</button><span class="soft" role="status">${busy}</span></div>
      ${reliability ? html`<p>Expected calibration error <strong class="ece">${(100 * reliability.error).toFixed(2)} %</strong> of ${reliability.samples} samples at step ${reliability.at}: how far what it says of its own answers is from how often they are right.</p>
        <fv-curves .curves=${{ name: 'share that is right', xName: 'confidence', shares: true, x: reliability.bins.map((/** @type {any} */ _, /** @type {number} */ i) => (i + 0.5) / 10), lines: [
          { name: 'right', values: reliability.bins.map((/** @type {any} */ b) => (b.count ? b.accuracy : null)), colour: '#0072b2', points: true },
          { name: 'as it should be', values: reliability.bins.map((/** @type {any} */ b, /** @type {number} */ i) => (b.count ? b.confidence : (i + 0.5) / 10)), colour: '#d55e00', dash: [6, 4] }] }}></fv-curves>
        <table class="bins"><thead><tr><th>confidence</th><th class="number">samples</th><th class="number">mean of it</th><th class="number">right</th></tr></thead><tbody>${reliability.bins.map((/** @type {any} */ b, /** @type {number} */ i) => html`<tr><th scope="row">${10 * i} to ${10 * i + 10} %</th><td class="number">${b.count}</td><td class="number">${b.count ? `${(100 * b.confidence).toFixed(1)} %` : '–'}</td><td class="number">${b.count ? `${(100 * b.accuracy).toFixed(1)} %` : '–'}</td></tr>`)}</tbody></table>` : ''}`,
    speed: () => html`<div class="row"><button class="speed" @click=${() => measure('train/speed', 'each layer is timed', (r) => { speed = r; })} ?disabled=${Boolean(busy)}>Time each layer</button><span class="soft" role="status">${busy}</span></div>
      ${speed ? html`<p class="soft">Each layer alone, for one sample, on one thread, the fastest of some runs, at step ${speed.at}.</p><div class="scroll"><table class="speeds"><thead><tr><th>layer</th><th>kind</th><th class="number">operations</th><th class="number">ms</th><th class="number">GFLOP/s</th></tr></thead>
        <tbody>${speed.layers.map((/** @type {any} */ l) => html`<tr><th scope="row">${l.path}</th><td>${l.kind}</td><td class="number">${count(l.flops)}</td><td class="number">${shown(l.millis)}</td><td class="number">${shown(l.flops / l.millis / 1e6)}</td></tr>`)}</tbody></table></div>` : ''}`,
    units: () => html`<div class="row"><button class="health" @click=${() => measure('train/health', '200 test samples are looked at', (h) => { health = h; say(`${deadOf(h)} units are dead`); })} ?disabled=${Boolean(busy)}>Look at 200 test samples</button><span class="soft" role="status">${busy}</span></div>
      ${health ? html`<p><strong class="dead">${deadOf(health)}</strong> channels are dead at step ${health.at}: 0 everywhere, for all ${health.samples} samples. Nothing flows back through them, so they stay so.</p>
        <div class="scroll"><table class="healths"><thead><tr><th>layer</th><th class="number">channels</th><th class="number">dead</th><th>which</th><th class="number">saturated</th><th class="number">mean</th><th class="number">deviation</th></tr></thead><tbody>${health.layers.map((/** @type {any} */ l) => html`<tr><th scope="row">${l.path}</th><td class="number">${l.channels}</td><td class="number">${l.dead.length}</td><td>${l.dead.slice(0, 16).map((/** @type {number} */ c) => c + 1).join(', ')}${l.dead.length > 16 ? ', …' : ''}</td><td class="number">${(100 * l.saturated).toFixed(1)} %</td><td class="number">${shown(l.mean)}</td><td class="number">${shown(l.deviation)}</td></tr>`)}</tbody></table></div>` : ''}`,
    weights: () => html`<p class="soft">How much a step changes the weights of a layer: about a thousandth (−3) is healthy. Go to a step by the time line to see it.</p>
      <div class="scroll"><table class="weights"><thead><tr><th>weights<th>shape<th class="number">norm<th class="number">change of the step<th class="number">log₁₀ of their ratio</thead>
      <tbody>${view.weights.map((/** @type {any} */ w) => html`<tr><th scope="row">${w.name}<td>${w.shape}<td class="number">${shown(w.norm)}<td class="number">${w.change === undefined ? '–' : shown(w.change)}<td class="number">${w.ratio === undefined ? '–' : w.ratio.toFixed(2)}</tr>`)}</tbody></table></div>`,
    mistakes: () => html`<div class="row"><button @click=${lookAtMistakes} ?disabled=${Boolean(busy)}>Look at 1,000 test samples</button><span class="soft" role="status">${busy}</span></div>
      ${mistakes ? html`<p><strong>${mistakes.right}</strong> of ${mistakes.samples} are right at step ${mistakes.at}. The rows are what they are, the columns what they were taken for.</p>
        <div class="columns"><fv-grid class="confusion" @cell=${(/** @type {CustomEvent} */ e) => { cell = e.detail; }} @click=${pick} @keydown=${(/** @type {KeyboardEvent} */ e) => e.key === 'Enter' && pick()} .grid=${{ name: 'taken for', rows: mistakes.counts, signed: false, limit: Math.max(1, ...mistakes.counts.map((/** @type {number[]} */ r, /** @type {number} */ i) => Math.max(...r.filter((_, j) => j !== i)))) }}></fv-grid>
          <div><label>show <select name="confused" @change=${(/** @type {any} */ e) => { confused = e.target.value; draw(); }}><option value="" .selected=${!confused}>all of these</option>${[...new Set(mistakes.wrong.map(pair))].sort().map((p) => html`<option .selected=${p === confused}>${p}</option>`)}</select></label>
          <ul class="wrong-ones mistakes">${mistakes.wrong.map((/** @type {any} */ m, /** @type {number} */ i) => (confused && confused !== pair(m) ? nothing : html`<li><canvas class="pixels" data-picture=${i} width="28" height="28"></canvas>
            <span>${mistakes.classes[m.label]} taken for <strong>${mistakes.classes[m.answer]}</strong></span></li>`))}</ul></div></div>` : ''}`,
  };

  function draw() {
    const names = { maps: 'what layers compute', kernels: 'kernels', weights: 'weights', units: 'dead units', mistakes: 'mistakes', embedding: 'embedding', calibration: 'calibration', speed: 'speed', slow: 'slow motion' };
    render(html`<h1>Train</h1>
      <p class="lead">Build a network or begin with one, and watch it learn. Watching changes no bit of what it learns.</p>
      <div class="train-columns">${plan()}
        <div class="course">${curves ? html`<section class="card" aria-label="Course">${controls()}${charts()}</section>${timeLine()}
          ${view ? html`<section class="card"><div role="tablist" aria-label="views">${Object.entries(names).map(([name, title]) => html`<button role="tab" aria-selected=${name === tab} @click=${() => { tab = name; draw(); }}>${title}</button>`)}</div>
            <div role="tabpanel">${panels[tab]()}</div></section>` : ''}` : html`<section class="card"><p>Nothing is trained yet: choose <strong>Train</strong>.</p></section>`}</div></div>`, place);
    if (mistakes) place.querySelectorAll('.mistakes').forEach((list) => drawSamples(list, mistakes.arrays.pictures));
    augmented.paint(place);
  }

  draw();
  await check(undefined);
  if (options.active.length) await refresh(undefined);
  const end = listen('train', () => refresh(undefined));
  return () => { slow.stop(); end(); };
}

/** How many channels of all layers are dead. @param {any} health */
const deadOf = (health) => health.layers.reduce((/** @type {number} */ n, /** @type {any} */ l) => n + l.dead.length, 0);
