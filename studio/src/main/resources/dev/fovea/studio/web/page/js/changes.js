// @ts-check
/** The part of the Train room that chooses how samples are changed in each epoch, and shows it. */
import { ask } from './api.js';
import { html, newest, t } from './dom.js';
import { drawSamples } from './picture.js';

/**
 * Creates the part.
 * @param {{settings: {changes: string[]}, known: string[], sample: () => number, changed: () => void, draw: () => void, wrong: (e: unknown) => void}} room
 */
export function changes(room) {
  /** @type {any} */ let views;
  /** The question that the views answer. */
  let answered = '';
  const chosen = () => room.settings.changes;
  const question = () => ({ ...room.settings, sample: room.sample() });
  /** The views, where they still answer what would be asked now. */
  const current = () => (answered === JSON.stringify(question()) ? views : undefined);

  const look = newest(async () => {
    const asked = JSON.stringify(question());
    try {
      views = await ask('train/augmented', question());
      answered = asked;
    } catch (e) {
      views = undefined;
      if (asked === JSON.stringify(question())) room.wrong(e);
    }
    room.draw();
  });

  /** @param {string} name @param {boolean} on */
  function turn(name, on) {
    room.settings.changes = room.known.filter((k) => (k === name ? on : chosen().includes(k)));
    views = undefined;
    room.changed();
    if (chosen().length) look(undefined);
  }

  return {
    /** Draws the pictures. @param {HTMLElement} place */
    paint(place) {
      const list = place.querySelector('.views');
      if (list && current()) drawSamples(list, views.arrays.pictures);
    },
    panel: () => html`<details ?open=${chosen().length > 0}><summary>${t('changes.title')}</summary>
      <div class="row">${room.known.map((name) => html`<label><input type="checkbox" name=${`change-${name}`} .checked=${chosen().includes(name)} @change=${(/** @type {any} */ e) => turn(name, e.target.checked)}> ${name}</label>`)}</div>
      ${current() ? html`<p class="soft">${t('changes.views')}</p><ul class="wrong-ones views">${views.arrays.pictures ? Array.from({ length: views.arrays.pictures.shape[0] }, (_, i) => html`<li><canvas class="pixels" data-picture=${i} role="img" aria-label=${t('changes.epoch', { epoch: i + 1 })}></canvas></li>`) : ''}</ul>`
        : chosen().length ? html`<div class="row"><button class="look-at-changes" @click=${() => look(undefined)}>${t('changes.show')}</button></div>` : ''}</details>`,
  };
}
