// @ts-check
/** The first room: a pad to draw on at once, what there is, and the keys. */
import { ask, listen } from '../js/api.js';
import '../js/bars.js';
import { count, html, newest, parts, render, shown, t } from '../js/dom.js';
import { FvPad, SEVEN, stroke } from '../js/pad.js';
import { put, putModel } from '../js/picture.js';
import { address, rooms } from '../js/rooms.js';

const MOST_RUNS = 12, KEYS = ['tab', 'arrows', 'enter', 'escape', 'space', 'ctrlK', 'help'];
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
        busy = t('start.reading', { file: file.name });
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
    if (!seen) return html`<p class="soft">${open.training === 'running' ? t('start.learns') : t('start.asked')}</p>`;
    const p = seen.progress, best = seen.classes.reduce((/** @type {any} */ a, /** @type {any} */ b) => (b.share > a.share ? b : a));
    return html`<p><strong class="reads">${t('start.reads', { digit: best.name })}</strong> <span class="soft">${p.step < p.steps ? t('start.learning', { step: p.step, steps: p.steps }) : p.accuracy ? t('start.accuracy', { percent: (100 * p.accuracy).toFixed(1) }) : ''}</span></p>
      <fv-bars .entries=${seen.classes}></fv-bars>`;
  }

  /** @param {import('../js/runs.js').Run} r */
  function trained(r) {
    const figure = FIGURES.find((f) => r.figures[f]), last = figure && r.figures[figure].last;
    return html`<tr><th scope="row">${r.name}<td>${r.settings.net ?? ''}<td class="number">${figure && typeof last === 'number' ? `${figure} ${shown(last)}` : r.problem ? t('start.unread') : ''}</td><td>${r.settings.net ? html`<button aria-label=${t('start.openRun', { name: r.name })} @click=${() => show(ask('start/run', { name: r.name }))}>${t('start.open')}</button>` : ''}</tr>`;
  }

  function draw() {
    render(html`
      <h1>${t('start.title')}</h1>
      <p class="lead">${t('start.lead', { kernels: open.kernels, threads: open.threads })}</p>
      ${open.training === 'running' ? html`<p class="note">${parts('start.training', { watch: html`<a href="#room=train">${t('start.watch')}</a>` })}</p>` : ''}
      <div class="columns start-columns">
        <section class="card drawing-pad" aria-label=${t('start.drawing')}><h2>${t('start.draw')}</h2><fv-pad @drawn=${() => look(pad().pixels)}></fv-pad>
          <div class="row"><button @click=${() => pad().clear()}>${t('start.clear')}</button><button class="main onward" @click=${onward}>${t('start.onward')}</button></div></section>
        <section class="card" aria-label=${t('start.answer')}><h2>${t('start.answerTitle')}</h2>${answer()}</section>
        <section class="card drop" aria-label=${t('start.files')} @dragover=${(/** @type {DragEvent} */ e) => e.preventDefault()} @drop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files); }}>
          <h2>${t('start.bring')}</h2><p>${t('start.drop')}</p>
          <label class="button">${t('start.file')}<input type="file" class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files)}></label> <span class="soft" role="status">${busy}</span>
          ${open.models.length ? html`<h2>${t('start.models')}</h2><div class="scroll"><table class="models"><thead><tr><th>${t('start.name')}<th>${t('start.input')}<th class="number">${t('common.parameters')}</thead>
            <tbody>${open.models.map((/** @type {any} */ m) => html`<tr><td><a href=${`#room=graph&model=${m.id}`}>${m.name}</a><td>${m.input}<td class="number">${count(m.parameters)}</tr>`)}</tbody></table></div>` : ''}
          ${open.files?.length ? html`<h2>${t('start.folder')}</h2><ul class="files">${open.files.map((/** @type {string} */ id) => html`<li><button aria-label=${t('start.openFile', { name: id })} @click=${() => show(ask('start/file', { id }))}>${t('start.open')}</button> ${id}</li>`)}</ul>` : ''}
          ${past.runs.length ? html`<h2>${t('start.past')}</h2><div class="scroll"><table class="past"><thead><tr><th>${t('start.run')}<th>${t('start.network')}<th class="number">${t('start.cameTo')}<th></thead><tbody>${past.runs.map(trained)}</tbody></table></div>
            <p><a href="#room=compare">${past.all > past.runs.length ? t('start.allCurves', { all: past.all }) : t('start.curves')}</a></p>` : ''}</section></div>
      <div class="columns">${rooms.filter((r) => r.name !== 'start').map((r) => html`
        <section class="card"><h2><a href="#room=${r.name}">${r.title}</a></h2><p>${t(`start.about.${r.name}`)}</p></section>`)}</div>
      <details ?open=${context.state.has('keys')}><summary>${t('start.keys')}</summary><table><tbody>
        ${KEYS.map((key) => html`<tr><th scope="row">${t(`start.keyNames.${key}`)}<td>${t(`start.keysDo.${key}`)}`)}</tbody></table></details>`, place);
  }

  draw();
  pad().set(stroke(SEVEN), open.training === 'running'); // a training that runs is not disturbed before one draws
  ask('start/files').then(({ files }) => { open.files = files; draw(); }).catch(failed);
  ask('compare/runs', { most: MOST_RUNS }).then((answer) => { past = answer; draw(); }).catch(failed);
  return listen('digits', () => seen && look(pad().pixels));
}
