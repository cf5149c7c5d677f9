// @ts-check
/** The part of the Graph room that draws a network as papers do. */
import { ask, keep } from './api.js';
import { html, newest, say } from './dom.js';

/**
 * Creates the part.
 * @param {{styles: string[], model: () => string, draw: () => void, wrong: (e: unknown) => void}} room
 */
export function paper(room) {
  let style = room.styles[0], depth = 0, url = '', svg = '';

  const forget = () => { URL.revokeObjectURL(url); url = svg = ''; };
  const look = newest(async () => {
    try {
      const answer = await ask('graph/drawing', { model: room.model(), style, depth });
      forget();
      svg = answer.svg;
      url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      say('The drawing is there');
    } catch (e) {
      forget();
      room.wrong(e);
    }
    room.draw();
  });

  return {
    /** Another network is shown. */
    forget,
    panel: () => html`<section class="card" aria-label="Drawing"><h2>As papers draw it</h2>
      <div class="row"><label>style <select name="style" @change=${(/** @type {any} */ e) => { style = e.target.value; look(undefined); }}>${room.styles.map((s) => html`<option ?selected=${s === style}>${s}</option>`)}</select></label>
        <label>parts of a path that stay apart, 0 for all <input type="number" name="depth" min="0" max="16" .value=${String(depth)} @change=${(/** @type {any} */ e) => { depth = Math.round(Number(e.target.value)) || 0; look(undefined); }}></label>
        <button class="draw-paper" @click=${() => look(undefined)}>draw</button>${svg ? html`<button @click=${() => keep(`${style}.svg`, svg)}>as SVG</button>` : ''}</div>
      ${url ? html`<div class="scroll drawing" tabindex="0" role="region" aria-label="the drawing"><img class="paper" alt=${`the network, drawn as ${style}`} src=${url}></div>` : ''}</section>`,
  };
}
