// @ts-check
import { examples } from '../js/examples.js';
import { range } from './experiment.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=transposed', right: 1 },
  { room: 'convolution', state: 'example=transposed', exercise: { setting: examples.transposed.setting, of: 'values', at: 12 } },
  { right: 1, experiment: { name: 'segmentation', controls: [range('steps', 30, 300, 120, 30)], button: true } },
  { experiment: { name: 'overlap', controls: [range('left', 0, 60, 30), range('top', 0, 60, 20)] }, exercise: { experiment: 'overlap', fields: { left: 30, top: 20, size: 40 }, of: 'Dice', within: 0.005 },
    java: 'UNet.of(2)                            // 64 filters in the first level, as in the paper\nconvTranspose2d(16, 2).stride(2)\nLosses.dice()\n// ./fovea train unet-small --data-dir FOLDER' },
];
