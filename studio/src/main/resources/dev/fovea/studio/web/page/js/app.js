// @ts-check
/** The shell: finds the session, shows the room that the address names, and keeps its state there. */
import { ask, connect, enter, Refused } from './api.js';
import { loadColours } from './colour.js';
import { html, newest, render, say, t } from './dom.js';
import { showSelected } from './inspector.js';
import { address, rooms } from './rooms.js';
import { openSearch } from './search.js';
import { loadTexts } from './texts.js';
import { openChosen } from './unit.js';

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const inspector = /** @type {HTMLElement} */ (document.getElementById('inspector'));
/** What in the room something is selected in. @type {Element | undefined} */
let selected;
/** @type {(() => void) | undefined} */
let leave;
/** @type {typeof rooms[0] | undefined} */
let current;
/** The network and the picture that were chosen last: links carry them from room to room. @type {Record<string, string>} */
const present = { model: '', picture: '' };

/** Returns the state that the address tells. */
function state() {
  return new URLSearchParams(location.hash.slice(1));
}

/** Shows the room of the address. */
async function show() {
  const wanted = state().get('room') ?? 'start';
  const room = rooms.find((r) => r.name === wanted) ?? rooms[0];
  if (current === room) return;
  leave?.();
  leave = undefined;
  current = room;
  for (const [what, name] of Object.entries(room.takes)) present[what] = state().get(name) ?? present[what];
  list();
  selected = undefined;
  inspector.hidden = room.inspects === 'nothing';
  if (room.inspects !== 'itself') showSelected(inspector, []);
  document.title = `${room.title} · Fovea studio`;
  const place = document.createElement('div');
  place.className = `room ${room.name}`;
  main.replaceChildren(place);
  try {
    const module = await room.load();
    if (!place.isConnected) return;
    const kept = (/** @type {Record<string, string>} */ values) => { if (place.isConnected) remember(values); };
    const end = (await module.enter(place, { state: state(), remember: kept, wrong, inspector })) ?? undefined;
    if (!place.isConnected) return end?.();
    leave = end;
  } catch (e) {
    wrong(e, place);
  }
  say(room.title);
  tell(undefined);
}

/** Lists the rooms; each link carries the network and the picture that its room takes. */
function list() {
  render(rooms.map((r) => html`<a href=${address(r, present)} aria-current=${r === current ? 'page' : 'false'}>${r.title}</a>`),
    /** @type {HTMLElement} */ (document.getElementById('rooms')));
  document.querySelectorAll('#rooms a[aria-current="false"]').forEach((a) => a.removeAttribute('aria-current'));
}

/** Shows what is carried where nothing is selected. @param {import('./inspector.js').Selected[]} all */
function carry(all) {
  if (!selected && !current?.inspects) showSelected(inspector, all);
}

/** Tells what is carried; what is not open any more is not, and the room that would show it says so. */
const tell = newest(async () => {
  const asked = { ...present };
  if (!asked.model && !asked.picture) return carry([]);
  const place = () => /** @type {HTMLElement} */ (main.querySelector(':scope > .room') ?? main);
  try {
    const open = await ask('start/open'), names = [];
    /** @type {import('./inspector.js').Selected[]} */ const carried = [];
    if (asked.model !== present.model || asked.picture !== present.picture) return; // older than what is carried: the next round tells it
    const takes = current?.takes ?? {};
    for (const [what, all] of Object.entries({ model: open.models, picture: open.pictures })) {
      const one = all.find((/** @type {any} */ x) => x.id === present[what]);
      if (one) {
        names.push(one.name);
        carried.push({ title: one.name, facts: what === 'model' ? [[t('common.input'), one.input], [t('common.parameters'), one.parameters]] : [[t('shell.heightWidth'), one.size.slice(0, 2).join(' × ')], [t('shell.channels'), one.size[2]]] });
      }
      else if (present[what] && what in takes) wrong(new Refused(404, t(`shell.closed.${what}`)), place());
      if (!one) present[what] = '';
    }
    /** @type {HTMLElement} */ (document.getElementById('present')).textContent = names.join(' · ');
    list();
    carry(carried);
  } catch (e) {
    wrong(e, place());
  }
});

/** Writes a room's state into the address, so that a link brings it back. @param {Record<string, string>} values */
function remember(values) {
  const all = `#${new URLSearchParams({ room: current?.name ?? '', ...values })}`;
  if (location.hash !== all) history.replaceState(null, '', all);
}

/** Shows what went wrong in one line. @param {unknown} error @param {HTMLElement} place */
function wrong(error, place) {
  if (!(error instanceof Refused)) console.error(error);
  const line = error instanceof Error ? error.message : String(error);
  const p = document.createElement('p');
  p.className = 'wrong';
  p.setAttribute('role', 'alert');
  p.textContent = line;
  place.querySelector(':scope > .wrong')?.remove();
  place.prepend(p);
}

/** Writes the texts of what stands around the rooms: the page says which, and whether as a text or as an attribute. */
function tellShell() {
  for (const [told, attribute] of [['label', 'aria-label'], ['title', 'title']]) {
    document.querySelectorAll(`[data-${told}]`).forEach((e) => e.setAttribute(attribute, t(/** @type {HTMLElement} */ (e).dataset[told] ?? '')));
  }
  document.querySelectorAll('[data-text]').forEach((e) => { e.textContent = t(/** @type {HTMLElement} */ (e).dataset.text ?? ''); });
}

/** Says whether the server is there. @param {boolean} on */
function lamp(on) {
  const place = /** @type {HTMLElement} */ (document.getElementById('lamp'));
  place.className = on ? '' : 'off';
  place.textContent = on ? t('shell.here') : t('shell.gone');
}

/** Follows what is done from now on: before its texts are there the page can say nothing. */
function follow() {
  document.getElementById('skip')?.addEventListener('click', () => main.focus());
  document.getElementById('search')?.addEventListener('click', openSearch);
  main.addEventListener('pick', openChosen);
  main.addEventListener('inspect', (e) => {
    const { detail } = /** @type {CustomEvent} */ (e);
    selected = detail && /** @type {Element} */ (e.target);
    if (detail) showSelected(inspector, [detail]);
    else tell(undefined);
  });
  new MutationObserver(() => { // what is not shown any more is not selected either
    if (selected?.isConnected !== false) return;
    selected = undefined;
    tell(undefined);
  }).observe(main, { childList: true, subtree: true });
  document.addEventListener('chosen', (e) => {
    Object.assign(present, /** @type {CustomEvent} */ (e).detail);
    list();
    tell(undefined);
  });
  addEventListener('hashchange', () => {
    current = undefined; // a link into the room that is shown opens it anew
    show();
  });
  addEventListener('keydown', (e) => {
    const typing = e.target instanceof HTMLElement && e.target.matches('input, textarea, select');
    if (e.key === 'k' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      openSearch();
    }
    if (e.key === '?' && !typing) location.hash = '#room=start&keys=1';
  });
}

try {
  await Promise.all([loadTexts().then(tellShell), enter().then(loadColours)]);
  connect(lamp);
  follow();
  await show();
} catch (e) {
  wrong(e, main);
}
