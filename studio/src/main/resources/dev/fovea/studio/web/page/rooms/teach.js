// @ts-check
/** The room in which a trained network learns classes of one's own. */
import { ask, askStill, keep } from '../js/api.js';
import '../js/bars.js';
import { html, newest, parts, render, say, t } from '../js/dom.js';
import { networks } from '../js/picture.js';
import { known } from '../js/rooms.js';

const THUMB = 48, MOST_CLASSES = 20;

/** The ways of learning, as Java knows them. */
const WAYS = ['frozen', 'fine-tuned', 'scratch'];

/** @typedef {{id: number, thumb: ImageData}} Example */

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let offer = await ask('teach/models');
  const state = { model: known(offer.models, context.state.get('model')) ?? offer.models[0].id };
  /** @type {{name: string, examples: Example[]}[]} */ let classes = [{ name: t('teach.first'), examples: [] }, { name: t('teach.second'), examples: [] }];
  /** @type {any} */ let learned;
  /** @type {number[] | undefined} */ let shares;
  /** @type {{id: number, class: number, distance: number}[] | undefined} */ let near;
  /** What each way of learning came to. @type {Record<string, any>} */ let ways = {};
  /** @type {MediaStream | undefined} */ let camera;
  /** @type {ReturnType<typeof setInterval> | undefined} */ let timer;
  let holding = -1, busy = '', looking = false, teaching = '', way = 'frozen';

  const attempt = (/** @type {() => Promise<void>} */ work) => work().catch((e) => { busy = ''; draw(); context.wrong(e, place); });
  const video = () => /** @type {HTMLVideoElement} */ (place.querySelector('video'));

  /** Returns what tells whether another network was chosen meanwhile, which may not have begun yet. */
  const now = () => { const of = teaching, model = state.model; return () => of === teaching && model === state.model; };

  const begin = () => attempt(async () => {
    const answer = await askStill('teach/begin', () => ({ model: state.model }));
    if (!answer) return;
    teaching = answer.id;
    classes = classes.map((c) => ({ name: c.name, examples: [] }));
    learned = shares = near = undefined;
    ways = {};
    context.remember({ model: state.model });
    draw();
  });

  /** Shows Java an example of a class. @param {Blob} blob @param {number} cls */
  async function add(blob, cls) {
    const bitmap = await createImageBitmap(blob);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = THUMB;
    const c = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    c.drawImage(bitmap, 0, 0, THUMB, THUMB);
    const of = teaching, still = now();
    const { id } = await ask(`teach/example?id=${of}`, /** @type {any} */ (blob));
    await ask(`teach/label?id=${of}`, { id, class: cls });
    if (!still()) return;
    classes[cls].examples.push({ id, thumb: c.getImageData(0, 0, THUMB, THUMB) });
    draw();
  }

  /** Takes files; those of a folder are of the class that the folder is called. @param {FileList | null} files @param {number} cls */
  const take = (files, cls) => attempt(async () => {
    for (const file of files ?? []) {
      if (cls < 0 && !file.type.startsWith('image/')) continue;
      busy = t('teach.reading', { file: file.name });
      await add(file, cls < 0 ? classOf(file.webkitRelativePath.split('/').at(-2) ?? t('teach.others')) : cls);
    }
    busy = '';
    say(t('teach.said', { examples: classes.map((c) => `${c.name}: ${c.examples.length}`).join(', ') }));
    draw();
  });

  /** Returns the number of the class of a name, which may be new. @param {string} name */
  function classOf(name) {
    const free = classes.findIndex((c) => c.examples.length === 0 && !classes.some((o) => o.name === name));
    if (free >= 0) classes[free].name = name;
    const at = classes.findIndex((c) => c.name === name);
    if (at < 0 && classes.length >= MOST_CLASSES) throw new Error(t('teach.full', { name, most: MOST_CLASSES }));
    return at >= 0 ? at : classes.push({ name, examples: [] }) - 1;
  }

  /** @param {number} cls @param {number} i */
  const remove = (cls, i) => attempt(async () => {
    const { examples } = classes[cls], { id } = examples[i];
    await ask(`teach/label?id=${teaching}`, { id, class: -1 });
    const at = examples.findIndex((x) => x.id === id);
    if (at >= 0) examples.splice(at, 1);
    draw();
  });

  /** Learns in some ways, one after the other; the last is the one that is asked and saved. @param {string[]} some */
  const learn = (some) => attempt(async () => {
    const of = teaching, still = now(), named = classes.map((c) => c.name);
    for (const name of some) {
      busy = t('teach.learning', { way: t(`teach.ways.${name}`) });
      draw();
      const answer = await ask(`teach/learn?id=${of}`, { classes: named, way: name });
      if (!still()) break;
      learned = answer;
      ways[name] = learned;
      shares = near = undefined;
      say(t('teach.hasLearned', { classes: classes.length, seconds: learned.seconds.toFixed(1) }));
    }
    busy = '';
    draw();
  });

  /** What each way of learning came to. */
  function results() {
    return html`<div class="scroll"><table class="ways"><thead><tr><th>${t('teach.way')}<th class="number">${t('teach.weights')}<th class="number">${t('teach.rightSeen')}<th class="number">${t('teach.rightNew')}<th class="number">${t('teach.seconds')}</thead>
      <tbody>${Object.entries(ways).map(([name, w]) => html`<tr><th scope="row">${t(`teach.ways.${name}`)}<td class="number">${w.weights}<td class="number">${(100 * w.right).toFixed(1)} %<td class="number">${w.tested === null ? '–' : `${(100 * w.tested).toFixed(1)} %`}<td class="number">${w.seconds.toFixed(2)}</tr>`)}</tbody></table></div>`;
  }

  /** What the last way of learning came to. */
  function came() {
    const examples = html`<span class="mono">${learned.examples}</span>`, seconds = html`<span class="mono">${learned.seconds.toFixed(2)}</span>`, right = html`<strong class="right">${(100 * learned.right).toFixed(1)} %</strong>`;
    if (learned.tested === null) return parts('teach.learned', { examples, seconds, right });
    return parts('teach.learnedTested', { examples, seconds, right, tested: html`<strong class="tested">${(100 * learned.tested).toFixed(1)} %</strong>` });
  }

  /** The examples that are most like the picture that was asked about. */
  function nearest() {
    return html`<h2>${t('teach.nearest')}</h2><ol class="examples near">${(near ?? []).map((n) => {
      const c = classes[n.class], k = c?.examples.findIndex((x) => x.id === n.id) ?? -1;
      return html`<li>${k < 0 ? '' : html`<canvas width=${THUMB} height=${THUMB} data-class=${n.class} data-example=${k}></canvas>`}<span>${c?.name ?? ''}<br><span class="mono distance">${n.distance.toFixed(2)}</span></span></li>`;
    })}</ol>`;
  }

  /** Asks what a picture is. @param {Blob} blob */
  const judge = newest(async (/** @type {Blob} */ blob) => {
    try {
      const still = now(), learner = learned, answer = await ask(`teach/say?id=${teaching}`, /** @type {any} */ (blob));
      if (!still() || learner !== learned) return; // it would say something else by now
      ({ shares, near } = answer);
      draw();
    } catch (e) {
      context.wrong(e, place);
    }
  });

  /** Returns what the camera sees. @returns {Promise<Blob>} */
  function frame() {
    const v = video(), canvas = document.createElement('canvas');
    const side = Math.min(v.videoWidth, v.videoHeight);
    canvas.width = canvas.height = Math.min(224, side);
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(v, (v.videoWidth - side) / 2, (v.videoHeight - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) => canvas.toBlob((b) => (b ? done(b) : failed(new Error(t('teach.noPicture')))), 'image/png'));
  }

  const open = () => attempt(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    if (!place.isConnected || camera) return stream.getTracks().forEach((t) => t.stop());
    camera = stream;
    draw();
    video().srcObject = camera;
    await video().play();
    if (camera !== stream) return;
    timer = setInterval(async () => {
      if (document.hidden) return close();
      if (looking) return;
      looking = true;
      const cls = holding;
      await attempt(async () => {
        if (cls >= 0) await add(await frame(), cls);
        else if (learned) await judge(await frame());
      });
      looking = false;
    }, 250);
  });

  function close() {
    clearInterval(timer);
    camera?.getTracks().forEach((t) => t.stop());
    camera = undefined;
    holding = -1;
    draw();
  }

  /** @param {KeyboardEvent} e @param {number} cls @param {boolean} down */
  function hold(e, cls, down) {
    if (e.key !== ' ' && e.key !== 'Enter') return;
    e.preventDefault();
    holding = down ? cls : -1;
  }

  /** @param {{name: string, examples: Example[]}} c @param {number} i */
  function classCard(c, i) {
    return html`<section class="card" aria-label=${t('teach.classOf', { name: c.name })}><div class="row"><label>${t('common.class')} <input name=${`name-${i}`} .value=${c.name} maxlength="40" @change=${(/** @type {any} */ e) => { c.name = e.target.value || t('teach.classNumber', { number: i + 1 }); draw(); }}></label><span class="count">${t('teach.said', { examples: c.examples.length })}</span></div>
      <div class="row">${camera ? html`<button @pointerdown=${() => { holding = i; }} @pointerup=${() => { holding = -1; }} @pointerleave=${() => { holding = -1; }} @keydown=${(/** @type {KeyboardEvent} */ e) => hold(e, i, true)} @keyup=${(/** @type {KeyboardEvent} */ e) => hold(e, i, false)}>${t('teach.record')}</button>` : ''}
        <label class="button">${t('teach.pictures')}<input type="file" name=${`files-${i}`} accept="image/*" multiple class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files, i)}></label></div>
      <ul class="examples">${c.examples.map((x, k) => html`<li><button class="plain" aria-label=${t('teach.takeOut', { number: k + 1 })} @click=${() => remove(i, k)}><canvas width=${THUMB} height=${THUMB} data-class=${i} data-example=${k}></canvas></button></li>`)}</ul></section>`;
  }

  function draw() {
    const ready = classes.length > 1 && classes.every((c) => c.examples.length > 0);
    render(html`<h1>${t('teach.title')}</h1>
      <p class="lead">${t('teach.lead')}</p>
      <div class="row">${networks(offer.models, state.model, async (id) => { state.model = id; offer = await ask('teach/models'); await begin(); }, (e) => context.wrong(e, place))}
        <button aria-pressed=${camera ? 'true' : 'false'} @click=${() => (camera ? close() : open())}>${camera ? t('teach.close') : t('common.camera')}</button>
        <label class="button">${t('teach.folder')}<input type="file" name="folder" webkitdirectory multiple class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files, -1)}></label>
        <button @click=${() => { classes.push({ name: t('teach.classNumber', { number: classes.length + 1 }), examples: [] }); draw(); }} ?disabled=${classes.length >= MOST_CLASSES}>${t('teach.more')}</button></div>
      <div class="columns">${classes.map(classCard)}</div>
      <section class="card" aria-label=${t('teach.learn')}><div class="row"><button class="main" ?disabled=${!ready || Boolean(busy)} @click=${() => learn([way])}>${t('teach.learn')}</button>
        <label>${t('teach.how')} <select name="way" @change=${(/** @type {any} */ e) => { way = e.target.value; }}>${WAYS.map((name) => html`<option value=${name} ?selected=${name === way}>${t(`teach.ways.${name}`)}</option>`)}</select></label>
        <button class="all" ?disabled=${!ready || Boolean(busy)} @click=${() => learn(['scratch', 'fine-tuned', 'frozen'])}>${t('teach.allWays')}</button>
        <label class="button">${t('teach.ask')}<input type="file" name="ask" accept="image/*" class="quiet" ?disabled=${!learned} @change=${(/** @type {any} */ e) => e.target.files[0] && judge(e.target.files[0])}></label>
        ${learned ? ['safetensors', 'onnx'].map((format) => html`<button @click=${() => attempt(async () => keep(`my-classes.${format}`, await ask(`teach/save?id=${teaching}`, { format })))}>${format}</button>`) : ''}${learned && learned === ways.frozen ? html`<button @click=${() => attempt(async () => keep('my-classes.zip', await ask(`teach/program?id=${teaching}`, { classes: classes.map((c) => c.name) })))}>${t('common.java')}</button>` : ''}<span class="soft" role="status">${busy}</span></div>
        ${learned ? html`<p class="learned">${came()}</p>` : html`<p class="soft">${t('teach.needs')}</p>`}
        ${Object.keys(ways).length > 1 ? results() : ''}
        ${shares ? html`<fv-bars .entries=${shares.map((share, i) => ({ name: classes[i]?.name ?? '', share }))}></fv-bars>${nearest()}` : ''}
        <div class="stage" ?hidden=${!camera}><video muted playsinline aria-label=${t('teach.sees')}></video></div></section>`, place);
    place.querySelectorAll('canvas[data-class]').forEach((c) => {
      const canvas = /** @type {HTMLCanvasElement} */ (c), x = classes[Number(canvas.dataset.class)].examples[Number(canvas.dataset.example)];
      canvas.getContext('2d')?.putImageData(x.thumb, 0, 0);
    });
  }

  await begin();
  return close;
}
