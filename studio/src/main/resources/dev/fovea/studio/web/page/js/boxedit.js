// @ts-check
/** How boxes over a picture are drawn, moved and made larger or smaller, by pointer and by keys. */

/** Which edges of a box a pointer holds: left, top, right, bottom; all four move it. @typedef {boolean[]} Grip */

const WHOLE = [true, true, true, true];

/** Returns the edges within reach of a place, or all where it lies within the box; undefined beside it. @param {number[]} box @param {number} x @param {number} y @param {number} reach @returns {Grip | undefined} */
export function gripAt(box, x, y, reach) {
  const [l, t, r, b] = box;
  if (x < l - reach || y < t - reach || x > r + reach || y > b + reach) return undefined;
  const near = [Math.abs(x - l), Math.abs(y - t), Math.abs(x - r), Math.abs(y - b)].map((d) => d <= reach);
  if (near[0] && near[2]) near[Math.abs(x - l) < Math.abs(x - r) ? 2 : 0] = false; // of a small box only one side
  if (near[1] && near[3]) near[Math.abs(y - t) < Math.abs(y - b) ? 3 : 1] = false;
  return near.some(Boolean) ? near : WHOLE;
}

/** Returns a box whose held edges were moved; they stay within the picture, and pass each other. @param {number[]} box @param {Grip} grip @param {number} dx @param {number} dy @param {number} width @param {number} height */
export function moved(box, grip, dx, dy, width, height) {
  if (grip.every(Boolean)) {
    dx = Math.max(-box[0], Math.min(width - box[2], dx));
    dy = Math.max(-box[1], Math.min(height - box[3], dy));
  }
  const [l, t, r, b] = box.map((n, i) => Math.max(0, Math.min(i % 2 ? height : width, Math.round(n + (grip[i] ? (i % 2 ? dy : dx) : 0)))));
  return [Math.min(l, r), Math.min(t, b), Math.max(l, r), Math.max(t, b)];
}

/** Whether a box has an area that can be seen. @param {number[]} box */
export const isLarge = (box) => box[2] - box[0] >= 2 && box[3] - box[1] >= 2;

/** Returns what a key does to a box: another box, or the place of another in the list. @param {KeyboardEvent} e @param {number[] | undefined} box @param {number} at @param {number} count @param {number} width @param {number} height @returns {{box?: number[], choose?: number, remove?: boolean, add?: number[]} | undefined} */
export function byKey(e, box, at, count, width, height) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key], far = e.ctrlKey || e.altKey ? 10 : 1;
  if (step && box) {
    const to = moved(box, e.shiftKey ? [false, false, true, true] : WHOLE, far * step[0], far * step[1], width, height);
    return isLarge(to) ? { box: to } : {};
  }
  if (step || e.key === 'PageDown' || e.key === 'PageUp') {
    const way = e.key === 'PageUp' || step?.[0] === -1 || step?.[1] === -1 ? -1 : 1;
    return { choose: count ? (Math.max(at, way < 0 ? 0 : -1) + way + count) % count : -1 };
  }
  if (e.key === 'n' || e.key === 'N') return { add: [width, height, width, height].map((n, i) => Math.round((i < 2 ? 0.375 : 0.625) * n)) };
  if ((e.key === 'Delete' || e.key === 'Backspace') && box) return { remove: true };
  return e.key === 'Escape' ? { choose: -1 } : undefined;
}
