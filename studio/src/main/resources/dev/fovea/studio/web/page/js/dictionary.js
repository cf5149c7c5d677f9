// @ts-check
/** The part of the Explain room that tells, for a place of the picture, which channels are the strongest there, as pictures. */
import { askStill } from './api.js';
import { html, newest, say, shown, t } from './dom.js';
import { drawSamples } from './picture.js';
import { openCard } from './unit.js';

/**
 * Creates the part.
 * @param {{subject: () => {model: string, picture: string}, layer: () => string, extent: () => number[], draw: () => void, wrong: (e: unknown) => void}} room
 */
export function dictionary(room) {
  let on = false, x = 0.5, y = 0.5, channel = 0;
  /** @type {any} */ let seen;

  const look = newest(async () => {
    try {
      const at = { x, y }, answer = await askStill('unit/strongest', () => ({ ...room.subject(), path: room.layer(), ...at }));
      if (!answer) return;
      seen = answer;
      say(t('dictionary.said', { row: seen.row + 1, column: seen.column + 1, channel: seen.channels[0] + 1, value: shown(seen.values[0]) }));
    } catch (e) {
      seen = undefined;
      room.wrong(e);
    }
    room.draw();
  });

  /** Goes to a place, as shares of the picture. @param {number} across @param {number} down */
  function to(across, down) {
    if (!on) return;
    [x, y] = [across, down].map((n) => Math.max(0, Math.min(1, n)));
    look(undefined);
  }

  return {
    /** What the place sees, for the picture. */
    boxes() {
      if (!on || !seen) return [];
      const [top, left, height, width] = seen.field;
      return [{ label: '', box: [left, top, left + width, top + height], colour: '#ff4fa3' }];
    },
    keys: () => (on ? t('dictionary.keys') : undefined),
    /** Another picture, network or layer is asked about. */
    begin() { seen = undefined; if (on) look(undefined); },
    /** @param {CustomEvent} e */
    point({ detail: d }) { to(d.x / room.extent()[1], d.y / room.extent()[0]); },
    /** @param {CustomEvent} e */
    move({ detail: d }) { to(x + d.column * Math.max(2 / room.extent()[1], 1 / 32), y + d.row * Math.max(2 / room.extent()[0], 1 / 32)); },
    /** Draws the pictures of the channels. @param {HTMLElement} place */
    paint(place) {
      const list = place.querySelector('.dictionary');
      if (list && seen) drawSamples(list, seen.arrays.pictures);
    },
    panel: () => html`<div class="row"><label><input type="checkbox" name="dictionary" .checked=${on} @change=${(/** @type {any} */ e) => { on = e.target.checked; seen = undefined; if (on) look(undefined); room.draw(); }}> ${t('dictionary.ask')}</label>
        <label>${t('dictionary.channel')} <input type="number" name="unit-channel" min="1" .value=${String(channel + 1)} @change=${(/** @type {any} */ e) => { channel = Math.max(0, Math.round(Number(e.target.value)) - 1 || 0); }}></label><button class="open-unit" @click=${() => openCard({ door: 'unit/card', question: room.subject(), path: room.layer(), channel, row: -1, column: -1 })}>${t('dictionary.imagine')}</button></div>
      ${on && seen ? html`<p class="soft">${t('dictionary.about', { row: seen.row + 1, column: seen.column + 1, path: seen.path })}</p>
        <ul class="wrong-ones dictionary">${seen.channels.map((/** @type {number} */ c, /** @type {number} */ i) => html`<li><button class="plain" aria-label=${t('dictionary.unit', { channel: c + 1, value: shown(seen.values[i]) })} @click=${() => openCard({ door: 'unit/card', question: room.subject(), path: seen.path, channel: c, row: seen.row, column: seen.column })}><canvas class="pixels" data-picture=${i}></canvas><span>${c + 1} <span class="mono">${shown(seen.values[i])}</span></span></button></li>`)}</ul>` : ''}`,
  };
}
