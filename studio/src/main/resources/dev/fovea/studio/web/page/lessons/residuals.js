// @ts-check
import { choice } from './experiment.js';

const flow = { name: 'gradient-flow', controls: [choice('depth', [8, 20, 32, 56], 20)] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: flow },
  { right: 1, experiment: { ...flow, controls: [choice('depth', [8, 20, 32, 56], 56)] } },
  { experiment: flow, exercise: { experiment: 'sharing', fields: { size: 8, channels: 64, kernel: 1, units: 128 }, of: 'weights, convolution' },
    java: 'residual(sequence(conv2d(64, 3).same(), batchNorm(), relu(), conv2d(64, 3).same(), batchNorm()))\nadd(conv2d(128, 1).stride(2), branch)     // where the shape changes' },
];
