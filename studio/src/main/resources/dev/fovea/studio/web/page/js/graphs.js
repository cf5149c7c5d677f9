// @ts-check
/** The part of the Compare room that draws two graphs beside each other, layer by layer. */
import { askStill } from './api.js';
import { count, html, say, shown, svg, t } from './dom.js';
import { inspect } from './inspector.js';

const ROW = 48, BOX = 38, WIDE = 230, GAP = 90, ARC = 60;

/**
 * Creates the part.
 * @param {{question: () => any, name: (side: number) => string, draw: () => void, attempt: (work: () => Promise<void>) => Promise<void>}} room
 */
export function graphs(room) {
  /** @type {any} */ let seen;
  let folded = true, at = -1;

  const question = () => ({ ...room.question(), folded: folded ? 1 : 0 });
  const load = () => room.attempt(async () => {
    const answer = await askStill('compare/graphs', question);
    if (!answer) return;
    seen = answer;
    at = -1;
    const same = seen.rows.filter((/** @type {any} */ r) => r.likeness === 'same').length;
    say(t('graphs.same', { same, rows: seen.rows.length }));
    room.draw();
  });

  const node = (/** @type {any} */ r, /** @type {number} */ side) => (r[['first', 'second'][side]] < 0 ? undefined : seen.nodes[side][r[['first', 'second'][side]]]);
  const apart = (/** @type {any} */ r) => (r.apart === undefined ? '' : t('graphs.percentApart', { percent: shown(100 * r.apart) }));
  /** What the line between layers means, not by colour alone. */
  const likeness = (/** @type {any} */ r) => t(`graphs.likeness.${r.likeness}`);
  const words = (/** @type {any} */ r) => {
    const [a, b] = [node(r, 0), node(r, 1)];
    const one = (/** @type {any} */ n) => `${n.path || t('common.input')}, ${n.kind}, ${n.shape}`;
    const layers = a && b ? t('graphs.beside', { first: one(a), second: one(b) }) : one(a ?? b);
    return r.apart === undefined ? t('graphs.row', { layers, likeness: likeness(r) }) : t('graphs.rowApart', { layers, likeness: likeness(r), apart: apart(r) });
  };

  /** @param {number} i */
  function select(i) {
    at = i;
    say(words(seen.rows[i]));
    const r = seen.rows[i];
    inspect(document.getElementById('main') ?? document.body, { title: likeness(r), facts: [0, 1].flatMap((side) => (node(r, side) ? [[t('graphs.layerOf', { network: room.name(side) }), node(r, side).path || t('common.input')], [t('common.kind'), node(r, side).kind], [t('common.result'), node(r, side).shape], [t('common.parameters'), node(r, side).parameters]] : [])).concat(r.apart === undefined ? [] : [[t('graphs.apart'), apart(r)]]) });
    room.draw();
  }

  /** @param {KeyboardEvent} e */
  function key(e) {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.rows.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    select(Math.max(0, Math.min(seen.rows.length - 1, to)));
  }

  /** Edges of one side: straight to the next row, in a bow past others. @param {number} side @param {Map<number, number>} rowOf */
  function edges(side, rowOf) {
    const x = side ? ARC + WIDE + GAP : ARC, out = side ? x + WIDE : x, sign = side ? 1 : -1;
    return seen.edges[side].map((/** @type {number[]} */ [from, to]) => {
      const [a, b] = [rowOf.get(from) ?? 0, rowOf.get(to) ?? 0], y1 = a * ROW + BOX, y2 = b * ROW;
      const bow = Math.min(ARC - 4, 12 + 4 * (b - a)) * sign, middle = x + WIDE / 2;
      return svg`<path d=${b === a + 1 ? `M ${middle} ${y1} V ${y2}` : `M ${out} ${y1 - BOX / 2} C ${out + bow} ${y1 - BOX / 2}, ${out + bow} ${y2 + BOX / 2}, ${out} ${y2 + BOX / 2}`}></path>`;
    });
  }

  function drawing() {
    const most = Math.max(1e-12, ...seen.rows.map((/** @type {any} */ r) => r.apart ?? 0));
    const rowsOf = [0, 1].map((side) => new Map(seen.rows.flatMap((/** @type {any} */ r, /** @type {number} */ i) => (node(r, side) ? [[r[['first', 'second'][side]], i]] : []))));
    const wide = 2 * ARC + 2 * WIDE + GAP, tall = seen.rows.length * ROW;
    return html`<div class="scroll graphs" tabindex="0" role="application" aria-roledescription=${t('graphs.role')} aria-label=${t('graphs.keys')} @keydown=${key}>
      <svg viewBox=${`0 -4 ${wide} ${tall}`} width=${wide} height=${tall} aria-hidden="true">
      ${[0, 1].map((side) => svg`<g class="ways">${edges(side, rowsOf[side])}</g>`)}
      ${seen.rows.map((/** @type {any} */ r, /** @type {number} */ i) => svg`<g class=${`pair ${r.likeness} ${i === at ? 'on' : ''}`} @click=${() => select(i)}>
        ${r.likeness === 'alone' ? '' : svg`<line x1=${ARC + WIDE} x2=${ARC + WIDE + GAP} y1=${i * ROW + BOX / 2} y2=${i * ROW + BOX / 2}></line>${r.apart === undefined ? '' : svg`<text class="apart" x=${ARC + WIDE + GAP / 2} y=${i * ROW + BOX / 2 - 4}>${shown(100 * r.apart)} %</text>`}`}
        ${[0, 1].map((side) => {
          const n = node(r, side), x = side ? ARC + WIDE + GAP : ARC;
          return n ? svg`<rect x=${x} y=${i * ROW} width=${WIDE} height=${BOX} rx="6"></rect>${r.apart === undefined ? '' : svg`<rect class="far" x=${x + 1} y=${i * ROW + BOX - 6} height="5" width=${(WIDE - 2) * (r.apart / most)}></rect>`}
            <text x=${x + 8} y=${i * ROW + 14}>${cut(n.path || t('common.input'))}</text><text class="of" x=${x + 8} y=${i * ROW + 26}>${cut(`${n.kind} · ${n.shape}`)}</text>` : '';
        })}</g>`)}</svg></div>`;
  }

  function panel() {
    return html`<div class="row"><button @click=${load}>${t('graphs.align')}</button><label><input type="checkbox" name="folded" .checked=${folded} @change=${(/** @type {any} */ e) => { folded = e.target.checked; if (seen) load(); }}> ${t('graphs.fold')}</label></div>
      ${seen ? html`<p class="soft">${t('graphs.about')}</p>
        ${at < 0 ? '' : html`<p class="row-words">${words(seen.rows[at])}</p>`}${drawing()}
        <details><summary>${t('common.table')}</summary><div class="scroll"><table class="aligned"><thead><tr><th>${room.name(0)}<th>${room.name(1)}<th>${t('graphs.likenessHead')}<th class="number">${t('graphs.apart')}<th class="number">${t('common.parameters')}</thead>
          <tbody>${seen.rows.map((/** @type {any} */ r) => html`<tr><td>${node(r, 0)?.path ?? '–'}<td>${node(r, 1)?.path ?? '–'}<td>${likeness(r)}<td class="number">${apart(r)}<td class="number">${[0, 1].map((s) => (node(r, s) ? count(node(r, s).parameters) : '–')).join(' | ')}</tr>`)}</tbody></table></div></details>` : ''}`;
  }
  return { panel, /** Other networks or another picture are chosen. */ begin() { seen = undefined; } };
}

/** @param {string} text */
const cut = (text) => (text.length > 30 ? `${text.slice(0, 14)}…${text.slice(-15)}` : text);
