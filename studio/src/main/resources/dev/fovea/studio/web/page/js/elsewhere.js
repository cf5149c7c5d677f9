// @ts-check
/** Buttons that open what a room shows in other rooms. */
import { html } from './dom.js';
import { address, rooms } from './rooms.js';

const WHERE = ['draw', 'explain', 'graph', 'compare'];

/**
 * The buttons.
 * @param {() => Promise<import('./rooms.js').Subject>} subject opens the network and the picture, and returns their ids
 * @param {(error: unknown) => void} failed
 * @param {string} [here] the room that they stand in
 */
export const elsewhere = (subject, failed, here) => html`<div class="row elsewhere"><span class="soft">Open it in</span>${rooms.filter((r) => WHERE.includes(r.name) && r.name !== here).map((r) => html`<button name=${`to-${r.name}`}
  @click=${() => subject().then((s) => { location.hash = address(r, s); }).catch(failed)}>${r.title}</button>`)}</div>`;
