// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=valid', right: 1 },
  { room: 'convolution', state: 'example=same', right: 2 },
  { room: 'convolution', state: 'example=full', exercise: { setting: examples.full.setting, of: 'values', at: 0 },
    java: 'conv2d(1, 3)                 // valid\nconv2d(1, 3).same()          // as large as the input\nconv2d(1, 3).padding(2)      // full' },
];
