// @ts-check
import { examples } from '../js/examples.js';
import { choice } from './experiment.js';

const ways = { name: 'ways', controls: [choice('kernel', 'kernel', [3, 5, 7, 9, 11, 15, 21, 33], 15), choice('size', 'picture', [16, 32, 64, 128], 64)] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'im2col, FFT, Winograd',
  steps: [
    { text: 'Lay each window out flat, one under the other, and the kernel as a column: one product of matrices gives all results. This is called im2col.', room: 'convolution', state: 'example=valid&tab=matrix',
      predict: { question: 'How often does the pixel in the middle of the 5 × 5 picture stand in that matrix?', choices: ['once', '3 times', '9 times'], right: 2, why: 'It lies in all nine windows: the matrix holds pixels many times over. That costs memory, and is why fast libraries avoid writing it down.' } },
    { text: 'Point at a row: it is the window of one result.', room: 'convolution', state: 'example=same&tab=matrix',
      exercise: { question: 'The first row times the kernel: which number?', setting: examples.same.setting, of: 'values', at: 0 } },
    { text: 'A convolution can also be computed by Fourier transforms: transform picture and kernel, multiply number by number, transform back. What that costs does not depend on the size of the kernel.',
      predict: { question: 'Picture of 64 × 64, kernel of 15 × 15: which way needs fewer multiplications?', choices: ['the definition', 'FFT'], right: 1, why: '562,500 by the definition, 311,296 by FFT. For 3 × 3 it is the other way round: 34,596 against the same 311,296.' }, experiment: ways },
    { text: 'Winograd’s way is for small kernels: it computes 2 × 2 results of a 3 × 3 kernel with 16 multiplications. The definition takes 4 · 9 = 36.',
      experiment: { ...ways, controls: [choice('kernel', 'kernel', [3, 5, 7]), choice('size', 'picture', [16, 32, 64, 128], 64)] },
      exercise: { question: 'How many multiplications does Winograd’s way take for a 3 × 3 kernel on 64 × 64 pixels, that is for 31 × 31 blocks of 2 × 2 results, 16 a block? (The kernel’s own transform counts too: it adds 14.)', experiment: 'ways', fields: { kernel: 3, size: 64 }, of: 'multiplications, winograd' },
      java: 'ConvolutionWay.WINOGRAD.convolve(x, w).multiplications();\nmodel.withEngine(engine.with(ConvolutionAlgorithm.WINOGRAD));   // or DIRECT: the same numbers' },
  ],
};
