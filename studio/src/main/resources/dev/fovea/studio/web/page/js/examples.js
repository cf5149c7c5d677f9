// @ts-check
/** Convolutions to begin with, numbers and all. */

/**
 * @typedef {{kind: string, height: number, width: number, channels: number, filters: number, groups: number,
 *   kernelHeight: number, kernelWidth: number, strideHeight: number, strideWidth: number, dilationHeight: number,
 *   dilationWidth: number, top: number, bottom: number, left: number, right: number,
 *   x: number[], weight: number[], bias: number[], dy: number[]}} Setting
 */

const PLAIN = {
  kind: 'conv', height: 5, width: 5, channels: 1, filters: 1, groups: 1, kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1,
  dilationHeight: 1, dilationWidth: 1, top: 0, bottom: 0, left: 0, right: 0, x: /** @type {number[]} */ ([]),
  weight: /** @type {number[]} */ ([]), bias: [0], dy: /** @type {number[]} */ ([]),
};
const A = [105, 102, 100, 97, 96, 103, 99, 103, 101, 102, 101, 98, 104, 102, 100, 99, 101, 106, 104, 99, 104, 104, 104, 100, 98];
const SHARPEN = [0, -1, 0, -1, 5, -1, 0, -1, 0];
const SAME = { top: 1, bottom: 1, left: 1, right: 1 };
const RED = [156, 155, 156, 158, 158, 153, 154, 157, 159, 159, 149, 151, 155, 158, 159, 146, 146, 149, 153, 158, 145, 143, 143, 148, 158];
const GREEN = [167, 166, 167, 169, 169, 164, 165, 168, 170, 170, 160, 162, 166, 169, 170, 156, 156, 159, 163, 168, 155, 153, 153, 158, 168];
const BLUE = [163, 162, 163, 165, 165, 160, 161, 164, 166, 166, 156, 158, 162, 165, 166, 155, 155, 158, 162, 167, 154, 152, 152, 157, 167];
const KERNELS = [[-1, -1, 1, 0, 1, -1, 0, 1, 1], [1, 0, 0, 1, -1, -1, 1, 0, -1], [0, 1, 1, 0, 1, 0, 1, -1, 1]];
const mixed = (/** @type {number[][]} */ parts) => parts[0].flatMap((_, i) => parts.map((p) => p[i]));

/** @type {Record<string, {setting: Setting}>} */
export const examples = {
  valid: { setting: { ...PLAIN, x: A, weight: SHARPEN } },
  same: { setting: { ...PLAIN, ...SAME, x: A, weight: SHARPEN } },
  stride: { setting: { ...PLAIN, ...SAME, strideHeight: 2, strideWidth: 2, x: A, weight: SHARPEN } },
  full: { setting: { ...PLAIN, top: 2, bottom: 2, left: 2, right: 2, x: A, weight: SHARPEN } },
  dilation: { setting: { ...PLAIN, height: 7, width: 7, dilationHeight: 2, dilationWidth: 2, x: Array.from({ length: 49 }, (_, i) => i % 10), weight: SHARPEN } },
  colours: { setting: { ...PLAIN, ...SAME, channels: 3, x: mixed([RED, GREEN, BLUE]), weight: mixed(KERNELS), bias: [1] } },
  pointwise: { setting: { ...PLAIN, channels: 3, kernelHeight: 1, kernelWidth: 1, x: mixed([RED, GREEN, BLUE]), weight: [0.25, 0.5, 0.25] } },
  depthwise: { setting: { ...PLAIN, ...SAME, channels: 3, filters: 3, groups: 3, x: mixed([RED, GREEN, BLUE]), weight: mixed(KERNELS), bias: [0, 0, 0] } },
  backward: { setting: { ...PLAIN, height: 3, width: 3, kernelHeight: 2, kernelWidth: 2, x: [1, 2, 3, 4, 5, 6, 7, 8, 9], weight: [1, 0, 0, -1], dy: [1, 2, 3, 4] } },
  max: { setting: { ...PLAIN, kind: 'max', height: 4, width: 4, kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2, x: [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4] } },
  transposed: { setting: { ...PLAIN, kind: 'transposed', height: 2, width: 2, kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, x: [1, 2, 3, 4], weight: [1, 2, 1, 2, 4, 2, 1, 2, 1] } },
};

/** Returns as many small whole numbers, those that there were before first. @param {number[]} before @param {number} n */
export const filled = (before, n) => Array.from({ length: n }, (_, i) => before[i] ?? ((i * 7 + 3) % 5) - 1);
