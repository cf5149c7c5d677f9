// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=colours&tab=channels', right: 1 },
  { room: 'convolution', state: 'example=colours', exercise: { setting: examples.colours.setting, of: 'values', at: 0 } },
  { room: 'convolution', state: 'example=pointwise', right: 1 },
  { room: 'convolution', state: 'example=depthwise', right: 0, exercise: { setting: examples.depthwise.setting, of: 'values', at: 2 },
    java: 'conv2d(8, 3)              // over all channels\nconv2d(8, 1)              // mixes channels, looks at one pixel\nconv2d(3, 3).groups(3)    // each channel alone' },
];
