// @ts-check
import { range } from './experiment.js';

const batch = { name: 'norm', controls: [range('last', -10, 40, 8), range('steps', 0, 100, 10, 5), range('channel', 0, 50, 10, 5)] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: { name: 'depth', controls: [range('gain', 0.5, 2, 1.5, 0.25)] } },
  { right: 1, experiment: batch },
  { right: 0, experiment: { name: 'dropout', controls: [range('rate', 0, 0.9, 0.5, 0.1), range('step', 1, 100, 1)] } },
  { experiment: batch, exercise: { experiment: 'norm', fields: { last: 8, steps: 0 }, of: 'first result, inference', within: 0.005 },
    java: 'sequence(conv2d(32, 3).same().noBias(), batchNorm(), relu())\ndropout(0.5)\nlocalResponseNorm(5).alpha(5e-4f).beta(0.75f).k(2)   // as in AlexNet' },
];
