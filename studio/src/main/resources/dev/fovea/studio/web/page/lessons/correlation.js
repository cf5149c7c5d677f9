// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'kernels', state: 'kernel=emboss', right: 1 },
  { room: 'kernels', state: 'kernel=laplacian', right: 1 },
  { room: 'convolution', state: 'example=backward', exercise: { setting: examples.backward.setting, of: 'values', at: 0 },
    java: 'ImageKernel k = ImageKernels.find("emboss").kernel().orElseThrow();\nk.correlate(image);            // as networks do\nk.convolve(image, Border.ZERO) // turned first' },
];
