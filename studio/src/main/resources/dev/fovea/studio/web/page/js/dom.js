// @ts-check
/** Small helpers of all rooms: templates, texts, announcements, numbers as text. */
import { html, nothing, render, svg } from '../lib/lit-html/lit-html.js';
import { parts, t } from './texts.js';

export { html, nothing, parts, render, svg, t };

let last = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;

/** Has a screen reader say a line, at most one a second. @param {string} line */
export function say(line) {
  clearTimeout(pending);
  pending = setTimeout(() => {
    last = Date.now();
    const said = document.getElementById('said');
    if (said) said.textContent = line;
  }, Math.max(0, last + 1000 - Date.now()));
}

/** Returns a number with a few digits; a dash for what is no finite number. @param {number} x */
export function shown(x) {
  if (!Number.isFinite(x)) return '–'; // Java's NaN and infinities come as null
  if (Number.isInteger(x) && Math.abs(x) < 1e7) return String(x);
  const size = Math.abs(x);
  return size >= 1e5 || size < 1e-3 ? x.toExponential(2) : x.toPrecision(size < 1 ? 3 : 4);
}

/** Returns a count with a unit: 61.7 k. @param {number} n */
export function count(n) {
  const units = ['', ' k', ' M', ' G', ' T'];
  let u = 0;
  while (n >= 1000 && u < units.length - 1) {
    n /= 1000;
    u++;
  }
  return (u === 0 ? String(n) : n.toFixed(1)) + units[u];
}

/** Whether movement is to be left out. */
export const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * What goes on by itself until it is stopped or there is no more, with the button for it.
 * @param {() => boolean} more goes one step; returns whether there was one @param {() => number} millis from step to step @param {() => void} draw
 */
export function player(more, millis, draw) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  const stop = () => { timer = void clearTimeout(timer); };
  const go = () => { timer = setTimeout(() => { go(); if (!more()) toggle(); }, millis()); };
  const toggle = () => { (timer ? stop : go)(); draw(); };
  return { stop, button: () => html`<button aria-pressed=${timer ? 'true' : 'false'} @click=${toggle}>${timer ? t('common.pause') : t('common.play')}</button>` };
}

/**
 * A queue of one: while an answer is awaited, only the newest question is kept. So a page asks as
 * fast as it is answered, and no faster.
 * @template T
 * @param {(question: T) => Promise<void>} work
 */
export function newest(work) {
  let busy = false;
  /** @type {{q: T} | undefined} */ let next;
  const run = async (/** @type {T} */ q) => {
    if (busy) return void (next = { q });
    busy = true;
    try {
      await work(q);
    } finally {
      busy = false;
      const waiting = next;
      next = undefined;
      if (waiting) run(waiting.q);
    }
  };
  return run;
}
