// @ts-check
/** The room in which a network learns in sight. */
import { ask, askStill, askUntilDue, keep, listen, numbers, Refused } from '../js/api.js';
import '../js/bars.js';
import { builder, NETS } from '../js/builder.js';
import { changes } from '../js/changes.js';
import '../js/curves.js';
import { smooth } from '../js/curves.js';
import { count, html, newest, nothing, parts, render, say, shown, t } from '../js/dom.js';
import { elsewhere } from '../js/elsewhere.js';
import '../js/grid.js';
import '../js/maps.js';
import { drawSamples } from '../js/picture.js';
import { oneOf } from '../js/rooms.js';
import '../js/scatter.js';
import { SlowMotion } from '../js/slowmotion.js';

const TABS = ['maps', 'kernels', 'weights', 'units', 'mistakes', 'embedding', 'calibration', 'speed', 'slow'];

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const options = await ask('train/options');
  const settings = { data: 'digits', samples: 3000, epochs: 3, batch: 32, optimizer: 'adam', rate: 0.003, schedule: 'one-cycle', seed: 1, changes: /** @type {string[]} */ ([]), name: NETS.small.name, layers: structuredClone(NETS.small.layers) };
  try {
    Object.assign(settings, JSON.parse(context.state.get('plan') ?? '{}'));
  } catch {
    // A broken link begins with the usual plan.
  }
  /** @type {any} */ let checked, curves, view, mistakes, embedding, reliability, speed, health;
  /** Which mistakes are shown: a class taken for another, or all. */ let confused = '';
  const slow = new SlowMotion(() => draw());
  /** What the address tells of: a view, a test sample, and a step of a training that there is. */
  let tab = oneOf(TABS, context.state.get('tab')), sample = Math.max(0, Number(context.state.get('sample')) || 0);
  const linked = options.active.length ? Number(context.state.get('step') ?? NaN) : NaN;
  let line = '', cell = { row: -1, column: -1 }, beta = 0.9, following = !(linked >= 0), busy = '';

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
      const seen = await askStill('train/view', () => ({ sample }));
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
      if (curves.phase === 'ended' || curves.phase === 'failed') say(curves.phase === 'ended' ? t('train.ended') : curves.problem);
    } catch (e) {
      unlessNothingIsTrained(e);
      curves = undefined;
    }
    draw();
  });

  /** What makes waiting short. */
  const pauseHint = () => (curves?.phase === 'running' ? ` ${t('train.pauseHint')}` : '');

  /** Goes to a step of the past, which Java computes anew. @param {number} step */
  const travel = newest(async (/** @type {number} */ step) => {
    following = false;
    busy = t('train.anew', { step }) + pauseHint();
    draw();
    await attempt(async () => {
      const asked = sample, seen = await askUntilDue('train/at', { step, sample });
      if (following || asked !== sample) return; // it is not looked at any more
      view = seen;
      say(t('train.anewSaid', { step, bits: view.bits }));
    });
    busy = '';
    draw();
  });

  const act = (/** @type {string} */ action, body = {}) => attempt(async () => {
    await ask(`train/${action}`, body);
    if (['begin', 'branch'].includes(action)) slow.forget();
    following = true;
    await refresh(undefined);
  });

  /** @param {'samples' | 'epochs' | 'batch' | 'rate' | 'seed'} name */
  const number = (name) => html`<label>${t(`train.settings.${name}`)} <input type="number" name=${name} step="any" .value=${String(settings[name])}
    @change=${(/** @type {any} */ e) => { settings[name] = name === 'rate' ? Number(e.target.value) : Math.round(Number(e.target.value)); check(undefined); }}></label>`;
  /** @param {'data' | 'optimizer' | 'schedule'} name @param {string[]} all */
  const choice = (name, all) => html`<label>${t(`train.settings.${name}`)} <select name=${name} @change=${(/** @type {any} */ e) => { settings[name] = e.target.value; check(undefined); }}>
    ${all.map((x) => html`<option ?selected=${x === settings[name]}>${x}</option>`)}</select></label>`;

  /** Says from which step on a layer is frozen or learns; the steps are counted from 1. @param {{layer: string, step: number, frozen: boolean}} c */
  const freezing = (c) => (c.frozen ? t('train.frozenFrom', { layer: Number(c.layer) + 1, step: c.step + 1 }) : t('train.learningFrom', { layer: Number(c.layer) + 1, step: c.step + 1 }));

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
    return html`<label><input type="checkbox" class="freeze" aria-label=${t('train.layerFrozen', { layer: i + 1 })} .checked=${curves.frozen.includes(layer)} @change=${toggle}> ${t('train.frozen')}</label>`;
  };

  function plan() {
    return html`<section class="card" aria-label=${t('train.plan')}><h2>${t('train.network')}</h2>
      <div class="row"><label>${t('train.beginWith')} <select name="net" @change=${(/** @type {any} */ e) => { settings.layers = structuredClone(NETS[e.target.value].layers); settings.name = NETS[e.target.value].name; check(undefined); }}>
        ${Object.entries(NETS).map(([k, n]) => html`<option value=${k} ?selected=${n.name === settings.name}>${t(`builder.nets.${k}`)}</option>`)}</select></label></div>
      ${builder(settings.layers, checked?.rows ?? [], () => check(undefined), freezer)}
      ${line ? html`<p class="wrong" role="alert">${line}</p>` : checked ? html`<p class="soft">${t('train.costs', { parameters: count(checked.parameters), operations: count(checked.flops) })}</p>` : ''}
      <h2>${t('train.training')}</h2><div class="row">${choice('data', options.data)} ${number('samples')} ${number('epochs')} ${number('batch')}
        ${choice('optimizer', options.optimizers)} ${number('rate')} ${choice('schedule', options.schedules)} ${number('seed')}</div>${augmented.panel()}
      <div class="row"><button class="main" ?disabled=${!checked} @click=${() => act('begin', settings)}>${t('train.begin')}</button>
        <button ?disabled=${!checked} @click=${() => attempt(async () => keep('MyNetwork.java', (await ask('train/source', settings)).java))}>${t('common.java')}</button></div></section>`;
  }

  function controls() {
    const p = curves.phase;
    return html`<div class="row">
      ${p === 'running' ? html`<button @click=${() => act('pause')}>${t('train.pause')}</button>` : html`<button ?disabled=${p !== 'paused'} @click=${() => act('go')}>${t('train.go')}</button>`}
      <button ?disabled=${p === 'ended'} @click=${() => act('step')}>${t('train.oneStep')}</button>
      ${curves.own ? html`<button ?disabled=${p === 'ended'} @click=${() => act('end')}>${t('train.stop')}</button>
        <label>${t('train.rate')} <input type="number" step="any" name="factor" value="1" @change=${(/** @type {any} */ e) => act('rate', { factor: Number(e.target.value) })}></label>
        <button class="recipe" @click=${() => attempt(async () => keep('MyNetwork.java', (await ask('train/recipe')).java))}>${t('train.recipe')}</button>` : ''}
      <button @click=${() => attempt(async () => keep('network.safetensors', await ask('train/save', { format: 'safetensors' })))}>safetensors</button>
      <button @click=${() => attempt(async () => keep('network.onnx', await ask('train/save', { format: 'onnx' })))}>ONNX</button>
      <span class="phase soft" role="status">${curves.full ? t('train.phaseFull', { phase: t(`train.phases.${p}`), step: curves.step, steps: curves.steps }) : t('train.phase', { phase: t(`train.phases.${p}`), step: curves.step, steps: curves.steps })}</span></div>
      ${curves.step ? elsewhere(() => ask('train/open', { sample }), (e) => context.wrong(e, place)) : ''}
      ${curves.problem ? html`<p class="wrong" role="alert">${curves.problem}</p>` : ''}`;
  }

  function charts() {
    const loss = curves.arrays.loss.values, epochs = curves.epochs;
    const last = epochs[epochs.length - 1];
    return html`<div class="columns"><section><h2>${t('train.loss')}</h2><fv-curves class="loss" .curves=${{ name: t('train.loss'), xName: t('train.step'), x: curves.arrays.step.values, log: true,
        lines: [{ name: t('train.eachStep'), values: loss, colour: '#9db7d5' }, { name: t('train.smoothed'), values: smooth(loss, beta), colour: '#1d5fa8' }] }}></fv-curves>
        <label>${t('train.smoothing')} <input type="range" min="0" max="0.99" step="0.01" .value=${String(beta)} @input=${(/** @type {any} */ e) => { beta = Number(e.target.value); draw(); }}></label></section>
      <section><h2>${t('train.accuracy')} ${last?.validation ? html`<small class="accuracy">${t('train.neverSeen', { percent: (100 * last.validation.accuracy).toFixed(1) })}</small>` : ''}</h2>
        <fv-curves class="epochs" .curves=${{ name: t('train.accuracy'), xName: t('train.epoch'), x: epochs.map((/** @type {any} */ e) => e.number), lines: [
          { name: t('train.trainedOn'), values: epochs.map((/** @type {any} */ e) => e.train.accuracy ?? null), colour: '#d55e00', dash: [6, 4], points: true },
          { name: t('train.tested'), values: epochs.map((/** @type {any} */ e) => e.validation?.accuracy ?? null), colour: '#0072b2', points: true }] }}></fv-curves></section>
      <section><h2>${t('train.learningRate')}</h2><fv-curves class="rate" .curves=${{ name: t('train.learningRate'), xName: t('train.step'), x: curves.arrays.rateStep.values, lines: [{ name: t('train.learningRate'), values: curves.arrays.rate.values, colour: '#009e73' }] }}></fv-curves></section></div>`;
  }

  function timeLine() {
    return html`<section class="card timeline" aria-label=${t('train.timeLine')}><h2>${t('train.timeLine')} <small>${t('train.timeLineAbout')}</small></h2>
      <div class="row"><label class="wide">${t('train.step')} <input type="range" name="time" min="0" max=${curves.step} .value=${String(view?.at ?? curves.step)} @change=${(/** @type {any} */ e) => travel(Number(e.target.value))}></label>
        <output class="at">${view ? t('train.stepNumber', { step: view.at }) : ''}</output>
        ${view && following && view.at < curves.step ? html`<span class="older soft">${t('train.ago', { count: curves.step - view.at })}</span>` : ''}
        <button aria-pressed=${following ? 'true' : 'false'} @click=${() => { following = true; refresh(undefined); }}>${t('train.now')}</button>
        <button ?disabled=${!view || view.at === 0} @click=${() => travel(view.at - 1)}>${t('train.oneBack')}</button>
        <button ?disabled=${!view || view.at >= curves.step} @click=${() => travel(view.at + 1)}>${t('train.one')}</button>
        ${curves.own && view && !following ? html`<button @click=${() => { const f = Number(prompt(t('train.branchPrompt'), '0.5')); if (f) act('branch', { step: view.at, factor: f }); }}>${t('train.branchHere')}</button>` : ''}</div>
      <p class="soft">${busy || (view ? parts('train.bits', { bits: html`<code class="bits">${view.bits}</code>` }) : '')}${curves.changes.length ? ` · ${curves.changes.map((/** @type {any} */ c) => t('train.rateFrom', { factor: c.factor, step: c.step + 1 })).join(', ')}` : ''}${curves.freezes.length ? html` · <span class="freezes">${curves.freezes.map(freezing).join(', ')}</span>` : ''}</p></section>`;
  }

  const map = (/** @type {string} */ name, /** @type {any} */ l, /** @type {any} */ a) => html`<div class="layer"><h3>${name} <small>${a.shape.join(' × ')}</small></h3>
    <fv-maps .layer=${{ ...l, path: l.path ?? name, shape: a.shape, values: numbers(a), of: l.path ? { door: 'train/unit', question: {}, place: async () => ({ step: view.at, sample }) } : undefined }}></fv-maps></div>`;

  /** Asks for what is computed of the network as it is now. @param {string} door @param {string} words @param {(answer: any) => void} then @param {any} [question] */
  const measure = (door, words, then, question) => attempt(async () => {
    busy = words + pauseHint();
    draw();
    try {
      then(await askUntilDue(door, question));
    } finally {
      busy = '';
      draw();
    }
  });

  const pair = (/** @type {any} */ m) => t('train.pair', { label: mistakes.classes[m.label], answer: mistakes.classes[m.answer] });
  /** Shows the mistakes of the cell of the table that is chosen; those of all where it has none. */
  function pick() {
    const there = mistakes.wrong.find((/** @type {any} */ m) => m.label === cell.row && m.answer === cell.column);
    confused = there ? pair(there) : '';
    say(there ? t('train.mistakesOf', { pair: confused }) : t('train.allMistakes'));
    draw();
  }
  const lookAtMistakes = () => measure('train/mistakes', t('train.looking1000'), (m) => { [mistakes, confused] = [m, '']; });
  /** @param {string} method */
  const embed = (method) => measure('train/embedding', t('train.embedding', { method }), (e) => {
    embedding = { method, ...e };
    say(t('train.nearestSaid', { method, percent: (100 * e.nearest).toFixed(0) }));
  }, { method, samples: 500 });

  /** @type {Record<string, () => unknown>} */
  const panels = {
    slow: () => html`<div class="row"><button class="begin-slow" @click=${() => attempt(() => slow.load(Math.min(view.at, curves.step - 1), sample))} ?disabled=${curves.step < 1}>${t('train.apart')}</button></div>${slow.view()}`,
    embedding: () => html`<p class="soft">${t('train.embeddingAbout')}</p>
      <div class="row">${['pca', 't-sne'].map((m) => html`<button aria-pressed=${embedding?.method === m ? 'true' : 'false'} @click=${() => embed(m)} ?disabled=${Boolean(busy)}>${m}</button>`)}<span class="soft" role="status">${busy}</span></div>
      ${embedding ? html`<fv-scatter .data=${{ points: embedding.arrays.points.values, labels: embedding.labels, classes: embedding.classes }}></fv-scatter><p>${parts('train.nearest', { percent: html`<strong class="nearest">${(100 * embedding.nearest).toFixed(1)} %</strong>`, step: embedding.at })}</p>` : ''}`,
    maps: () => html`<div class="row"><label>${t('train.testSample')} <input type="number" name="sample" min="0" .value=${String(sample)} @change=${(/** @type {any} */ e) => { sample = Math.max(0, Number(e.target.value)); slow.forget(); following ? refresh(undefined) : travel(view.at); }}></label>
        ${view.label ? html`<span>${parts('train.itIs', { label: html`<strong>${view.label}</strong>` })}</span>` : ''}</div>
      <div class="columns">${view.shares ? html`<section><fv-bars .entries=${view.classes.map((/** @type {string} */ c, /** @type {number} */ i) => ({ name: c, share: view.shares[i] }))}></fv-bars></section>` : ''}
        <section class="layers">${view.layers.filter((/** @type {any} */ l) => l.kind !== 'flatten').map((/** @type {any} */ l) => map(`${l.path} · ${l.kind}`, l, view.arrays[l.path]))}</section></div>`,
    kernels: () => {
      const a = view.arrays['first kernels'];
      if (!a) return html`<p>${t('train.noConvolution')}</p>`;
      return map(t('train.firstKernels'), { limit: Math.max(...Array.from(a.values, Math.abs)), signed: true }, a);
    },
    calibration: () => html`<div class="row"><button class="reliability" @click=${() => measure('train/reliability', t('train.looking1000'), (r) => { reliability = r; say(t('train.calibrationSaid', { percent: shown(100 * r.error) })); })} ?disabled=${Boolean(busy)}>${t('train.look1000')}</button><span class="soft" role="status">${busy}</span></div>
      ${reliability ? html`<p>${parts('train.calibration', { percent: html`<strong class="ece">${(100 * reliability.error).toFixed(2)} %</strong>`, samples: reliability.samples, step: reliability.at })}</p>
        <fv-curves .curves=${{ name: t('train.shareRight'), xName: t('train.confidence'), shares: true, x: reliability.bins.map((/** @type {any} */ _, /** @type {number} */ i) => (i + 0.5) / 10), lines: [
          { name: t('train.right'), values: reliability.bins.map((/** @type {any} */ b) => (b.count ? b.accuracy : null)), colour: '#0072b2', points: true },
          { name: t('train.shouldBe'), values: reliability.bins.map((/** @type {any} */ b, /** @type {number} */ i) => (b.count ? b.confidence : (i + 0.5) / 10)), colour: '#d55e00', dash: [6, 4] }] }}></fv-curves>
        <table class="bins"><thead><tr><th>${t('train.confidence')}</th><th class="number">${t('train.samples')}</th><th class="number">${t('train.meanConfidence')}</th><th class="number">${t('train.right')}</th></tr></thead><tbody>${reliability.bins.map((/** @type {any} */ b, /** @type {number} */ i) => html`<tr><th scope="row">${t('train.bin', { from: 10 * i, to: 10 * i + 10 })}</th><td class="number">${b.count}</td><td class="number">${b.count ? `${(100 * b.confidence).toFixed(1)} %` : '–'}</td><td class="number">${b.count ? `${(100 * b.accuracy).toFixed(1)} %` : '–'}</td></tr>`)}</tbody></table>` : ''}`,
    speed: () => html`<div class="row"><button class="speed" @click=${() => measure('train/speed', t('train.timing'), (r) => { speed = r; })} ?disabled=${Boolean(busy)}>${t('train.time')}</button><span class="soft" role="status">${busy}</span></div>
      ${speed ? html`<p class="soft">${t('train.alone', { step: speed.at })}</p><div class="scroll"><table class="speeds"><thead><tr><th>${t('common.layer')}</th><th>${t('common.kind')}</th><th class="number">${t('common.operations')}</th><th class="number">ms</th><th class="number">GFLOP/s</th></tr></thead>
        <tbody>${speed.layers.map((/** @type {any} */ l) => html`<tr><th scope="row">${l.path}</th><td>${l.kind}</td><td class="number">${count(l.flops)}</td><td class="number">${shown(l.millis)}</td><td class="number">${shown(l.flops / l.millis / 1e6)}</td></tr>`)}</tbody></table></div>` : ''}`,
    units: () => html`<div class="row"><button class="health" @click=${() => measure('train/health', t('train.looking200'), (h) => { health = h; say(t('train.deadSaid', { units: deadOf(h) })); })} ?disabled=${Boolean(busy)}>${t('train.look200')}</button><span class="soft" role="status">${busy}</span></div>
      ${health ? html`<p>${parts('train.deadAt', { channels: html`<strong class="dead">${deadOf(health)}</strong>`, step: health.at, samples: health.samples })}</p>
        <div class="scroll"><table class="healths"><thead><tr><th>${t('common.layer')}</th><th class="number">${t('train.channels')}</th><th class="number">${t('train.dead')}</th><th>${t('train.which')}</th><th class="number">${t('train.saturated')}</th><th class="number">${t('train.mean')}</th><th class="number">${t('train.deviation')}</th></tr></thead><tbody>${health.layers.map((/** @type {any} */ l) => html`<tr><th scope="row">${l.path}</th><td class="number">${l.channels}</td><td class="number">${l.dead.length}</td><td>${l.dead.slice(0, 16).map((/** @type {number} */ c) => c + 1).join(', ')}${l.dead.length > 16 ? ', …' : ''}</td><td class="number">${(100 * l.saturated).toFixed(1)} %</td><td class="number">${shown(l.mean)}</td><td class="number">${shown(l.deviation)}</td></tr>`)}</tbody></table></div>` : ''}`,
    weights: () => html`<p class="soft">${t('train.weightsAbout')}</p>
      <div class="scroll"><table class="weights"><thead><tr><th>${t('train.weights')}<th>${t('train.shape')}<th class="number">${t('train.norm')}<th class="number">${t('train.change')}<th class="number">${t('train.ratio')}</thead>
      <tbody>${view.weights.map((/** @type {any} */ w) => html`<tr><th scope="row">${w.name}<td>${w.shape}<td class="number">${shown(w.norm)}<td class="number">${w.change === undefined ? '–' : shown(w.change)}<td class="number">${w.ratio === undefined ? '–' : w.ratio.toFixed(2)}</tr>`)}</tbody></table></div>`,
    mistakes: () => html`<div class="row"><button @click=${lookAtMistakes} ?disabled=${Boolean(busy)}>${t('train.look1000')}</button><span class="soft" role="status">${busy}</span></div>
      ${mistakes ? html`<p>${parts('train.rightAt', { right: html`<strong>${mistakes.right}</strong>`, samples: mistakes.samples, step: mistakes.at })}</p>
        <div class="columns"><fv-grid class="confusion" @cell=${(/** @type {CustomEvent} */ e) => { cell = e.detail; }} @click=${pick} @keydown=${(/** @type {KeyboardEvent} */ e) => e.key === 'Enter' && pick()} .grid=${{ name: t('train.takenFor'), rows: mistakes.counts, signed: false, limit: Math.max(1, ...mistakes.counts.map((/** @type {number[]} */ r, /** @type {number} */ i) => Math.max(...r.filter((_, j) => j !== i)))) }}></fv-grid>
          <div><label>${t('train.show')} <select name="confused" @change=${(/** @type {any} */ e) => { confused = e.target.value; draw(); }}><option value="" .selected=${!confused}>${t('train.all')}</option>${[...new Set(mistakes.wrong.map(pair))].sort().map((p) => html`<option .selected=${p === confused}>${p}</option>`)}</select></label>
          <ul class="wrong-ones mistakes">${mistakes.wrong.map((/** @type {any} */ m, /** @type {number} */ i) => (confused && confused !== pair(m) ? nothing : html`<li><canvas class="pixels" data-picture=${i} width="28" height="28"></canvas>
            <span>${parts('train.pair', { label: mistakes.classes[m.label], answer: html`<strong>${mistakes.classes[m.answer]}</strong>` })}</span></li>`))}</ul></div></div>` : ''}`,
  };

  function draw() {
    render(html`<h1>${t('train.begin')}</h1>
      <p class="lead">${t('train.lead')}</p>
      <div class="train-columns">${plan()}
        <div class="course">${curves ? html`<section class="card" aria-label=${t('train.course')}>${controls()}${charts()}</section>${timeLine()}
          ${view ? html`<section class="card"><div role="tablist" aria-label=${t('common.views')}>${TABS.map((name) => html`<button role="tab" aria-selected=${name === tab} @click=${() => { tab = name; draw(); }}>${t(`train.tabs.${name}`)}</button>`)}</div>
            <div role="tabpanel">${panels[tab]()}</div></section>` : ''}` : html`<section class="card"><p>${parts('train.nothing', { train: html`<strong>${t('train.begin')}</strong>` })}</p></section>`}</div></div>`, place);
    context.remember({ plan: JSON.stringify(settings), ...(tab === 'maps' ? {} : { tab }), ...(sample ? { sample: String(sample) } : {}), ...(following ? {} : { step: String(view?.at ?? linked) }) });
    if (mistakes) place.querySelectorAll('.mistakes').forEach((list) => drawSamples(list, mistakes.arrays.pictures));
    augmented.paint(place);
  }

  draw();
  await check(undefined);
  if (options.active.length) await refresh(undefined);
  if (curves && linked >= 0) travel(Math.min(Math.round(linked), curves.step));
  const end = listen('train', () => refresh(undefined));
  return () => { slow.stop(); end(); };
}

/** How many channels of all layers are dead. @param {any} health */
const deadOf = (health) => health.layers.reduce((/** @type {number} */ n, /** @type {any} */ l) => n + l.dead.length, 0);
