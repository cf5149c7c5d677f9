// @ts-check
import { choice, range } from './experiment.js';

const stack = { name: 'field', controls: [choice('kernel', [1, 3, 5, 7], 3), range('layers', 1, 4, 3), choice('stride', [1, 2]), choice('dilation', [1, 2, 3])] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 1, experiment: stack },
  { right: 2, experiment: stack },
  { experiment: stack, exercise: { experiment: 'field', fields: { kernel: 3, layers: 3, stride: 2 }, of: 'receptive field' },
    java: 'model.summary().rows().getLast().field();                 // 7 × 7\nEffectiveField.of(model, "2", List.of(picture));          // how much each pixel counts' },
];
