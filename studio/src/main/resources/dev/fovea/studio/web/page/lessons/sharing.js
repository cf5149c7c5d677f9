// @ts-check
import { choice } from './experiment.js';

const weights = { name: 'sharing', controls: [choice('size', [28, 64, 224, 512], 512), choice('channels', [1, 3], 3), choice('kernel', [3, 5, 7], 5), choice('units', [1, 10, 64])] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: weights },
  { right: 0, experiment: { name: 'shuffled', button: true } },
  { experiment: weights, exercise: { experiment: 'sharing', fields: { size: 28, channels: 3, kernel: 3, units: 10 }, of: 'weights, convolution' },
    java: 'conv2d(10, 3)        // 270 weights and 10 biases, at any size of picture\ndense(10)            // 10 weights for each number of the picture' },
];
