// @ts-check
/** The part of the Detect room in which a window slides over a picture. */
import { ask } from './api.js';
import './boxes.js';
import { html, newest, parts, player, say, t } from './dom.js';
import './maps.js';
import { chooser } from './picture.js';

/**
 * Creates the part.
 * @param {{offer: () => any, pictures: () => {id: string, name: string}[], refresh: () => Promise<void>, draw: () => void, wrong: (e: unknown) => void}} room
 */
export function slidingWindow(room) {
  const state = { model: '', picture: '', step: 7, scale: 1, class: 0, least: 0.9, at: 0 };
  /** @type {any} */ let seen;
  const film = player(() => { const more = seen && state.at < count(); if (more) go(state.at + 1); return more; }, () => 150, room.draw);

  const slide = newest(async () => {
    try {
      const { at: _, ...asked } = state;
      seen = await ask('detect/windows', asked);
      state.at = Math.min(state.at, count());
    } catch (e) {
      seen = undefined;
      room.wrong(e);
    }
    room.draw();
  });
  const count = () => seen.rows * seen.columns;

  const digits = async () => {
    try {
      Object.assign(state, await ask('detect/digits'), { class: 7, step: 7, scale: 1, at: 0 });
      await room.refresh();
      await slide(undefined);
    } catch (e) {
      room.wrong(e);
    }
  };

  /** Goes to a window; 0 is before the first. @param {number} to */
  function go(to) {
    state.at = Math.max(0, Math.min(count(), to));
    if (state.at) say(words());
    room.draw();
  }

  function words() {
    const i = state.at - 1, score = seen.arrays.scores.values[i];
    return t('windows.window', { window: state.at, all: count(), row: Math.floor(i / seen.columns) + 1, column: (i % seen.columns) + 1, class: seen.classes[state.class], percent: (100 * score).toFixed(1) });
  }

  function picture() {
    const b = seen.arrays.boxes.values, i = state.at - 1;
    const window = state.at ? [{ label: '', box: Array.from(b.subarray(4 * i, 4 * i + 4)), colour: '#56b4e9' }] : [];
    const found = state.at === count() ? seen.found.map((/** @type {any} */ f) => ({ ...f, colour: '#d55e00' })) : [];
    return { name: t('windows.picture'), height: seen.height, width: seen.width, pixels: seen.arrays.pixels, boxes: [...found, ...window], keys: t('windows.keys') };
  }

  /** The scores of the windows that have been asked. */
  function heat() {
    const values = Float32Array.from(seen.arrays.scores.values, (s, i) => (i < state.at ? s : 0));
    return { path: t('windows.scores'), shape: [1, seen.rows, seen.columns], values, limit: 1, signed: false };
  }

  function cost() {
    const each = t('windows.each', { windows: count(), flops: (seen.flops / 1e6).toFixed(2), millis: seen.each.toFixed(1) });
    return html`<p class="cost">${each} ${seen.refused ? parts('windows.refused', { reason: html`<em>${seen.refused}</em>` }) : t('windows.onePass', { millis: seen.pass.toFixed(1), difference: seen.difference.toExponential(1) })}</p>`;
  }

  function answer() {
    return html`<div class="row"><button @click=${() => go(0)}>${t('windows.toFirst')}</button><button @click=${() => go(state.at - 1)} ?disabled=${state.at === 0}>${t('common.back')}</button><button class="slide-on" @click=${() => go(state.at + 1)} ?disabled=${state.at >= count()}>${t('windows.next')}</button>
        ${film.button()}<button @click=${() => go(count())}>${t('windows.toLast')}</button></div>
      <p class="window">${state.at ? words() : t('windows.all', { windows: count() })}</p>
      <div class="detect-columns"><fv-boxes class="sliding" @move=${(/** @type {CustomEvent} */ e) => go(state.at + e.detail.column + seen.columns * e.detail.row)} .scene=${picture()}></fv-boxes>
        <div><h3>${t('windows.sure', { class: seen.classes[state.class] })}</h3><fv-maps class="heat" .tall=${200} .layer=${heat()}></fv-maps></div></div>
      ${cost()}
      <p>${t('windows.overlaps')}</p>
      <table class="window-found"><tbody>${seen.found.map((/** @type {any} */ f) => html`<tr><th scope="row">${f.label}<td class="number">${f.score.toFixed(4)}</td>${f.box.map((/** @type {number} */ n) => html`<td class="number">${n.toFixed(1)}`)}</tr>`)}</tbody></table>`;
  }

  /** @param {'step' | 'scale' | 'least'} name @param {string} by */
  const number = (name, by) => html`<label>${t(`windows.settings.${name}`)} <input type="number" name=${`window-${name}`} step=${by} min="0" .value=${String(state[name])} @change=${(/** @type {any} */ e) => { state[name] = Number(e.target.value); slide(undefined); }}></label>`;

  /** Shows the part. */
  function section() {
    const nets = room.offer().classifiers, all = room.pictures();
    state.model ||= nets.at(-1)?.id ?? '';
    state.picture ||= all.at(-1)?.id ?? '';
    return html`<section class="card" aria-label=${t('windows.title')}><h2>${t('windows.title')}</h2>
      <p>${t('windows.about')}</p>
      <div class="row"><button class="page-of-digits" @click=${digits}>${t('windows.digits')}</button></div>
      <div class="row"><label>${t('windows.classifier')} <select name="classifier" @change=${(/** @type {any} */ e) => { state.model = e.target.value; state.class = 0; seen = undefined; room.draw(); }}>
          ${nets.map((/** @type {any} */ m) => html`<option value=${m.id} ?selected=${m.id === state.model}>${m.name}</option>`)}</select></label>
        ${chooser(all, state.picture, async (id) => { state.picture = id; seen = undefined; await room.refresh(); room.draw(); }, room.wrong)}</div>
      <div class="row">${number('step', '1')} ${number('scale', '0.1')} ${number('least', '0.05')}
        ${seen ? html`<label>${t('common.class')} <select name="window-class" @change=${(/** @type {any} */ e) => { state.class = Number(e.target.value); slide(undefined); }}>${seen.classes.map((/** @type {string} */ c, /** @type {number} */ i) => html`<option value=${i} ?selected=${i === state.class}>${c}</option>`)}</select></label>` : ''}
        <button class="slide" ?disabled=${!nets.length} @click=${() => slide(undefined)}>${t('windows.slide')}</button></div>
      ${seen ? answer() : ''}</section>`;
  }
  return { section, stop: film.stop };
}
