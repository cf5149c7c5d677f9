// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Dilation',
  steps: [
    { text: 'A dilated kernel leaves gaps between its weights. Nine weights with dilation 2 reach over 5 × 5 pixels.', room: 'convolution', state: 'example=dilation',
      predict: { question: 'How many pixels does one result of this kernel read?', choices: ['9', '16', '25'], right: 0, why: 'It reaches over 25, but reads nine of them: those under a weight.' } },
    { text: 'Three layers with dilation 2 one after the other read pixels of one colour of a chessboard only: the others never reach the result. That is called gridding; real networks change the dilation from layer to layer.', room: 'convolution', state: 'example=dilation',
      exercise: { question: 'What is the first number of the result?', setting: examples.dilation.setting, of: 'values', at: 0 },
      java: 'conv2d(1, 3).dilation(2)' },
  ],
};
