// @ts-check
import { examples } from '../js/examples.js';
import { range } from './experiment.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'FCN and U-Net',
  steps: [
    { text: 'To name every pixel, a network must come back to the size of the picture. A transposed convolution does that: each input puts a copy of the kernel, times its value, onto the output; copies that overlap are added.', room: 'convolution', state: 'example=transposed',
      predict: { question: '2 × 2 inputs, kernel 3 × 3, stride 2, no padding: how large is the output?', choices: ['4 × 4', '5 × 5', '6 × 6'], right: 1, why: '(2 − 1) · 2 + 3 = 5.' } },
    { text: 'Change an input and see where it goes.', room: 'convolution', state: 'example=transposed',
      exercise: { question: 'Inputs 1, 2, 3, 4 and the kernel [1 2 1; 2 4 2; 1 2 1]: all four copies meet in the middle of the output, each with a corner weight of 1. What stands there?', setting: examples.transposed.setting, of: 'values', at: 12 } },
    { text: 'Pooling tells what, and forgets where. FCN (2015) adds coarse answers to finer ones; U-Net (2015) hands the maps of each level over to the way up. Here a small U-Net learns to find thin rings and bars in noise. The Dice score is 2·|A ∩ B| / (|A| + |B|): 1 for a perfect mask.',
      predict: { question: 'Without its skips, which pixels does it get wrong?', choices: ['whole objects', 'thin lines and edges'], right: 1, why: 'Behind two poolings a place stands for 4 × 4 pixels. It knows that there is a ring, but not where exactly.' }, experiment: { name: 'segmentation', controls: [range('steps', 'steps', 30, 300, 120, 30)], button: 'train both' } },
    { text: 'Dice and IoU measure the same overlap: Dice = 2·IoU / (1 + IoU), so Dice is the larger one.', experiment: { name: 'overlap', controls: [range('left', 'left', 0, 60, 30), range('top', 'top', 0, 60, 20)] },
      exercise: { question: 'A mask of 40 × 40 pixels is found 10 pixels too far to the right. What is its Dice score? (Two digits behind the point.)', experiment: 'overlap', fields: { left: 30, top: 20, size: 40 }, of: 'Dice', within: 0.005 },
      java: 'UNet.of(2)                            // 64 filters in the first level, as in the paper\nconvTranspose2d(16, 2).stride(2)\nLosses.dice()\n// ./fovea train unet-small --data-dir FOLDER' },
  ],
};
