// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Stride and padding',
  steps: [
    { text: 'The stride is how far the kernel moves between two results. With stride 2 it skips every other place.', room: 'convolution', state: 'example=stride',
      predict: { question: 'A picture of 227 × 227, a kernel of 11 × 11, stride 4, no padding: how many results are there across?', choices: ['54', '55', '57'], right: 1, why: '(227 − 11) / 4 + 1 = 55: the first layer of AlexNet.' } },
    { text: 'Where the stride does not divide what is left, the last columns are never seen. A kernel of 5 on 10 pixels at stride 2: (10 − 5) / 2 is 2½, so one column is left over.', room: 'convolution', state: 'example=valid',
      predict: { question: 'Does stride 2 see other numbers than stride 1?', choices: ['Yes, it averages two', 'No, it computes every other one of the same'], right: 1, why: 'Compare the results of same and of same with stride 2: the second are the first, third and fifth of the first.' } },
    { text: 'Try it: begin with “same, stride 2”.', room: 'convolution', state: 'example=stride',
      exercise: { question: 'Which number stands in the middle of the 3 × 3 results at stride 2?', setting: examples.stride.setting, of: 'values', at: 4 },
      java: 'conv2d(1, 3).same().stride(2)' },
  ],
};
