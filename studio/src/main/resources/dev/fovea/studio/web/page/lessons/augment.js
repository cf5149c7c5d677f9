// @ts-check
import { choice, range } from './experiment.js';

const CHANGES = ['shift,rotate,scale', 'shift', 'rotate', 'scale', 'elastic', 'noise', 'none'];
const learn = (/** @type {number} */ count, changes = CHANGES[0]) => ({ name: 'augment', controls: [range('count', 20, 400, count, 20), choice('changes', CHANGES, changes)], button: true });

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: learn(100) },
  { right: 0, experiment: learn(100) },
  { experiment: learn(60, 'elastic'), exercise: { experiment: 'epochs', fields: { count: 100, batch: 32, epochs: 40 }, of: 'steps' },
    java: 'digits.augmentTrain(Augmentations.parse("shift,rotate,scale"))\n// ./fovea train lenet5 --augment shift,rotate,scale' },
];
