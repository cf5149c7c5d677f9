// @ts-check
import { examples } from '../js/examples.js';
import { choice } from './experiment.js';

const ways = { name: 'ways', controls: [choice('kernel', [3, 5, 7, 9, 11, 15, 21, 33], 15), choice('size', [16, 32, 64, 128], 64)] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=valid&tab=matrix', right: 2 },
  { room: 'convolution', state: 'example=same&tab=matrix', exercise: { setting: examples.same.setting, of: 'values', at: 0 } },
  { right: 1, experiment: ways },
  { experiment: { ...ways, controls: [choice('kernel', [3, 5, 7]), choice('size', [16, 32, 64, 128], 64)] }, exercise: { experiment: 'ways', fields: { kernel: 3, size: 64 }, of: 'multiplications, winograd' },
    java: 'ConvolutionWay.WINOGRAD.convolve(x, w).multiplications();\nmodel.withEngine(engine.with(ConvolutionAlgorithm.WINOGRAD));   // or DIRECT: the same numbers' },
];
