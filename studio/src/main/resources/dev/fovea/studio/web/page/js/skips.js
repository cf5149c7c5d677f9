// @ts-check
/** The part of the Detect room that switches skip connections off, one by one. */
import { askStill, numbers } from './api.js';
import { html, newest, say, shown, t } from './dom.js';
import './maps.js';

/**
 * Creates the part.
 * @param {{question: () => {model: string, picture: string}, draw: () => void, wrong: (e: unknown) => void}} room
 */
export function skipConnections(room) {
  /** @type {Set<number>} */ let off = new Set();
  let chosen = 0;
  /** @type {any} */ let seen;

  const look = newest(async () => {
    try {
      seen = await askStill('detect/skips', () => ({ ...room.question(), off: [...off] })) ?? seen;
      if (seen) chosen = Math.min(chosen, seen.skips.length - 1);
    } catch (e) {
      seen = undefined;
      room.wrong(e);
    }
    room.draw();
  });

  /** Begins anew, with all skips on. */
  function begin() {
    off = new Set();
    seen = undefined;
    look(undefined);
  }

  /** @param {number} i */
  function turn(i) {
    if (!off.delete(i)) off.add(i);
    say(off.has(i) ? t('skips.isOff', { layer: seen.skips[i].from }) : t('skips.isOn', { layer: seen.skips[i].from }));
    look(undefined);
  }

  function panel() {
    if (!seen) return html`<p class="soft">…</p>`;
    const s = seen.skips[chosen], carried = seen.arrays[`skip${chosen}`];
    return html`<p>${t('skips.about')}</p>
      <div class="scroll"><table class="skips"><thead><tr><th>${t('skips.on')}<th>${t('skips.from')}<th>${t('skips.carries')}<th class="number">${t('skips.meanSize')}<th class="number">${t('skips.change')}<th>${t('skips.look')}</thead>
      <tbody>${seen.skips.map((/** @type {any} */ k, /** @type {number} */ i) => html`<tr><td><input type="checkbox" name=${`skip-${i}`} aria-label=${t('skips.skip', { layer: k.from })} .checked=${!off.has(i)} @change=${() => turn(i)}></td><th scope="row">${k.from}<td>${k.summed ? t('skips.added', { shape: k.shape }) : k.shape}<td class="number">${shown(k.size)}<td class="number">${(100 * k.changes).toFixed(2)} %<td><button aria-pressed=${i === chosen ? 'true' : 'false'} @click=${() => { chosen = i; room.draw(); }}>${t('skips.maps')}</button></tr>`)}</tbody></table></div>
      <p class="soft">${t('skips.changeAbout')}</p>
      <table class="found"><tbody>${seen.classes.map((/** @type {any} */ c) => html`<tr><th scope="row">${c.label}<td class="number">${(100 * c.share).toFixed(2)} %</tr>`)}</tbody></table>
      <h3>${t('skips.carried', { layer: s.from })}</h3><fv-maps class="carried" .layer=${{ path: s.from, shape: carried.shape, values: numbers(carried), limit: s.limit, signed: s.signed, of: { door: 'unit/card', question: room.question() } }}></fv-maps>`;
  }
  return { begin, panel, /** The classes of pixels as they are now. */ regions: () => seen?.arrays.regions };
}
