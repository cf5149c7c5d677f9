// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=stride', right: 1 },
  { room: 'convolution', state: 'example=valid', right: 1 },
  { room: 'convolution', state: 'example=stride', exercise: { setting: examples.stride.setting, of: 'values', at: 4 },
    java: 'conv2d(1, 3).same().stride(2)' },
];
