// @ts-check
/** Buttons that open what a room shows in other rooms. */
import { html, t } from './dom.js';
import { address, rooms } from './rooms.js';

const WHERE = ['draw', 'explain', 'graph', 'compare'];

/**
 * The buttons.
 * @param {() => Promise<import('./rooms.js').Subject>} subject opens the network and the picture, and returns their ids
 * @param {(error: unknown) => void} failed
 * @param {string} [here] the room that they stand in
 */
export const elsewhere = (subject, failed, here) => html`<div class="row elsewhere"><span class="soft">${t('elsewhere.open')}</span>${rooms.filter((r) => WHERE.includes(r.name) && r.name !== here).map((r) => html`<button name=${`to-${r.name}`}
  @click=${(/** @type {any} */ e) => follow(e.currentTarget.closest('.room'), r, subject()).catch(failed)}>${r.title}</button>`)}</div>`;

/** Goes into a room once the subject is open, unless the user has left the place meanwhile. @param {HTMLElement} place @param {typeof rooms[0]} room @param {Promise<import('./rooms.js').Subject>} subject */
async function follow(place, room, subject) {
  const to = address(room, await subject);
  if (place.isConnected) location.hash = to;
}
