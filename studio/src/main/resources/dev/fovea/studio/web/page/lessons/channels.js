// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Over channels',
  steps: [
    { text: 'A colour picture has three channels, and a kernel has three layers, one for each. The products of all three are added to one number, with the bias.', room: 'convolution', state: 'example=colours&tab=channels',
      predict: { question: 'How many weights has a layer of 8 filters of 3 × 3 over 3 channels, without biases?', choices: ['72', '216', '24'], right: 1, why: '3 · 3 · 3 · 8 = 216: each filter has a kernel for each channel.' } },
    { text: 'Change the bias to 0 in your mind: every result falls by one.', room: 'convolution', state: 'example=colours',
      exercise: { question: 'What is the first number of the result, bias included?', setting: examples.colours.setting, of: 'values', at: 0 },
      java: 'conv2d(8, 3)              // over all channels\nconv2d(8, 1)              // mixes channels, looks at one pixel\nconv2d(3, 3).groups(3)    // each channel alone' },
  ],
};
