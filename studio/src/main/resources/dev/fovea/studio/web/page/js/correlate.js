// @ts-check
/**
 * Cross-correlation of pictures in the page, for what must follow a pointer or a camera. The same numbers as
 * Java's ImageKernel, bit for bit: 32-bit floats, summed over the kernel's weights in the same order.
 */

import { Refused } from './api.js';
import { t } from './texts.js';

/**
 * @typedef {{height: number, width: number, weights: Float32Array}} Kernel
 * @typedef {{height: number, width: number, channels: number, values: ArrayLike<number>}} Pixels
 * @typedef {'replicate' | 'reflect' | 'zero' | 'valid'} Border
 */

/** How many pixels a kernel begins before the one that it belongs to. @param {number} size @param {Border} border */
export const before = (size, border) => (border === 'valid' ? 0 : (size - 1) >> 1);

/** @param {Pixels} p @param {Kernel} k @param {Border} border @param {number} stride @returns {{height: number, width: number, channels: number, values: Float32Array}} */
export function correlate(p, k, border, stride) {
  if (k.height > p.height || k.width > p.width) throw new Refused(422, t('correlate.tooLarge', { kernel: `${k.height}×${k.width}`, picture: `${p.height}×${p.width}` }));
  const places = (/** @type {number} */ extent, /** @type {number} */ size) => 1 + Math.floor((border === 'valid' ? extent - size : extent - 1) / stride);
  const height = places(p.height, k.height), width = places(p.width, k.width);
  const out = new Float32Array(height * width * p.channels);
  const top = before(k.height, border), left = before(k.width, border);
  const rows = Array.from({ length: k.height }, (_, i) => sources(height, stride, i - top, p.height, border));
  const columns = Array.from({ length: k.width }, (_, j) => sources(width, stride, j - left, p.width, border));
  const bytes = !(p.values instanceof Float32Array); // where all is finite a weight of 0 changes no bit
  for (let i = 0; i < k.height; i++) {
    for (let j = 0; j < k.width; j++) {
      const three = Array.from(k.weights.subarray(i * k.width + j, i * k.width + Math.min(k.width, j + 3)));
      if (stride === 1 && three.length === 3 && (bytes ? three.some(Boolean) : three.every(Boolean))) {
        addThree(three, p, rows[i], columns.slice(j, j + 3), j - left, out);
        j += 2;
      } else if (three[0] !== 0) add(three[0], p, rows[i], columns[j], stride === 1 ? j - left : undefined, out);
    }
  }
  return { height, width, channels: p.channels, values: out };
}

/** Returns which row or column each place of a result reads; −1 for zero. @param {number} places @param {number} stride @param {number} shift @param {number} extent @param {Border} border */
export function sources(places, stride, shift, extent, border) {
  return Int32Array.from({ length: places }, (_, i) => {
    const at = i * stride + shift;
    if (at >= 0 && at < extent) return at;
    if (border === 'replicate') return at < 0 ? 0 : extent - 1;
    return border === 'reflect' ? (at < 0 ? -at : 2 * (extent - 1) - at) : -1;
  });
}

/** Adds the pixels that a weight meets, multiplied by it; where columns are only moved by `dx`, those that lie within the picture as one run. @param {number} weight @param {Pixels} p @param {Int32Array} rows @param {Int32Array} columns @param {number | undefined} dx @param {Float32Array} out */
function add(weight, p, rows, columns, dx, out) {
  const { channels, values } = p, width = columns.length, fround = Math.fround;
  const first = dx === undefined ? 0 : Math.max(0, Math.min(width, -dx)), last = dx === undefined ? 0 : Math.max(first, Math.min(width, p.width - dx));
  for (let y = 0; y < rows.length; y++) {
    if (rows[y] < 0) continue;
    let at = (y * width + first) * channels, from = (rows[y] * p.width + first + (dx ?? 0)) * channels;
    for (let n = (last - first) * channels; n > 0; n--, at++, from++) out[at] = out[at] + fround(weight * values[from]);
    for (let x = first > 0 ? 0 : last; x < width; x = x + 1 === first ? last : x + 1) one(weight, p, rows[y], columns[x], out, y * width + x);
  }
}

/** Adds the same for three weights side by side, the first moved by `dx`: each pixel is read once, and sums are read and written once for three. @param {number[]} weights @param {Pixels} p @param {Int32Array} rows @param {Int32Array[]} columns @param {number} dx @param {Float32Array} out */
function addThree(weights, p, rows, columns, dx, out) {
  const { channels, values } = p, width = columns[0].length, fround = Math.fround, [a, b, c] = weights;
  const first = Math.max(0, Math.min(width, -dx)), last = Math.max(first, Math.min(width, p.width - dx - 2));
  for (let y = 0; y < rows.length; y++) {
    if (rows[y] < 0) continue;
    for (let channel = 0; channel < channels; channel++) {
      let at = (y * width + first) * channels + channel, from = (rows[y] * p.width + first + dx) * channels + channel, u = values[from], v = values[from + channels];
      for (let x = first; x < last; x++) {
        from += channels;
        const w = values[from + channels];
        out[at] = fround(fround(out[at] + fround(a * u)) + fround(b * v)) + fround(c * w);
        u = v;
        v = w;
        at += channels;
      }
    }
    for (let x = first > 0 ? 0 : last; x < width; x = x + 1 === first ? last : x + 1) weights.forEach((weight, j) => one(weight, p, rows[y], columns[j][x], out, y * width + x));
  }
}

/** Adds the pixel that a weight meets at one place. @param {number} weight @param {Pixels} p @param {number} row @param {number} column @param {Float32Array} out @param {number} at */
function one(weight, p, row, column, out, at) {
  if (column < 0) return;
  for (let c = 0, to = at * p.channels, from = (row * p.width + column) * p.channels; c < p.channels; c++) out[to + c] = out[to + c] + Math.fround(weight * p.values[from + c]);
}

/** How responses become visible. @typedef {'plain' | 'absolute' | 'positive' | 'signed'} Display */

/** Returns responses as bytes. @param {Float32Array} values @param {Display} display @param {number} gain */
export function visible(values, display, gain) {
  const bytes = new Uint8Array(values.length), factor = Math.fround(gain);
  for (let i = 0; i < bytes.length; i++) {
    const v = Math.fround(values[i] * factor);
    const shown = display === 'absolute' ? Math.abs(v) : display === 'signed' ? 128 + v / 2 : v;
    bytes[i] = shown <= 0 ? 0 : shown >= 255 ? 255 : Math.floor(Math.fround(shown) + 0.5);
  }
  return bytes;
}

/** Returns by how much faint kernels are made stronger: until their positive weights sum to 4. @param {Float32Array} weights @param {Display} display */
export function gain(weights, display) {
  const positive = weights.reduce((s, w) => s + Math.max(0, w), 0);
  return display === 'plain' || positive === 0 ? 1 : Math.max(1, 4 / positive);
}
