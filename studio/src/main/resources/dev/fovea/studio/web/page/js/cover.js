// @ts-check
/** The part of the Explain room that covers a square of the picture, and watches the score. */
import { askStill } from './api.js';
import { html, newest, parts, say, shown, t } from './dom.js';

/**
 * Creates the part.
 * @param {{question: () => any, extent: () => number[], draw: () => void, wrong: (e: unknown) => void}} room
 */
export function covering(room) {
  let on = false, size = 0, top = 0, left = 0;
  /** @type {any} */ let seen;

  const look = newest(() => {
    const at = { top, left, size }; // moves on meanwhile: each answer is shown, as long as it is one to the same question
    return askStill('explain/cover', () => ({ ...room.question(), ...at })).then((answer) => {
      if (!answer) return;
      seen = answer;
      say(t('cover.said', { row: at.top + 1, column: at.left + 1, score: shown(seen.covered), fall: shown(seen.score - seen.covered) }));
    }).catch(room.wrong).then(room.draw);
  });

  /** Puts the middle of the square near a place. @param {number} x @param {number} y */
  function to(x, y) {
    const [height, width] = room.extent(), most = Math.min(height, width);
    size = Math.max(1, Math.min(most, size || Math.round(most / 5)));
    const within = (/** @type {number} */ n, /** @type {number} */ all) => Math.max(0, Math.min(all - size, Math.round(n - size / 2)));
    [top, left] = [within(y, height), within(x, width)];
    look(undefined);
    room.draw();
  }
  const middle = () => to(left + size / 2, top + size / 2);

  /** @param {boolean} now */
  function turn(now) {
    on = now;
    seen = undefined;
    const [height, width] = room.extent();
    if (on) to(width / 2, height / 2);
    room.draw();
  }

  return {
    /** The square, for the picture. */
    boxes: () => (on ? [{ label: '', box: [left, top, left + size, top + size], colour: '#ffffff', fill: '#000000' }] : []),
    keys: () => (on ? t('cover.keys') : undefined),
    /** Another picture, network or target is asked about. */
    begin() { seen = undefined; if (on) middle(); },
    /** @param {CustomEvent} e */
    point(e) { if (on) to(e.detail.x, e.detail.y); },
    /** @param {CustomEvent} e */
    move(e) {
      if (!on) return;
      const by = e.detail.shift ? size : 1;
      to(left + size / 2 + by * e.detail.column, top + size / 2 + by * e.detail.row);
    },
    panel: () => html`<div class="row"><label><input type="checkbox" name="cover" .checked=${on} @change=${(/** @type {any} */ e) => turn(e.target.checked)}> ${t('cover.cover')}</label>
      ${on ? html`<label>${parts('cover.size', { size: html`<input type="number" name="cover-size" min="1" .value=${String(size)} @change=${(/** @type {any} */ e) => { size = Math.round(Number(e.target.value)) || 1; middle(); }}>` })}</label>` : ''}</div>
      ${on && seen ? html`<p class="covered">${parts('cover.score', { covered: html`<strong class="mono">${shown(seen.covered)}</strong>`, score: html`<span class="mono">${shown(seen.score)}</span>` })}</p>` : ''}`,
  };
}
