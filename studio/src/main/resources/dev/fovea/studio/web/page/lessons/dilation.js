// @ts-check
import { examples } from '../js/examples.js';
import { choice, range } from './experiment.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=dilation', right: 0 },
  { right: 2, experiment: { name: 'field', controls: [choice('dilation', [1, 2, 3], 2), range('layers', 1, 4, 3)], fixed: { kernel: 3 } } },
  { room: 'convolution', state: 'example=dilation', exercise: { setting: examples.dilation.setting, of: 'values', at: 0 },
    java: 'conv2d(1, 3).dilation(2)' },
];
