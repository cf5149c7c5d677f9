// @ts-check
/**
 * Cross-correlation of pictures in the page, for what must follow a pointer or a camera. The same numbers as
 * Java's ImageKernel, bit for bit: 32-bit floats, summed over the kernel's weights in the same order.
 */

/**
 * @typedef {{height: number, width: number, weights: Float32Array}} Kernel
 * @typedef {{height: number, width: number, channels: number, values: ArrayLike<number>}} Pixels
 * @typedef {'replicate' | 'zero' | 'valid'} Border
 */

/** @param {Pixels} p @param {Kernel} k @param {Border} border @returns {{height: number, width: number, channels: number, values: Float32Array}} */
export function correlate(p, k, border) {
  const valid = border === 'valid';
  const height = valid ? p.height - k.height + 1 : p.height, width = valid ? p.width - k.width + 1 : p.width;
  if (height < 1 || width < 1) throw new Error(`the kernel of ${k.height}×${k.width} is larger than the picture`);
  const out = new Float32Array(height * width * p.channels);
  const top = valid ? 0 : (k.height - 1) >> 1, left = valid ? 0 : (k.width - 1) >> 1;
  for (let i = 0; i < k.height; i++) {
    for (let j = 0; j < k.width; j++) {
      const weight = k.weights[i * k.width + j];
      if (weight !== 0) add(weight, p, i - top, j - left, border, out, height, width);
    }
  }
  return { height, width, channels: p.channels, values: out };
}

/** Adds the picture moved by (dy, dx) and multiplied by a weight. @param {number} weight @param {Pixels} p @param {number} dy @param {number} dx @param {Border} border @param {Float32Array} out @param {number} height @param {number} width */
function add(weight, p, dy, dx, border, out, height, width) {
  const { channels, values } = p, fround = Math.fround;
  for (let y = 0; y < height; y++) {
    const sy = y + dy;
    if (border === 'zero' && (sy < 0 || sy >= p.height)) continue;
    const row = Math.max(0, Math.min(p.height - 1, sy)) * p.width;
    const first = Math.max(0, Math.min(width, -dx)), last = Math.max(first, Math.min(width, p.width - dx));
    let at = (y * width + first) * channels, from = (row + first + dx) * channels;
    for (let n = (last - first) * channels; n > 0; n--, at++, from++) out[at] = out[at] + fround(weight * values[from]);
    if (border === 'zero') continue;
    for (let x = 0; x < width; x++) {
      if (x === first) x = last;
      if (x >= width) break;
      const edge = (row + (x + dx < 0 ? 0 : p.width - 1)) * channels;
      for (let c = 0; c < channels; c++) {
        const to = (y * width + x) * channels + c;
        out[to] = out[to] + fround(weight * values[edge + c]);
      }
    }
  }
}

/** How responses become visible. @typedef {'plain' | 'absolute' | 'positive'} Display */

/** Returns responses as bytes. @param {Float32Array} values @param {Display} display @param {number} gain */
export function visible(values, display, gain) {
  const bytes = new Uint8Array(values.length), factor = Math.fround(gain);
  for (let i = 0; i < bytes.length; i++) {
    const v = Math.fround(values[i] * factor);
    const shown = display === 'absolute' ? Math.abs(v) : v;
    bytes[i] = shown <= 0 ? 0 : shown >= 255 ? 255 : Math.floor(Math.fround(shown) + 0.5);
  }
  return bytes;
}

/** Returns by how much faint kernels are made stronger: until their positive weights sum to 4. @param {Float32Array} weights @param {Display} display */
export function gain(weights, display) {
  const positive = weights.reduce((s, w) => s + Math.max(0, w), 0);
  return display === 'plain' || positive === 0 ? 1 : Math.max(1, 4 / positive);
}
