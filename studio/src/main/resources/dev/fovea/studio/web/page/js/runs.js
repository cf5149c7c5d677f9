// @ts-check
/** The part of the Compare room that sets trainings of the past side by side. */
import { ask } from './api.js';
import { CLASSES } from './colour.js';
import './curves.js';
import { html, newest, parts, say, shown, svg, t } from './dom.js';

/** @typedef {{name: string, problem: string, settings: Record<string, string>, figures: Record<string, {count: number, last: number | null, least: number | null, greatest: number | null}>}} Run */

/** So many curves are drawn at most, and so many are chosen at the start. */
const MOST = 24, FIRST = 6;
/** So many characters of a name are shown in a choice. */
const LONGEST = 80;
const WIDTH = 720, HEIGHT = 220, EDGE = 70;

/**
 * Creates the part.
 * @param {{draw: () => void, attempt: (work: () => Promise<void>) => Promise<void>}} room
 */
export function runs(room) {
  /** @type {Run[] | undefined} */ let all;
  /** @type {Set<string>} */ const chosen = new Set();
  /** @type {Set<string>} */ const pinned = new Set();
  /** @type {any} */ let curves;
  let filter = '', figure = '', group = '', stale = true, failed = false;

  /** Reads all trainings. */
  async function read() {
    failed = true;
    all = /** @type {Run[]} */ ((await ask('compare/runs')).runs);
    stale = failed = false;
    if (!figures().includes(figure)) figure = figures().find((f) => f === 'validation accuracy') ?? figures().find((f) => f === 'validation loss') ?? figures()[0] ?? '';
    if (!chosen.size) all.slice(0, FIRST).forEach((r) => chosen.add(r.name));
  }

  /** Asks for the curves of those that are chosen and shown. */
  async function load() {
    const names = listed().filter((r) => chosen.has(r.name)).map((r) => r.name).slice(0, MOST);
    curves = names.length && figure ? { names, ...await ask('compare/run-curves', { runs: names, figure }) } : undefined;
    room.draw();
  }
  /** Asks for one thing at a time: the studio refuses what overlaps. */
  const again = newest(() => room.attempt(async () => {
    if (stale) await read();
    await load();
  }));
  const begin = () => {
    stale = true;
    return again(undefined);
  };

  const figures = () => [...new Set((all ?? []).flatMap((r) => Object.keys(r.figures)))];
  const settings = () => [...new Set((all ?? []).flatMap((r) => Object.keys(r.settings)))];
  /** Settings that are not the same everywhere. */
  const differing = () => settings().filter((s) => new Set(listed().flatMap((r) => r.settings[s] ?? [])).size > 1);

  /** Those that are pinned or that the filter leaves, sorted by group, pinned first. @returns {Run[]} */
  function listed() {
    const words = filter.toLowerCase().split(' ').filter(Boolean);
    const text = (/** @type {Run} */ r) => [r.name, ...Object.entries(r.settings).map(([k, v]) => `${k}=${v}`)].join(' ').toLowerCase();
    const left = (all ?? []).filter((r) => pinned.has(r.name) || words.every((w) => text(r).includes(w)));
    const order = (/** @type {Run} */ r) => `${pinned.has(r.name) ? 0 : 1} ${group ? r.settings[group] ?? '' : ''} ${r.name}`;
    return left.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** The colour of a training is that of its group, or its own. @param {Run[]} rows @param {Run} r */
  function colour(rows, r) {
    const keys = group ? [...new Set(rows.map((x) => x.settings[group]))] : rows.map((x) => x.name);
    return CLASSES[Math.max(0, keys.indexOf(group ? r.settings[group] : r.name)) % CLASSES.length];
  }

  /** @param {Run[]} rows */
  function chart(rows) {
    const own = curves.names.filter((/** @type {string} */ n) => curves.arrays[`x ${n}`]);
    const x = [...new Set(own.flatMap((/** @type {string} */ n) => Array.from(curves.arrays[`x ${n}`].values)))].sort((a, b) => a - b);
    const lines = own.map((/** @type {string} */ n, /** @type {number} */ i) => {
      const at = new Map(Array.from(curves.arrays[`x ${n}`].values, (s, k) => [s, curves.arrays[`y ${n}`].values[k]]));
      const row = rows.find((r) => r.name === n);
      return { name: n || t('runs.folder'), values: x.map((s) => at.get(s) ?? null), colour: row ? colour(rows, row) : '#888888', dash: i >= CLASSES.length || group ? [[], [8, 4], [3, 3]][i % 3] : [], points: x.length < 60 };
    });
    return lines.length ? html`<fv-curves class="run-curves" .curves=${{ name: figure, xName: t('runs.epochOrStep'), x, lines, height: 280 }}></fv-curves>` : html`<p class="soft">${t('runs.noCurve')}</p>`;
  }

  /** Each training as a line over its settings to its result. @param {Run[]} rows */
  function coordinates(rows) {
    const axes = [...differing(), figure], step = (WIDTH - 2 * EDGE) / Math.max(1, axes.length - 1);
    if (rows.length < 2 || axes.length < 2) return '';
    const value = (/** @type {Run} */ r, /** @type {string} */ a) => (a === figure ? r.figures[figure]?.last ?? undefined : r.settings[a]);
    const scales = axes.map((a) => {
      const values = rows.map((r) => value(r, a)).filter((v) => v !== undefined), plain = values.map(Number), all = plain.every(Number.isFinite);
      const names = [...new Set(values.map(String))], lo = all ? Math.min(...plain) : 0, hi = all ? Math.max(...plain) : names.length - 1;
      return { ends: all ? [shown(lo), shown(hi)] : [names[0], names[names.length - 1]], at: (/** @type {any} */ v) => (((all ? Number(v) : names.indexOf(String(v))) - lo) / (hi - lo || 1)) };
    });
    const x = (/** @type {number} */ i) => EDGE + i * step, y = (/** @type {number} */ t) => HEIGHT - 40 - t * (HEIGHT - 80);
    return html`<h3>${t('runs.coordinates')}</h3><div class="scroll"><svg class="coordinates" role="img" aria-label=${t('runs.coordinatesAbout')} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} width=${WIDTH} height=${HEIGHT}>
      ${axes.map((a, i) => svg`<line x1=${x(i)} x2=${x(i)} y1=${y(0)} y2=${y(1)}></line><text x=${x(i)} y="16">${a}</text><text class="end" x=${x(i)} y=${y(1) - 8}>${scales[i].ends[1]}</text><text class="end" x=${x(i)} y=${y(0) + 18}>${scales[i].ends[0]}</text>`)}
      ${rows.map((r) => {
        const points = axes.flatMap((a, i) => (value(r, a) === undefined ? [] : [`${x(i)},${y(scales[i].at(value(r, a)))}`]));
        return points.length > 1 ? svg`<polyline points=${points.join(' ')} stroke=${colour(rows, r)}><title>${r.name}</title></polyline>` : '';
      })}</svg></div>`;
  }

  /** @param {Run[]} rows @param {Run} r */
  function row(rows, r) {
    const f = r.figures[figure], cell = (/** @type {'last' | 'least' | 'greatest'} */ k) => html`<td class="number">${typeof f?.[k] === 'number' ? shown(f[k]) : '–'}</td>`;
    const set = (/** @type {Set<string>} */ s, /** @type {boolean} */ on) => { on ? s.add(r.name) : s.delete(r.name); again(undefined); };
    return html`<tr><td><input type="checkbox" aria-label=${t('runs.showRun', { name: r.name })} .checked=${chosen.has(r.name)} @change=${(/** @type {any} */ e) => set(chosen, e.target.checked)}></td>
      <td><input type="checkbox" aria-label=${t('runs.pinRun', { name: r.name })} .checked=${pinned.has(r.name)} @change=${(/** @type {any} */ e) => set(pinned, e.target.checked)}></td>
      <th scope="row"><span class="swatch" .style=${`background:${colour(rows, r)}`}></span>${r.name || t('runs.folder')}${r.problem ? html`<br><span class="bad">${r.problem}</span>` : ''}</th>
      <td class="number">${f?.count ?? '–'}</td>${cell('last')}${cell('least')}${cell('greatest')}${differing().map((s) => html`<td>${r.settings[s] ?? ''}</td>`)}</tr>`;
  }

  /** The mean of the last numbers of each group. @param {Run[]} rows */
  function groups(rows) {
    const keys = [...new Set(rows.map((r) => r.settings[group] ?? ''))];
    return html`<table class="groups"><thead><tr><th>${group}<th class="number">${t('runs.trainings')}<th class="number">${t('runs.meanOfLast')}</thead><tbody>${keys.map((k) => {
      const last = rows.filter((r) => (r.settings[group] ?? '') === k).map((r) => r.figures[figure]?.last).filter((v) => typeof v === 'number');
      return html`<tr><th scope="row">${k || '–'}<td class="number">${last.length}<td class="number">${last.length ? shown(last.reduce((a, b) => a + b, 0) / last.length) : '–'}</tr>`;
    })}</tbody></table>`;
  }

  function panel() {
    if (!all) return failed ? html`<div class="row"><button @click=${begin}>${t('runs.readAgain')}</button></div>` : html`<p class="soft">…</p>`;
    if (!all.length) return html`<p class="soft">${parts('runs.none', { train: html`<code>./fovea train lenet5</code>`, studio: html`<code>./fovea studio --runs DIR</code>` })}</p>`;
    const rows = listed();
    /** @param {string} name @param {string[]} names @param {string} now @param {(v: string) => void} then */
    const choice = (name, names, now, then) => html`<label>${t(`runs.choices.${name}`)} <select name=${`run-${name}`} @change=${(/** @type {any} */ e) => { then(e.target.value); again(undefined); }}>${names.map((n) => html`<option value=${n} ?selected=${n === now}>${n.length > LONGEST ? `${n.slice(0, LONGEST)}…` : n || t('runs.nothing')}</option>`)}</select></label>`;
    return html`<div class="row"><label>${t('runs.filter')} <input name="run-filter" placeholder=${t('runs.filterExample')} .value=${filter} @input=${(/** @type {any} */ e) => { filter = e.target.value; say(t('runs.found', { count: listed().length })); again(undefined); }}></label>
        ${choice('number', figures(), figure, (v) => { figure = v; })}${choice('group', ['', ...settings()], group, (v) => { group = v; })}<button @click=${begin}>${t('runs.readAgain')}</button></div>
      ${curves ? chart(rows) : ''}
      <div class="scroll"><table class="runs"><thead><tr><th>${t('runs.show')}<th>${t('runs.pin')}<th>${t('runs.training')}<th class="number">${t('runs.points')}<th class="number">${t('runs.last')}<th class="number">${t('runs.least')}<th class="number">${t('runs.greatest')}</th>${differing().map((s) => html`<th>${s}</th>`)}</tr></thead><tbody>${rows.map((r) => row(rows, r))}</tbody></table></div>
      ${group ? groups(rows) : ''}${coordinates(rows)}`;
  }
  return { begin, panel, /** Whether they were read. */ there: () => Boolean(all) };
}
