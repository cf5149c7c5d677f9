// @ts-check
/** The part of the Detect room that shows how precise a detector is at each threshold. */
import { ask } from './api.js';
import './curves.js';
import { html, newest, parts, say, t } from './dom.js';

/**
 * Creates the part.
 * @param {{model: () => string, boxes: () => import('./labels.js').Label[], draw: () => void, wrong: (e: unknown) => void}} room
 */
export function precisionByThreshold(room) {
  let chosen = 0, least = 0.5, measuring = false;
  /** @type {any} */ let seen;

  const measure = newest(async (/** @type {boolean} */ own) => {
    measuring = true;
    room.draw();
    try {
      seen = { model: room.model(), own, ...await ask('detect/precision', { model: room.model(), ...(own ? { boxes: room.boxes() } : {}) }) };
      chosen = seen.classes.reduce((/** @type {number} */ b, /** @type {any} */ c, /** @type {number} */ i) => (c.objects > seen.classes[b].objects ? i : b), 0);
      say(t('precision.said', { percent: (100 * seen.map).toFixed(1) }));
    } catch (e) {
      seen = undefined;
      room.wrong(e);
    }
    measuring = false;
    room.draw();
  });

  /** Returns what holds of the boxes that are at least so sure. */
  function at() {
    const score = seen.arrays[`score${chosen}`].values, objects = seen.classes[chosen].objects;
    let n = 0;
    while (n < score.length && score[n] >= least) n++;
    const recall = n ? seen.arrays[`recall${chosen}`].values[n - 1] : 0, precision = n ? seen.arrays[`precision${chosen}`].values[n - 1] : 0;
    return { n, recall, precision, right: Math.round(recall * objects), objects };
  }

  function words() {
    const { n, right, objects, recall, precision } = at(), name = seen.classes[chosen].label;
    return n ? t('precision.at', { boxes: n, class: name, least: least.toFixed(2), right, objects, recall: recall.toFixed(3), precision: precision.toFixed(3) })
      : t('precision.none', { boxes: n, class: name, least: least.toFixed(2), right, objects, recall: recall.toFixed(3) });
  }

  function curve() {
    const { n } = at(), x = seen.arrays[`recall${chosen}`].values, y = seen.arrays[`precision${chosen}`].values;
    const here = Array.from(y, (v, i) => (i === n - 1 ? v : null));
    return { name: t('precision.curve'), xName: t('precision.recall'), shares: true, x, lines: [{ name: t('precision.curve'), values: y, colour: '#0072b2' }, { name: t('precision.here'), values: here, colour: '#d55e00', points: true }] };
  }

  function answer() {
    return html`<div class="row"><label>${t('common.class')} <select name="precision-class" @change=${(/** @type {any} */ e) => { chosen = Number(e.target.value); room.draw(); }}>${seen.classes.map((/** @type {any} */ c, /** @type {number} */ i) => html`<option value=${i} ?selected=${i === chosen}>${c.label}</option>`)}</select></label>
        <label>${t('common.leastScore')} <input type="range" name="precision-least" min="0" max="1" step="0.01" .value=${String(least)} @input=${(/** @type {any} */ e) => { least = Number(e.target.value); say(words()); room.draw(); }}> <output>${least.toFixed(2)}</output></label></div>
      <p class="at-threshold">${words()}</p>
      <fv-curves class="precision-curve" .curves=${curve()}></fv-curves>
      <details><summary>${t('precision.classes')}</summary><table class="average-precision"><tbody>${seen.classes.map((/** @type {any} */ c) => html`<tr><th scope="row">${c.label}<td class="number">${c.objects}<td class="number">${c.ap < 0 ? '–' : c.ap.toFixed(4)}</tr>`)}</tbody></table></details>
      <p>${parts('precision.mean', { map: html`<strong class="map">${seen.map.toFixed(4)}</strong>`, pictures: html`<span class="measured-on">${seen.own ? t('precision.own', { pictures: seen.pictures }) : t('precision.scenes', { pictures: seen.pictures })}</span>` })}</p>`;
  }

  /** Shows the part. */
  function section() {
    return html`<section class="card" aria-label=${t('precision.part')}><h2>${t('precision.title')}</h2>
      <p>${t('precision.about')}</p>
      <div class="row"><button class="measure-precision" ?disabled=${measuring || !room.model()} @click=${() => measure(false)}>${t('precision.onScenes')}</button><button class="measure-labelled" ?disabled=${measuring || !room.model() || !room.boxes().length} @click=${() => measure(true)}>${t('precision.onOwn')}</button><span class="soft" role="status">${measuring ? t('precision.measuring') : ''}</span></div>
      ${seen && seen.model === room.model() ? answer() : ''}</section>`;
  }
  return { section };
}
