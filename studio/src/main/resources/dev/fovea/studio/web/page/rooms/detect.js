// @ts-check
/** The room of what networks find: boxes, masks, joints, and how boxes come about. */
import { ask, listen } from '../js/api.js';
import { isLarge } from '../js/boxedit.js';
import { colourOf } from '../js/boxes.js';
import { html, newest, parts, player, render, say, shown, t } from '../js/dom.js';
import { inspect, inspectBox } from '../js/inspector.js';
import { labelling } from '../js/labels.js';
import { chooser, networks, pictures } from '../js/picture.js';
import { precisionByThreshold } from '../js/precision.js';
import { known } from '../js/rooms.js';
import { skipConnections } from '../js/skips.js';
import { slidingWindow } from '../js/windows.js';

/** The views of what networks answer with. @type {Record<string, string[]>} */
const TABS = { boxes: ['found', 'steps', 'anchors'], pixels: ['found', 'skips'] };

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let offer = await ask('detect/models');
  let all = await pictures();
  const state = { model: known(offer.models, context.state.get('model')) ?? offer.models.at(-1)?.id ?? '', picture: known(all, context.state.get('picture')) ?? all.at(-1)?.id ?? '',
    score: number('score'), overlap: number('overlap'), tab: context.state.get('tab') ?? 'found', map: 0, cell: [0, 0], step: 0, card: offer.cards[0].name, other: '' };
  /** @type {any} */ let seen;
  /** @type {number[][]} */ let anchors = [];
  /** @type {Set<string>} */ const hidden = new Set();
  const film = player(() => { const more = state.step < seen.steps.length; if (more) go(state.step + 1); return more; }, () => 400, () => draw());
  const two = [[20, 20, 80, 70], [45, 35, 105, 95]];
  /** @type {any} */ let overlaps;
  const before = [...two];
  let one = 0;

  /** @param {string} name */
  function number(name) {
    const text = context.state.get(name);
    return text === null ? undefined : Number(text);
  }

  /** Returns the number nearest to one that is below a count. @param {number} at @param {number} count */
  const within = (at, count) => Math.max(0, Math.min(count - 1, at));

  const look = newest(async () => {
    if (!state.model) return;
    try {
      const { model, picture } = state;
      seen = { ...await ask('detect/look', { model, picture, ...(state.score === undefined ? {} : { score: state.score }), ...(state.overlap === undefined ? {} : { overlap: state.overlap }) }), picture };
      context.remember({ model: state.model, picture: state.picture, tab: state.tab, ...(state.score === undefined ? {} : { score: String(state.score) }), ...(state.overlap === undefined ? {} : { overlap: String(state.overlap) }) });
      state.step = Math.min(state.step, seen.steps?.length ?? 0);
      if (!seen.steps?.length) film.stop();
      if (!tabs().includes(state.tab)) state.tab = 'found';
      if (state.tab === 'skips') skips.begin();
      anchors = [];
      state.map = within(state.map, seen.maps?.length ?? 0);
      const map = seen.maps?.[state.map];
      state.cell = [within(state.cell[0], map?.rows ?? 0), within(state.cell[1], map?.columns ?? 0)];
      if (state.tab === 'anchors' && map) around(undefined);
      place.querySelector(':scope > .wrong')?.remove();
    } catch (e) {
      seen = undefined;
      film.stop();
      context.wrong(e, place);
    }
    draw();
  });

  /** The views of what is shown; where no skip is, it cannot be switched. */
  const tabs = () => (seen.kind === 'pixels' && !seen.joins ? [] : TABS[seen.kind] ?? []);

  const refresh = async () => {
    offer = await ask('detect/models');
    all = await pictures();
  };
  const attempt = (/** @type {() => Promise<void>} */ work) => work().catch((e) => context.wrong(e, place));
  const learn = () => attempt(async () => {
    const { model, picture } = await ask('detect/learn');
    Object.assign(state, { model, picture, score: undefined, overlap: undefined });
    await refresh();
    await look(undefined);
  });
  const teachUnet = () => attempt(async () => {
    say(t('detect.learns'));
    Object.assign(state, await ask('detect/unet'), { tab: 'skips' });
    await refresh();
    await look(undefined);
  });
  const readAs = () => attempt(async () => {
    state.model = (await ask('detect/read-as', { model: state.other || offer.others.at(-1)?.id || '', card: state.card })).id;
    await refresh();
    await look(undefined);
  });

  const wrong = (/** @type {unknown} */ e) => context.wrong(e, place);
  const skips = skipConnections({ question: () => ({ model: state.model, picture: state.picture }), draw: () => draw(), wrong });
  const sliding = slidingWindow({ offer: () => offer, pictures: () => all, refresh, draw: () => draw(), wrong });
  const own = labelling({ picture: () => state.picture, pictures: () => all, found: () => (seen?.found ?? []).filter((/** @type {any} */ f) => f.box && seen.picture === state.picture).map((/** @type {any} */ f) => ({ picture: seen.picture, label: f.label, box: f.box })), draw: () => draw(), wrong });
  const precision = precisionByThreshold({ boxes: () => own.boxes(), model: () => (seen?.kind === 'boxes' ? state.model : ''), draw: () => draw(), wrong });

  /** Goes to a step of suppression. @param {number} to */
  function go(to) {
    state.step = Math.max(0, Math.min(seen.steps.length, to));
    const s = seen.steps[state.step - 1];
    if (s) say(t('detect.stepSaid', { step: state.step, words: words(s) }));
    draw();
    if (s) inspectBox(place, scene(), s);
  }

  /** @param {any} s */
  const words = (s) => (s.by < 0 ? t('detect.stays', { label: s.label, percent: (100 * s.score).toFixed(1) }) : t('detect.goes', { label: s.label, percent: (100 * s.score).toFixed(1), overlap: s.overlap.toFixed(2), box: s.by + 1 }));

  /** Goes to a cell. @param {number} row @param {number} column */
  function cell(row, column) {
    const m = seen.maps[state.map];
    if (!m) return;
    state.cell = [within(row, m.rows), within(column, m.columns)];
    anchors = [];
    draw();
    around(undefined);
  }

  const around = newest(() => attempt(async () => {
    const at = state.cell;
    const { boxes } = await ask('detect/anchors', { model: state.model, picture: state.picture, map: state.map, row: at[0], column: at[1] });
    if (at !== state.cell) return; // the newest question is about to be asked
    anchors = boxes;
    say(t('detect.cellSaid', { row: state.cell[0] + 1, column: state.cell[1] + 1, anchors: anchors.length }));
    inspect(place, { title: t('detect.cell'), facts: [[t('common.rowColumn'), `${state.cell[0] + 1}, ${state.cell[1] + 1}`], ...anchors.map((b, i) => /** @type {[string, string]} */ ([t('detect.anchor', { number: i + 1 }), `${shown(b[2] - b[0])} × ${shown(b[3] - b[1])}`]))] });
    draw();
  }));

  const measure = newest(() => attempt(async () => {
    overlaps = await ask('detect/overlap', { a: two[0], b: two[1] });
    say(t('detect.iouSaid', { iou: overlaps.iou.toFixed(3) }));
    draw();
  }));

  /** Moves one of two boxes or draws it anew; the one that was drawn too small, or is deleted, comes back as it was. @param {CustomEvent} e */
  function drag({ detail: d }) {
    if (d.choose >= 0) one = d.choose;
    if (d.add) before[one] = two[one];
    two[one] = d.box ?? d.add ?? (d.remove ? before[one] : two[one]);
    draw();
    if (isLarge(two[one])) measure(undefined);
  }

  const labels = () => [...new Set(seen.found.map((/** @type {any} */ f) => f.label))].sort();
  const colour = (/** @type {string} */ label) => colourOf([...label].reduce((h, c) => (h * 31 + c.charCodeAt(0)) % 9973, 7));

  function scene() {
    const base = { name: t('common.thePicture'), height: seen.height, width: seen.width, pixels: seen.arrays.pixels, regions: seen.arrays.regions, bones: seen.bones };
    if (state.tab === 'steps') {
      const done = seen.steps.slice(0, state.step);
      return { ...base, regions: undefined, boxes: done.map((/** @type {any} */ s, /** @type {number} */ i) => ({ label: i === state.step - 1 ? s.label : '', score: s.score, box: s.box, colour: s.by < 0 ? '#009e73' : '#d55e00', faint: s.by >= 0 && i < state.step - 1, dash: s.by >= 0 })) };
    }
    if (state.tab === 'anchors') {
      return { ...base, regions: undefined, grid: seen.maps[state.map], cell: state.cell, keys: t('detect.cellKeys'), boxes: anchors.map((b) => ({ label: '', box: b, colour: '#ff4fa3', dash: true })) };
    }
    if (state.tab === 'skips') return { ...base, regions: skips.regions() ?? base.regions, boxes: [] };
    return { ...base, boxes: (seen.found ?? []).filter((/** @type {any} */ f) => !hidden.has(f.label)).map((/** @type {any} */ f) => ({ ...f, colour: colour(f.label) })) };
  }

  function thresholds() {
    const slider = (/** @type {'score' | 'overlap'} */ name, /** @type {string} */ label) => html`<label>${label} <input type="range" name=${name} min="0" max="1" step="0.01" .value=${String(seen[name])}
      @input=${(/** @type {any} */ e) => { state[name] = Number(e.target.value); look(undefined); }}> <output>${seen[name].toFixed(2)}</output></label>`;
    return html`<div class="row">${slider('score', t('common.leastScore'))} ${seen.overlap === undefined ? '' : slider('overlap', t('detect.mostOverlap'))}</div>`;
  }

  function found() {
    if (seen.classes) return html`<table class="found"><thead><tr><th>${t('detect.region')}<th class="number">${t('detect.share')}</thead><tbody>${seen.classes.map((/** @type {any} */ c) => html`<tr><th scope="row"><span class="swatch" .style=${`background:${colourOf(c.region - 1)}`}></span>${c.label}<td class="number">${(100 * c.share).toFixed(2)} %</tr>`)}</tbody></table>`;
    return html`${seen.score === undefined ? '' : thresholds()}
      <div class="row">${labels().map((l) => html`<label><input type="checkbox" name=${`class-${l}`} ?checked=${!hidden.has(l)} @change=${() => { if (!hidden.delete(l)) hidden.add(l); draw(); }}>${l}</label>`)}</div>
      <div class="scroll"><table class="found"><thead><tr><th>${t('detect.what')}<th class="number">${t('common.score')}<th class="number">${t('common.left')}<th class="number">${t('common.top')}<th class="number">${t('common.right')}<th class="number">${t('common.bottom')}</thead>
      <tbody>${seen.found.map((/** @type {any} */ f) => html`<tr><th scope="row">${f.label}<td class="number">${f.score.toFixed(4)}</td>${f.box.map((/** @type {number} */ n) => html`<td class="number">${n.toFixed(1)}`)}</tr>`)}</tbody></table></div>
      ${seen.joints ? html`<details><summary>${t('detect.joints')}</summary><div class="scroll"><table class="joints"><tbody>${seen.found.flatMap((/** @type {any} */ f) => f.points.map((/** @type {number[]} */ p, /** @type {number} */ i) => html`<tr><th scope="row">${seen.joints[i]}<td class="number">${p.length ? shown(p[0]) : '–'}<td class="number">${p.length ? shown(p[1]) : '–'}</tr>`))}</tbody></table></div></details>` : ''}`;
  }

  function steps() {
    const s = seen.steps[state.step - 1];
    return html`<p>${parts('detect.rule', { overlap: html`<strong>${seen.overlap.toFixed(2)}</strong>` })}</p>${thresholds()}
      <div class="row"><button @click=${() => go(0)}>${t('detect.begin')}</button><button @click=${() => go(state.step - 1)} ?disabled=${state.step === 0}>${t('common.back')}</button><button class="main" @click=${() => go(state.step + 1)} ?disabled=${state.step >= seen.steps.length}>${t('detect.step')}</button>
        ${film.button()}<button @click=${() => go(seen.steps.length)}>${t('detect.end')}</button></div>
      <p class="step">${s ? parts('detect.stepNow', { step: state.step, steps: seen.steps.length, words: html`<strong>${words(s)}</strong>` }) : t('detect.stepOf', { step: state.step, steps: seen.steps.length })}</p>
      <details><summary>${t('common.table')}</summary><div class="scroll"><table class="steps"><thead><tr><th class="number">${t('detect.box')}<th>${t('common.class')}<th class="number">${t('common.score')}<th class="number">IoU<th>${t('detect.fate')}</thead>
      <tbody>${seen.steps.map((/** @type {any} */ x, /** @type {number} */ i) => html`<tr><td class="number">${i + 1}<th scope="row">${x.label}<td class="number">${x.score.toFixed(4)}<td class="number">${x.overlap.toFixed(4)}<td>${x.by < 0 ? t('detect.fateStays') : t('detect.fateGoes', { box: x.by + 1 })}</tr>`)}</tbody></table></div></details>`;
  }

  function grid() {
    if (!seen.maps.length) return html`<p>${t('detect.noAnchors')}</p>`;
    const m = seen.maps[state.map];
    return html`<p>${t('detect.anchorsAbout')}</p>
      <div class="row"><label>${t('detect.map')} <select name="map" @change=${(/** @type {any} */ e) => { state.map = Number(e.target.value); cell(0, 0); }}>${seen.maps.map((/** @type {any} */ x, /** @type {number} */ i) => html`<option value=${i} ?selected=${i === state.map}>${x.rows} × ${x.columns}</option>`)}</select></label>
        <span class="cell">${t('detect.cellOf', { row: state.cell[0] + 1, column: state.cell[1] + 1, anchors: m.anchors, all: seen.maps.reduce((/** @type {number} */ n, /** @type {any} */ x) => n + x.rows * x.columns * x.anchors, 0) })}</span></div>
      <table class="anchors"><tbody>${anchors.map((b) => html`<tr>${b.map((n) => html`<td class="number">${n.toFixed(1)}`)}</tr>`)}</tbody></table>`;
  }

  function overlapOfTwo() {
    const side = 120, pixels = { shape: [side, side, 1], values: blank };
    return html`<section class="card" aria-label=${t('detect.overlap')}><h2>${t('detect.overlapTitle')}</h2>
      <div class="row">${[0, 1].map((i) => html`<button aria-pressed=${one === i ? 'true' : 'false'} @click=${() => { one = i; draw(); }}>${t('detect.moveBox', { number: i + 1 })}</button>`)}<span class="soft">${t('detect.twoHint')}</span></div>
      <div class="grids"><fv-boxes class="two" @edit=${drag} .scene=${{ name: t('detect.twoBoxes'), height: side, width: side, pixels, edit: true, at: one, keys: t('detect.twoKeys'), boxes: two.map((b, i) => ({ label: t('detect.boxNumber', { number: i + 1 }), box: b, colour: ['#56b4e9', '#e69f00'][i] })) }}></fv-boxes>
        ${overlaps ? html`<table class="overlaps"><tbody>${Object.entries(overlaps).map(([k, v]) => html`<tr><th scope="row">${{ iou: 'IoU', giou: 'GIoU', diou: 'DIoU', ciou: 'CIoU' }[k] ?? k}<td class="number">${/** @type {number} */ (v).toFixed(4)}</tr>`)}</tbody></table>` : ''}</div></section>`;
  }

  /** Shows a view. @param {string} name */
  function show(name) {
    state.tab = name;
    if (name === 'anchors' && seen.maps.length) cell(state.cell[0], state.cell[1]);
    else if (name === 'skips') skips.begin();
    draw();
  }

  function draw() {
    const p = offer.scenes, views = seen ? tabs() : [];
    render(html`<h1>${t('detect.title')}</h1>
      <p class="lead">${t('detect.lead')} ${p.problem ? parts('detect.stopped', { stopped: html`<strong>${t('detect.hasStopped')}</strong>`, problem: p.problem }) : p.step >= 0 && p.step < p.steps ? parts('detect.learning', { learning: html`<strong>${t('detect.isLearning')}</strong>`, step: html`<span class="mono">${p.step}</span>`, steps: p.steps }) : ''} ${p.ap50 === undefined ? '' : parts('detect.ap50', { ap50: html`<span class="mono">${p.ap50.toFixed(3)}</span>` })}</p>
      <div class="row">${p.step < 0 ? html`<button class="main" @click=${learn}>${t('detect.teachDetector')}</button>` : ''} <button class="teach-unet" @click=${teachUnet}>${t('detect.teachUnet')}</button></div>
      <div class="row">${networks(offer.models, state.model, async (id) => { Object.assign(state, { model: id, score: undefined, overlap: undefined }); await refresh(); if (!offer.models.some((/** @type {any} */ m) => m.id === id)) state.other = id; await look(undefined); }, (e) => context.wrong(e, place))}
        ${chooser(all, state.picture, async (id) => { state.picture = id; all = await pictures(); await look(undefined); }, (e) => context.wrong(e, place))}</div>
      ${offer.others.length ? html`<details ?open=${!offer.models.length}><summary>${t('detect.others')}</summary><div class="row"><label>${t('detect.read')} <select name="other" @change=${(/** @type {any} */ e) => { state.other = e.target.value; }}>${offer.others.map((/** @type {any} */ m) => html`<option value=${m.id} ?selected=${m.id === state.other}>${m.name}</option>`)}</select></label>
        <label>${t('detect.as')} <select name="card" @change=${(/** @type {any} */ e) => { state.card = e.target.value; }}>${offer.cards.map((/** @type {any} */ c) => html`<option value=${c.name} ?selected=${c.name === state.card}>${c.name}: ${c.about}</option>`)}</select></label><button @click=${readAs}>${t('detect.read')}</button></div></details>` : ''}
      ${seen ? html`<div class="detect-columns"><section class="card"><fv-boxes class="main-picture" @move=${(/** @type {CustomEvent} */ e) => cell(state.cell[0] + e.detail.row, state.cell[1] + e.detail.column)} .scene=${scene()}></fv-boxes>
          <p class="soft">${t('detect.size', { height: seen.height, width: seen.width, input: seen.input, millis: seen.millis.toFixed(1) })}</p></section>
        <section class="card">${views.length ? html`<div role="tablist" aria-label=${t('common.views')}>${views.map((name) => html`<button role="tab" aria-selected=${name === state.tab} @click=${() => show(name)}>${t(`detect.tabs.${name}`)}</button>`)}</div>` : ''}
          <div role="tabpanel">${{ steps, anchors: grid, skips: skips.panel }[state.tab]?.() ?? found()}</div></section></div>` : html`<p class="note">${t('detect.nothing')}</p>`}
      ${own.section()}${precision.section()}${sliding.section()}${overlapOfTwo()}`, place);
  }

  await own.begin();
  draw();
  await measure(undefined);
  await look(undefined);
  const end = listen('scenes', () => attempt(async () => {
    offer = await ask('detect/models');
    if (state.model === 'yolo-scenes') await look(undefined);
    else draw();
  }));
  return () => { film.stop(); sliding.stop(); end(); };
}

const blank = new Uint8Array(120 * 120).fill(40);
