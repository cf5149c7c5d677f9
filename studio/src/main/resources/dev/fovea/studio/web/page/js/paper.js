// @ts-check
/** The part of the Graph room that draws a network as papers do. */
import { ask, keep } from './api.js';
import { html, newest, say, t } from './dom.js';

/**
 * Creates the part.
 * @param {{styles: string[], model: () => string, draw: () => void, wrong: (e: unknown) => void}} room
 */
export function paper(room) {
  let style = room.styles[0], depth = 0, url = '', svg = '', forgotten = 0;

  const clear = () => { URL.revokeObjectURL(url); url = svg = ''; };
  /** Takes the drawing away, and drops those that are still asked for. */
  const forget = () => { forgotten++; clear(); };
  /** Asks for the drawing; `before` is how often it was forgotten when that was asked. */
  const look = newest(async (/** @type {number} */ before) => {
    if (before !== forgotten) return;
    try {
      const answer = await ask('graph/drawing', { model: room.model(), style, depth });
      if (before !== forgotten) return;
      clear();
      svg = answer.svg;
      url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      say(t('paper.done'));
    } catch (e) {
      if (before !== forgotten) return;
      clear();
      room.wrong(e);
    }
    room.draw();
  });

  return {
    /** Another network is shown, or the room is left. */
    forget,
    panel: () => html`<section class="card" aria-label=${t('paper.part')}><h2>${t('paper.title')}</h2>
      <div class="row"><label>${t('paper.style')} <select name="style" @change=${(/** @type {any} */ e) => { style = e.target.value; look(forgotten); }}>${room.styles.map((s) => html`<option ?selected=${s === style}>${s}</option>`)}</select></label>
        <label>${t('paper.depth')} <input type="number" name="depth" min="0" max="16" .value=${String(depth)} @change=${(/** @type {any} */ e) => { depth = Math.round(Number(e.target.value)) || 0; look(forgotten); }}></label>
        <button class="draw-paper" @click=${() => look(forgotten)}>${t('paper.draw')}</button>${svg ? html`<button @click=${() => keep(`${style}.svg`, svg)}>${t('paper.svg')}</button>` : ''}</div>
      ${url ? html`<div class="scroll drawing" tabindex="0" role="region" aria-label=${t('paper.drawing')}><img class="paper" alt=${t('paper.about', { style })} src=${url}></div>` : ''}</section>`,
  };
}
