// @ts-check
import { choice, range } from './experiment.js';

const unit = (/** @type {number} */ layer) => ({ name: 'units', controls: [choice('layer', [1, 2], layer), range('channel', 1, 8, 1)] });

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 1, experiment: unit(1) },
  { right: 1, experiment: unit(2) },
  { right: 1, experiment: unit(2) },
  { experiment: { name: 'settling', controls: [choice('rate', [0.001, 0.003, 0.01], 0.003)], button: true }, exercise: { experiment: 'field', fields: { kernel: 5, layers: 2 }, of: 'receptive field' },
    java: 'TopPatches.of(model, "4", digits.test(), 9);                     // where a channel is strongest\nImagination.of(model, Target.channel("4", 0), space, Search.robust(256, 4), Seed.of(1));' },
];
