// @ts-check
/** The search over rooms, lessons and the layers of open networks, which Ctrl-K opens. */
import { lessons } from '../lessons/index.js';
import { ask } from './api.js';
import { html, render, say, t } from './dom.js';
import { rooms } from './rooms.js';

/** @typedef {{title: string, kind: string, hash: Record<string, string>}} Found */

const MOST = 12;

/** Returns what can be found; rooms and lessons also where the networks cannot be told. @returns {Promise<Found[]>} */
async function everything() {
  /** @type {any[]} */ let models = [];
  try {
    models = (await ask('start/layers')).models;
  } catch (e) {
    say(t('search.none', { problem: /** @type {Error} */ (e).message }));
  }
  return [
    ...rooms.map((r) => ({ title: r.title, kind: t('search.room'), hash: { room: r.name } })),
    ...lessons.map((l) => ({ title: l.title, kind: t('search.lesson'), hash: { room: 'lessons', lesson: l.name } })),
    ...models.flatMap((m) => [{ title: m.name, kind: t('search.network'), hash: { room: 'graph', model: m.id } },
      ...m.layers.map((/** @type {string} */ path) => ({ title: path, kind: t('search.layerOf', { network: m.name }), hash: { room: 'graph', model: m.id, layer: path } }))]),
  ];
}

/** Opens the search; one that is open stays. */
export async function openSearch() {
  if (document.querySelector('dialog.search')) return;
  const dialog = document.createElement('dialog');
  dialog.className = 'card search';
  dialog.setAttribute('aria-label', t('search.search'));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  /** @type {Found[]} */ let all = [], left = all;
  let words = '', at = 0;

  /** @param {Found} found */
  const go = (found) => { document.querySelectorAll('dialog').forEach((d) => d.close()); location.hash = `#${new URLSearchParams(found.hash)}`; };

  function filter() {
    const parts = words.toLowerCase().split(' ').filter(Boolean);
    left = all.filter((f) => parts.every((p) => `${f.title} ${f.kind}`.toLowerCase().includes(p))).slice(0, MOST);
    at = Math.min(at, Math.max(0, left.length - 1));
    draw();
  }

  /** @param {KeyboardEvent} e */
  function key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.key === 'Enter' && left[at]) go(left[at]);
    if (step) at = (at + step + left.length) % Math.max(1, left.length);
    if (step || e.key === 'Enter') e.preventDefault();
    if (step && left[at]) say(`${left[at].title}, ${left[at].kind}`);
    draw();
  }

  function draw() {
    render(html`<label class="wide">${t('search.find')} <input name="search" role="combobox" aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-activedescendant=${left[at] ? `found-${at}` : ''} autocomplete="off" placeholder=${t('search.example')} .value=${words} @input=${(/** @type {any} */ e) => { words = e.target.value; filter(); }} @keydown=${key}></label>
      <ul id="found" role="listbox" aria-label=${t('search.found')}>${left.map((f, i) => html`<li id=${`found-${i}`} role="option" aria-selected=${i === at ? 'true' : 'false'} @click=${() => go(f)}>${f.title} <span class="soft">${f.kind}</span></li>`)}</ul>`, dialog);
  }

  draw();
  dialog.showModal();
  /** @type {HTMLInputElement} */ (dialog.querySelector('input')).focus();
  all = await everything();
  filter();
}
