// @ts-check
/** Numbers as colours: a neutral middle and two ends for signed numbers, dark to bright for others. */
import { ask } from './api.js';

/** The colours of the 256 bytes, as Java has them. @type {{signed: Uint8ClampedArray, plain: Uint8ClampedArray}} */
const tables = { signed: new Uint8ClampedArray(1024), plain: new Uint8ClampedArray(1024) };

/** Takes the tables of colours from Java. */
export async function loadColours() {
  const all = await ask('start/colours');
  for (const name of /** @type {const} */ (['signed', 'plain'])) {
    all[name].forEach((/** @type {number} */ rgb, /** @type {number} */ i) => tables[name].set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255], 4 * i));
  }
}

/** Okabe and Ito's colours of classes, which people with any colour vision tell apart. */
export const CLASSES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442', '#7f7f7f', '#6b4c9a', '#8c510a'];

/**
 * Writes numbers as pixels.
 * @param {Uint8ClampedArray} pixels RGBA @param {number} to the first pixel
 * @param {ArrayLike<number>} values @param {number} from @param {number} n
 * @param {number} limit the size that has the strongest colour @param {boolean} signed
 */
export function paint(pixels, to, values, from, n, limit, signed) {
  const colours = signed ? tables.signed : tables.plain;
  const scale = limit > 0 ? (signed ? 127.5 : 255) / limit : 0;
  const zero = signed ? 128 : 0;
  for (let i = 0; i < n; i++) {
    const q = Math.max(0, Math.min(255, Math.round(zero + values[from + i] * scale)));
    for (let c = 0; c < 4; c++) pixels[4 * (to + i) + c] = colours[4 * q + c];
  }
}

/** Returns the colour of a number for styles. @param {number} value @param {number} limit @param {boolean} signed */
export function colour(value, limit, signed) {
  const p = new Uint8ClampedArray(4);
  paint(p, 0, [value], 0, 1, limit, signed);
  return `rgb(${p[0]} ${p[1]} ${p[2]})`;
}

/** Returns whether dark letters are to stand on the colour of a number. @param {number} value @param {number} limit @param {boolean} signed */
export function isLight(value, limit, signed) {
  const p = new Uint8ClampedArray(4);
  paint(p, 0, [value], 0, 1, limit, signed);
  return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] > 140;
}

/** Draws the legend of a scale. @param {HTMLCanvasElement} canvas @param {boolean} signed */
export function legend(canvas, signed) {
  canvas.width = 256;
  canvas.height = 1;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const image = context.createImageData(256, 1);
  image.data.set(signed ? tables.signed : tables.plain);
  context.putImageData(image, 0, 0);
}
