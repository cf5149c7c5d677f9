// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Pooling and invariance',
  steps: [
    { text: 'Max pooling keeps the largest number of each window: where something is inside of it no longer matters.', room: 'convolution', state: 'example=max',
      predict: { question: 'The picture moves by one pixel. How many of the results of 2 × 2 pooling may change?', choices: ['none', 'at most a quarter', 'all'], right: 2, why: 'Each window may lose its largest number to its neighbour. Pooling forgives small moves inside of a window, no more.' } },
    { text: 'Draw a digit and shift it by one to four pixels: watch which layers change and which hardly do.', room: 'draw', state: '' },
    { text: 'Back to numbers.', room: 'convolution', state: 'example=max',
      exercise: { question: 'What does max pooling make of the last window, [1 0; 3 4]?', setting: examples.max.setting, of: 'values', at: 3 },
      java: 'maxPool(2)\navgPool(2)' },
  ],
};
