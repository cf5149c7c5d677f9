// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Valid, same, full',
  steps: [
    { text: 'A kernel of 3 × 3 lies on a picture of 5 × 5 where it fits: three places down, three across. So the result has 3 × 3 numbers. This is called valid.', room: 'convolution', state: 'example=valid',
      predict: { question: 'How large is the result if a frame of one zero is put around the picture first?', choices: ['3 × 3', '5 × 5', '7 × 7'], right: 1, why: 'The framed picture has 7 × 7 numbers, and a kernel of 3 × 3 fits in five places each way: as large as the picture was. This is called same.' } },
    { text: 'With a frame of zeros the kernel reaches the corners. See how large the corner’s result is: half of the kernel lies on zeros.', room: 'convolution', state: 'example=same',
      predict: { question: 'And with a frame of two zeros?', choices: ['5 × 5', '6 × 6', '7 × 7'], right: 2, why: 'Every place where kernel and picture share at least one number: 5 + 3 − 1 = 7. This is called full.' } },
    { text: 'Full: the kernel begins with one corner on the picture’s corner.', room: 'convolution', state: 'example=full',
      exercise: { question: 'The kernel touches the picture with its lower right weight alone, which is 0. What is the first number of the result?', setting: examples.full.setting, of: 'values', at: 0 },
      java: 'conv2d(1, 3)                 // valid\nconv2d(1, 3).same()          // as large as the input\nconv2d(1, 3).padding(2)      // full' },
  ],
};
