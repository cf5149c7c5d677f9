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
 * Returns numbers as pixels, RGBA.
 * @param {ArrayLike<number>} values @param {number} limit the size that has the strongest colour @param {boolean} signed
 */
function paint(values, limit, signed) {
  const colours = signed ? tables.signed : tables.plain, pixels = new Uint8ClampedArray(4 * values.length);
  const scale = limit > 0 ? (signed ? 127.5 : 255) / limit : 0;
  const zero = signed ? 127.5 : 0;
  for (let i = 0; i < values.length; i++) {
    const q = Math.max(0, Math.min(255, Math.round(zero + values[i] * scale)));
    for (let c = 0; c < 4; c++) pixels[4 * i + c] = colours[4 * q + c];
  }
  return pixels;
}

/** Draws a map into a canvas of its size. @param {HTMLCanvasElement} canvas @param {number[]} shape its height and width @param {ArrayLike<number>} values @param {number} limit @param {boolean} signed */
export function drawMap(canvas, [height, width], values, limit, signed) {
  Object.assign(canvas, { height, width });
  canvas.getContext('2d', { willReadFrequently: true })?.putImageData(new ImageData(paint(values, limit, signed), width, height), 0, 0);
}

/** Returns the colour of a number for styles. @param {number} value @param {number} limit @param {boolean} signed */
export const colour = (value, limit, signed) => `rgb(${paint([value], limit, signed).slice(0, 3).join(' ')})`;

/** Returns whether dark letters are to stand on the colour of a number. @param {number} value @param {number} limit @param {boolean} signed */
export function isLight(value, limit, signed) {
  const [red, green, blue] = paint([value], limit, signed);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

/** Draws the legend of a scale. @param {HTMLCanvasElement} canvas @param {boolean} signed */
export const legend = (canvas, signed) => drawMap(canvas, [1, 256], Array.from({ length: 256 }, (_, i) => (signed ? i / 127.5 - 1 : i / 255)), 1, signed);
