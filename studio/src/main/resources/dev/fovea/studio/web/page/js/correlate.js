// @ts-check
/**
 * Cross-correlation of pictures in the page, for what must follow a pointer or a camera. The same numbers as
 * Java's ImageKernel, bit for bit: 32-bit floats, summed over the kernel's weights in the same order.
 */

import { Refused } from './api.js';
import { t } from './texts.js';

/**
 * @typedef {{height: number, width: number, weights: Float32Array}} Kernel
 * @typedef {{height: number, width: number, channels: number, values: Uint8Array | Float32Array}} Pixels
 * @typedef {'replicate' | 'reflect' | 'zero' | 'valid'} Border
 */

/** How many pixels a kernel begins before the one that it belongs to. @param {number} size @param {Border} border */
export const before = (size, border) => (border === 'valid' ? 0 : (size - 1) >> 1);

/** @param {Pixels} p @param {Kernel} k @param {Border} border @param {number} stride @param {Float32Array} [over] what is needed no more, to be written over if it is as large @returns {{height: number, width: number, channels: number, values: Float32Array}} */
export function correlate(p, k, border, stride, over) {
  if (k.height > p.height || k.width > p.width) throw new Refused(422, t('correlate.tooLarge', { kernel: `${k.height}×${k.width}`, picture: `${p.height}×${p.width}` }));
  const places = (/** @type {number} */ extent, /** @type {number} */ size) => 1 + Math.floor((border === 'valid' ? extent - size : extent - 1) / stride);
  const height = places(p.height, k.height), width = places(p.width, k.width), { channels } = p, n = width * channels, out = over?.length === height * n ? over.fill(0) : new Float32Array(height * n);
  const bytes = stride === 1 && p.values instanceof Uint8Array, lines = padded(p, k, border, bytes), parts = taps(k, bytes ? 3 : 1);
  const rows = Array.from({ length: k.height }, (_, i) => sources(height, stride, i - before(k.height, border), p.height, border));
  for (let y = 0; y < height; y++) {
    const sums = out.subarray(y * n, (y + 1) * n); // stay in the cache until the kernel is through
    for (const { i, j, weights, tables } of parts) {
      if (rows[i][y] < 0) continue;
      const line = lines(rows[i][y]);
      if (line instanceof Float32Array) add(weights[0], line, j * channels, channels, stride, sums);
      else addThree(tables, line, j * channels, channels, sums);
    }
  }
  return { height, width, channels, values: out };
}

/** Returns weights side by side that are not all zero, in the order in which they are added, and their products with each byte. @param {Kernel} k @param {number} by so many together */
function taps(k, by) {
  return Array.from({ length: k.height }, (_, i) => Array.from({ length: Math.ceil(k.width / by) }, (_, at) => {
    const j = at * by, weights = Array.from({ length: by }, (_, x) => (j + x < k.width ? k.weights[i * k.width + j + x] : 0));
    return { i, j, weights, tables: by > 1 ? weights.map((w) => Float64Array.from({ length: 256 }, (_, v) => Math.fround(w * v))) : [] };
  })).flat().filter((t) => t.weights.some(Boolean));
}

/** Returns what gives a row of a picture with its border, and zeros for weights past the kernel's last; it keeps as many rows as the kernel has. @param {Pixels} p @param {Kernel} k @param {Border} border @param {boolean} bytes */
function padded(p, k, border, bytes) {
  const { channels, values } = p, left = before(k.width, border), n = p.width * channels;
  const columns = sources(p.width + (border === 'valid' ? 0 : k.width - 1), 1, -left, p.width, border), edges = Array.from(columns.keys()).filter((x) => columns[x] !== x - left);
  const kept = Array.from({ length: k.height }, () => ({ row: -1, line: new (bytes ? Uint8Array : Float32Array)((columns.length + 2) * channels) }));
  return (/** @type {number} */ row) => {
    const held = kept[row % k.height], { line } = held;
    if (held.row === row) return line;
    held.row = row;
    line.set(values.subarray(row * n, (row + 1) * n), left * channels);
    for (const x of edges) for (let c = 0; c < channels; c++) line[x * channels + c] = columns[x] < 0 ? 0 : values[row * n + columns[x] * channels + c];
    return line;
  };
}

/** Returns which row or column each place of a result sees; −1 for zero. @param {number} places @param {number} stride @param {number} shift @param {number} extent @param {Border} border */
export function sources(places, stride, shift, extent, border) {
  return Int32Array.from({ length: places }, (_, i) => {
    const at = i * stride + shift;
    if (at >= 0 && at < extent) return at;
    if (border === 'replicate') return at < 0 ? 0 : extent - 1;
    return border === 'reflect' ? (at < 0 ? -at : 2 * (extent - 1) - at) : -1;
  });
}

/** Adds the numbers that a weight meets, multiplied by it. @param {number} weight @param {Float32Array} line @param {number} first @param {number} channels @param {number} stride @param {Float32Array} sums */
function add(weight, line, first, channels, stride, sums) {
  for (let at = 0, from = first; at < sums.length; from += (stride - 1) * channels) {
    for (let c = 0; c < channels; c++, at++, from++) sums[at] = sums[at] + Math.fround(weight * line[from]);
  }
}

/** Adds the products of three weights side by side with the bytes that they meet: each byte is read once, and sums are read and written once for three. @param {Float64Array[]} tables @param {Uint8Array} line @param {number} first @param {number} channels @param {Float32Array} sums */
function addThree([a, b, c], line, first, channels, sums) {
  for (let channel = 0; channel < channels; channel++) {
    let from = first + channel, u = line[from], v = line[from += channels];
    for (let at = channel; at < sums.length; at += channels) {
      const w = line[from += channels];
      sums[at] = Math.fround(Math.fround(sums[at] + a[u]) + b[v]) + c[w];
      [u, v] = [v, w];
    }
  }
}

/** How responses become visible. @typedef {'plain' | 'absolute' | 'positive' | 'signed'} Display */

/** Returns responses as bytes. @param {Float32Array} values @param {Display} display @param {number} gain */
export function visible(values, display, gain) {
  const bytes = new Uint8Array(values.length), factor = Math.fround(gain);
  for (let i = 0; i < bytes.length; i++) {
    const v = Math.fround(values[i] * factor);
    const shown = display === 'absolute' ? Math.abs(v) : display === 'signed' ? 128 + v / 2 : v;
    bytes[i] = shown <= 0 ? 0 : shown >= 255 ? 255 : (Math.fround(shown) + 0.5) | 0;
  }
  return bytes;
}

/** Returns by how much faint kernels are made stronger: until their positive weights sum to 4. @param {Float32Array} weights @param {Display} display */
export function gain(weights, display) {
  const positive = weights.reduce((s, w) => s + Math.max(0, w), 0);
  return display === 'plain' || positive === 0 ? 1 : Math.max(1, 4 / positive);
}
