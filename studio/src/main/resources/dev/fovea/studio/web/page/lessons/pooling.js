// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=max', right: 2 },
  { room: 'draw', state: '' },
  { room: 'convolution', state: 'example=max', exercise: { setting: examples.max.setting, of: 'values', at: 3 },
    java: 'maxPool(2)\navgPool(2)' },
];
