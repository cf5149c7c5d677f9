// @ts-check
/** The first room: a pad to draw on at once, what there is, and the keys. */
import { ask, listen } from '../js/api.js';
import '../js/bars.js';
import { count, html, newest, render, shown } from '../js/dom.js';
import { FvPad, SEVEN, stroke } from '../js/pad.js';
import { put, putModel } from '../js/picture.js';
import { address, rooms } from '../js/rooms.js';

/** What one does in each room, in a line. @type {Record<string, string>} */
const ABOUT = {
  draw: 'Draw a digit; every layer of a network answers at once.',
  kernels: 'Nine numbers that find edges: move them over a picture, or over your camera.',
  convolution: 'Every number of a convolution: slide, pad, stride, dilate, and back.',
  train: 'Build a network, watch it learn, and go back to any step of it, bit for bit.',
  explain: 'Why did it say that? Many methods on one picture, and how far to trust them.',
  graph: 'Any network as a graph: fold it, follow it, read every layer of it.',
  compare: 'Two networks on one picture: what they say, compute and take.',
  detect: 'Boxes, masks and joints; grid, anchors, and suppression step by step.',
  teach: 'Your own classes from your camera or your pictures, in seconds.',
  playground: 'Points of the plane, a small network, and what each of its units sees.',
  lessons: 'Short lessons: guess first, then see, then try it yourself.',
};
const MOST_RUNS = 12;
/** What a training of the past is told by, the first that it has. */
const FIGURES = ['validation accuracy', 'validation loss', 'train loss'];

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const open = await ask('start/open');
  /** @type {{runs: import('../js/runs.js').Run[], all: number}} */ let past = { runs: [], all: 0 };
  /** @type {any} */ let seen;
  let busy = '';

  const failed = (/** @type {unknown} */ e) => { busy = ''; draw(); context.wrong(e, place); };
  const pad = () => /** @type {FvPad} */ (place.querySelector('fv-pad'));
  const look = newest((/** @type {Uint8Array} */ pixels) => ask('draw/see', pixels).then((answer) => { seen = answer; draw(); }).catch(failed));
  /** Goes on into a room, unless the user has left this one meanwhile. @param {string} to */
  const follow = (to) => { if (place.isConnected) location.hash = to; };
  const go = (/** @type {string} */ room, /** @type {import('../js/rooms.js').Subject} */ subject) => follow(address(rooms.filter((r) => r.name === room)[0], subject));

  const onward = () => ask('draw/keep', pad().pixels).then(({ picture }) => follow(`#room=draw&picture=${picture}`)).catch(failed);

  /** Opens pictures and networks; the last is explained, or shown as a graph. @param {FileList | null | undefined} files */
  async function take(files) {
    let further = () => {};
    try {
      for (const file of files ?? []) {
        busy = `${file.name} is read …`;
        draw();
        if (file.type.startsWith('image/')) {
          const { id } = await put(file);
          further = () => go('explain', { picture: id });
        } else {
          const model = await putModel(file);
          further = () => go('graph', { model });
        }
      }
      further();
    } catch (e) {
      failed(e);
    }
  }

  /** Opens a network that lies here. @param {Promise<{id: string}>} opened */
  const show = (opened) => opened.then(({ id }) => go('graph', { model: id })).catch(failed);

  function answer() {
    if (!seen) return html`<p class="soft">${open.training === 'running' ? 'A network learns to read them when you draw.' : 'A network is asked …'}</p>`;
    const p = seen.progress, best = seen.classes.reduce((/** @type {any} */ a, /** @type {any} */ b) => (b.share > a.share ? b : a));
    return html`<p><strong class="reads">It reads ${best.name}</strong> <span class="soft">${p.step < p.steps ? `while it learns: step ${p.step} of ${p.steps}` : p.accuracy ? `${(100 * p.accuracy).toFixed(1)} % of new digits are read rightly` : ''}</span></p>
      <fv-bars .entries=${seen.classes}></fv-bars>`;
  }

  /** @param {import('../js/runs.js').Run} r */
  function trained(r) {
    const figure = FIGURES.find((f) => r.figures[f]), last = figure && r.figures[figure].last;
    return html`<tr><th scope="row">${r.name}<td>${r.settings.net ?? ''}<td class="number">${figure && typeof last === 'number' ? `${figure} ${shown(last)}` : r.problem ? 'cannot be read' : ''}</td><td>${r.settings.net ? html`<button aria-label=${`open the network of ${r.name}`} @click=${() => show(ask('start/run', { name: r.name }))}>open</button>` : ''}</tr>`;
  }

  function draw() {
    render(html`
      <h1>See networks while they work</h1>
      <p class="lead">Everything here is computed on this machine, by ${open.kernels} kernels on ${open.threads} threads. Nothing leaves it.</p>
      ${open.training === 'running' ? html`<p class="note">A training runs here: <a href="#room=train">watch it</a>.</p>` : ''}
      <div class="columns start-columns">
        <section class="card drawing-pad" aria-label="Drawing"><h2>Draw a digit</h2><fv-pad @drawn=${() => look(pad().pixels)}></fv-pad>
          <div class="row"><button @click=${() => pad().clear()}>Clear</button><button class="main onward" @click=${onward}>See every layer answer</button></div></section>
        <section class="card" aria-label="Answer"><h2>What a network makes of it</h2>${answer()}</section>
        <section class="card drop" aria-label="Files" @dragover=${(/** @type {DragEvent} */ e) => e.preventDefault()} @drop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files); }}>
          <h2>Or bring your own</h2><p>Drop a picture here, to have it explained, or a network of any tool, to see its graph.</p>
          <label class="button">a file of yours<input type="file" class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files)}></label> <span class="soft" role="status">${busy}</span>
          ${open.models.length ? html`<h2>Open networks</h2><div class="scroll"><table class="models"><thead><tr><th>name<th>input<th class="number">parameters</thead>
            <tbody>${open.models.map((/** @type {any} */ m) => html`<tr><td><a href=${`#room=graph&model=${m.id}`}>${m.name}</a><td>${m.input}<td class="number">${count(m.parameters)}</tr>`)}</tbody></table></div>` : ''}
          ${open.files?.length ? html`<h2>Networks in the folder</h2><ul class="files">${open.files.map((/** @type {string} */ id) => html`<li><button aria-label=${`open ${id}`} @click=${() => show(ask('start/file', { id }))}>open</button> ${id}</li>`)}</ul>` : ''}
          ${past.runs.length ? html`<h2>Trainings of the past</h2><div class="scroll"><table class="past"><thead><tr><th>training<th>network<th class="number">came to<th></thead><tbody>${past.runs.map(trained)}</tbody></table></div>
            <p><a href="#room=compare">${past.all > past.runs.length ? `All ${past.all}, with` : 'With'} settings and curves</a></p>` : ''}</section></div>
      <div class="columns">${rooms.filter((r) => r.name in ABOUT).map((r) => html`
        <section class="card"><h2><a href="#room=${r.name}">${r.title}</a></h2><p>${ABOUT[r.name]}</p></section>`)}</div>
      <details ?open=${context.state.has('keys')}><summary>Keys</summary><table><tbody>
        <tr><th scope="row">Tab<td>the next control, map or pad
        <tr><th scope="row">Arrows<td>move in maps, grids and on the pad
        <tr><th scope="row">Enter<td>go into a map, to its places; again: show the card of its unit
        <tr><th scope="row">Escape<td>go back out
        <tr><th scope="row">Space<td>pen down or up on the pad
        <tr><th scope="row">Ctrl-K<td>find a room, a lesson or a layer
        <tr><th scope="row">?<td>this list</tbody></table></details>`, place);
  }

  draw();
  pad().set(stroke(SEVEN), open.training === 'running'); // a training that runs is not disturbed before one draws
  ask('start/files').then(({ files }) => { open.files = files; draw(); }).catch(failed);
  ask('compare/runs', { most: MOST_RUNS }).then((answer) => { past = answer; draw(); }).catch(failed);
  return listen('digits', () => seen && look(pad().pixels));
}
