// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'A convolution is a product of matrices',
  steps: [
    { text: 'Lay each window out flat, one under the other, and the kernel as a column: one product of matrices gives all results. This is called im2col.', room: 'convolution', state: 'example=valid&tab=matrix',
      predict: { question: 'How often does the pixel in the middle of the 5 × 5 picture stand in that matrix?', choices: ['once', '3 times', '9 times'], right: 2, why: 'It lies in all nine windows: the matrix holds pixels many times over. That costs memory, and is why fast libraries avoid writing it down.' } },
    { text: 'Point at a row: it is the window of one result.', room: 'convolution', state: 'example=same&tab=matrix',
      exercise: { question: 'The first row times the kernel: which number?', setting: examples.same.setting, of: 'values', at: 0 },
      java: 'model.withEngine(engine.with(ConvolutionAlgorithm.DIRECT))  // or WINOGRAD: the same numbers' },
  ],
};
