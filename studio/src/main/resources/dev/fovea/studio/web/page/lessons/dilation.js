// @ts-check
import { examples } from '../js/examples.js';
import { choice, range } from './experiment.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Dilation',
  steps: [
    { text: 'A dilated kernel leaves gaps between its weights. Nine weights with dilation 2 reach over 5 × 5 pixels.', room: 'convolution', state: 'example=dilation',
      predict: { question: 'How many pixels does one result of this kernel read?', choices: ['9', '16', '25'], right: 0, why: 'It reaches over 25, but reads nine of them: those under a weight.' } },
    { text: 'Put three 3 × 3 layers with dilation 2 one after the other. Together they reach over 13 × 13 pixels.',
      predict: { question: 'How many of these 169 pixels can change the result?', choices: ['all 169', '85', '49'], right: 2, why: 'Every step is a multiple of two pixels, so only every other row and column is ever read: 7 · 7 = 49. This is called gridding. Networks avoid it by changing the dilation from layer to layer, 1, 2, 5 for example.' },
      experiment: { name: 'field', controls: [choice('dilation', 'dilation of each layer', [1, 2, 3], 2), range('layers', 'layers', 1, 4, 3)], fixed: { kernel: 3 } } },
    { text: 'And the numbers.', room: 'convolution', state: 'example=dilation',
      exercise: { question: 'What is the first number of the result?', setting: examples.dilation.setting, of: 'values', at: 0 },
      java: 'conv2d(1, 3).dilation(2)' },
  ],
};
