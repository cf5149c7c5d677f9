// @ts-check
/** The room in which one draws a digit and every layer answers. */
import { ask, listen, numbers, Refused } from '../js/api.js';
import '../js/bars.js';
import { count, html, newest, parts, render, say, t } from '../js/dom.js';
import { elsewhere } from '../js/elsewhere.js';
import '../js/maps.js';
import { FvPad, SEVEN, SIZE, stroke } from '../js/pad.js';
import { networks, picture } from '../js/picture.js';
import { known } from '../js/rooms.js';

/** How the ids of drawings that were kept begin, and the id of the network that learns while one draws. */
const DRAWING = 'drawing', DIGITS = 'lenet5-digits';

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let offer = (await ask('draw/models')).models;
  let model = known(offer, context.state.get('model')) ?? DIGITS;
  /** @type {any} */ let seen;
  /** @type {Uint8Array | undefined} */ let drawn;
  /** @type {any} */ let frozen;
  let stack = false, less = false;
  /** Opens the drawing as a picture, with the network. @returns {Promise<{model: string, picture: string}>} */
  const kept = () => ask(`draw/keep?id=${model}`, pad().pixels);
  /** Whose units the maps show; while the network learns, the numbers of its units do not stay. */
  const units = () => ({ door: 'unit/card', question: { model }, ...(learned() ? { place: async () => ({ picture: (await kept()).picture }) } : {}) });
  const learned = () => model !== DIGITS || seen?.progress.step >= seen?.progress.steps;
  const change = { across: 0, down: 0, turn: 0, noise: 0 };

  /** Writes the network and what is drawn into the address. */
  const remember = () => context.remember({ model, pixels: btoa(String.fromCharCode(...pad().pixels)) });
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let resting;

  const look = newest(async (/** @type {Uint8Array} */ pixels) => {
    try {
      const asked = model, answer = await ask(asked === DIGITS ? 'draw/see' : `draw/see?id=${asked}`, pixels);
      if (asked !== model) return; // another network is about to be asked
      seen = answer;
      draw();
      resting ??= setTimeout(() => { resting = undefined; remember(); }, 500); // browsers refuse an address for every stroke
    } catch (e) {
      context.wrong(e, place);
    }
  });
  const pad = () => /** @type {FvPad} */ (place.querySelector('fv-pad'));
  const again = () => look(pad().pixels);
  const onDrawn = () => {
    drawn = undefined;
    Object.assign(change, { across: 0, down: 0, turn: 0, noise: 0 });
    again();
  };

  /** Returns the drawing that the address tells, or names as long as it is open, or a seven. @returns {Promise<Uint8Array>} */
  async function begun() {
    const id = context.state.get('picture'), told = context.state.get('pixels');
    if (told && /^[A-Za-z0-9+/]{1046}==$/.test(told)) return Uint8Array.from(atob(told), (c) => c.charCodeAt(0));
    if (!id?.startsWith(DRAWING)) return stroke(SEVEN);
    try {
      return Uint8Array.from((await picture(id, SIZE)).values);
    } catch (e) {
      context.wrong(e, place);
      return stroke(SEVEN);
    }
  }

  /** Moves, turns and disturbs the drawing; the drawing itself stays. */
  function apply() {
    drawn ??= Uint8Array.from(pad().pixels);
    pad().set(changed(drawn, change), true);
    again();
  }

  /** Shows another network. @param {string} id */
  async function choose(id) {
    model = id;
    place.querySelector(':scope > .wrong')?.remove();
    seen = frozen = undefined;
    try {
      offer = (await ask('draw/models')).models;
      if (model !== id) return; // another is chosen by now
      model = known(offer, id) ?? DIGITS;
      if (model !== id) context.wrong(new Refused(422, t('draw.notShown')), place);
    } catch (e) {
      context.wrong(e, place);
    }
    draw();
    remember();
    again();
  }

  function draw() {
    render(html`
      <h1>${t('draw.title')}</h1>
      <p class="lead">${t('draw.lead')} ${learning()}</p>
      ${networks(offer, model, choose, (e) => context.wrong(e, place))}
      <div class="columns draw-columns">
        <section class="card" aria-label=${t('draw.drawing')}>
          <fv-pad @drawn=${onDrawn}></fv-pad>
          <div class="row"><button @click=${() => pad().clear()}>${t('draw.clear')}</button>
            <button @click=${() => pad().set(stroke(SEVEN))}>${t('draw.seven')}</button>
            <button aria-pressed=${frozen ? 'true' : 'false'} @click=${() => { frozen = frozen ? undefined : seen; draw(); }}>${t('draw.keep')}</button></div>
          <h2>${t('draw.changesTitle')}</h2>
          ${slider('across', -8, 8, 1)} ${slider('down', -8, 8, 1)}
          ${slider('turn', -90, 90, 5)} ${slider('noise', 0, 100, 5)}
          ${elsewhere(kept, (e) => context.wrong(e, place), 'draw')}
        </section>
        <section class="card" aria-label=${t('draw.answer')}>
          <h2>${seen ? answer(seen) : t('draw.answer')}</h2>
          <fv-bars .entries=${seen?.classes ?? []}></fv-bars>
          ${frozen ? html`<h2>${t('draw.kept', { answer: answer(frozen) })}</h2><fv-bars .entries=${frozen.classes}></fv-bars>` : ''}
        </section>
        <section class="card layers" aria-label=${t('draw.layers')}>
          <h2>${t('draw.layersTitle')}</h2>
          <div class="row"><label><input type="checkbox" name="stack" .checked=${stack} @change=${(/** @type {any} */ e) => { stack = e.target.checked; draw(); }}> ${t('draw.stacks')}</label>${frozen ? html`<label><input type="checkbox" name="difference" .checked=${less} @change=${(/** @type {any} */ e) => { less = e.target.checked; draw(); }}> ${t('draw.less')}</label>` : ''}<span class="soft">${t('draw.layersHint')}</span></div>
          ${(seen?.layers ?? []).filter((/** @type {any} */ l) => l.kind !== 'flatten').map(layer)}
        </section>
      </div>`, place);
  }

  function learning() {
    const p = seen?.progress;
    if (model !== DIGITS) return t('draw.untrained');
    if (!p) return '';
    if (p.problem) return parts('draw.stopped', { stopped: html`<strong>${t('draw.hasStopped')}</strong>`, problem: p.problem });
    const learning = html`<strong>${t('draw.isLearning')}</strong>`, step = html`<span class="mono">${p.step}</span>`;
    if (p.step < p.steps) return p.loss ? parts('draw.learningLoss', { learning, step, steps: p.steps, loss: html`<span class="mono">${p.loss.toFixed(3)}</span>` }) : parts('draw.learning', { learning, step, steps: p.steps });
    return p.accuracy ? t('draw.learned', { percent: (100 * p.accuracy).toFixed(1) }) : '';
  }

  /** @param {keyof typeof change} name @param {number} least @param {number} most @param {number} step */
  function slider(name, least, most, step) {
    return html`<div class="row"><label>${t(`draw.changes.${name}`)} <input type="range" name=${name} min=${least} max=${most} step=${step} .value=${String(change[name])}
      @input=${(/** @type {any} */ e) => { change[name] = Number(e.target.value); apply(); draw(); }}> <output>${change[name]}</output></label></div>`;
  }

  /** Returns what a layer computes; where that is wanted, less what it computed of the drawing that was kept. @param {any} l @param {import('../js/api.js').FvArray} a */
  function values(l, a) {
    const now = numbers(a), then = less && frozen && numbers(frozen.arrays[l.path]);
    if (!then) return { values: now, limit: l.limit, signed: l.signed };
    const values = now.map((x, i) => x - then[i]);
    return { values, limit: values.reduce((m, x) => Math.max(m, Math.abs(x)), 0), signed: true };
  }

  /** @param {any} l */
  function layer(l) {
    const a = seen.arrays[l.path];
    return html`<div class="layer"><h3>${l.path} · ${l.kind} <small>${l.shape}${l.parameters ? html` · ${t('draw.weights', { weights: count(l.parameters) })}` : ''}${l.field ? html` · ${t('draw.sees', { height: l.field[0], width: l.field[1] })}` : ''}</small></h3>
      <fv-maps .stack=${stack} .layer=${{ ...l, shape: a.shape, ...values(l, a), of: units(), facts: [[t('common.weights'), l.parameters], ...(l.field ? [[t('common.sees'), l.field.join(' × ')]] : [])] }}
        @point=${(/** @type {CustomEvent} */ e) => { pad().field = seen.input.startsWith(`${SIZE}×${SIZE}×`) ? field(l, e.detail) : undefined; }}></fv-maps></div>`;
  }

  draw();
  pad().set(await begun());
  const end = listen('digits', again);
  return end;
}

/** @param {any} seen */
function answer(seen) {
  const best = seen.classes.reduce((/** @type {any} */ a, /** @type {any} */ b) => (b.share > a.share ? b : a));
  say(t('draw.readsPercent', { digit: best.name, percent: Math.round(100 * best.share) }));
  return t('draw.reads', { digit: best.name });
}

/** Returns what a place of a map sees of the drawing. @param {any} l @param {{row: number, column: number}} at */
function field(l, at) {
  if (!l.field || at.row < 0) return undefined;
  const [h, w] = l.field, [sy, sx] = l.stride;
  // A place of a map of n places at stride s looks at the middle of its share of the picture.
  const n = l.shape.split('×').map(Number);
  const top = (SIZE - ((n[0] - 1) * sy + h)) / 2 + at.row * sy, left = (SIZE - ((n[1] - 1) * sx + w)) / 2 + at.column * sx;
  return [top, left, h, w];
}

/** Returns a drawing that was moved, turned and disturbed; the same noise for the same strength. @param {Uint8Array} from @param {{across: number, down: number, turn: number, noise: number}} by */
function changed(from, by) {
  const to = new Uint8Array(from.length);
  const angle = (by.turn * Math.PI) / 180, middle = (SIZE - 1) / 2;
  let random = 12345;
  for (let i = 0; i < to.length; i++) {
    const x = (i % SIZE) - middle - by.across, y = Math.floor(i / SIZE) - middle - by.down;
    const sx = Math.cos(angle) * x + Math.sin(angle) * y + middle, sy = Math.cos(angle) * y - Math.sin(angle) * x + middle;
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    const noise = (random / 0x7fffffff - 0.5) * 2.55 * by.noise;
    to[i] = Math.max(0, Math.min(255, bilinear(from, sx, sy) + noise));
  }
  return to;
}

/** @param {Uint8Array} p @param {number} x @param {number} y */
function bilinear(p, x, y) {
  const at = (/** @type {number} */ r, /** @type {number} */ c) => (r < 0 || c < 0 || r >= SIZE || c >= SIZE ? 0 : p[r * SIZE + c]);
  const c = Math.floor(x), r = Math.floor(y), fx = x - c, fy = y - r;
  return (1 - fy) * ((1 - fx) * at(r, c) + fx * at(r, c + 1)) + fy * ((1 - fx) * at(r + 1, c) + fx * at(r + 1, c + 1));
}
