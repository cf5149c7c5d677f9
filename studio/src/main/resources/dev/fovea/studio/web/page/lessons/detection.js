// @ts-check
import { choice, range } from './experiment.js';

const windows = { name: 'windows', controls: [range('side', 28, 128, 64, 4), choice('bins', [1, 2, 3, 4], 2)] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: windows },
  { right: 1, experiment: windows },
  { right: 2, experiment: { name: 'anchors', controls: [choice('stride', [8, 16, 32], 16), choice('sizes', [1, 2, 3], 3), choice('ratios', [1, 3], 3)] } },
  { right: 1, experiment: { name: 'overlap', controls: [range('left', 0, 60, 40), range('top', 0, 60, 20), range('size', 10, 60, 40)] } },
  { experiment: { name: 'suppression', controls: [range('threshold', 0, 1, 0.5, 0.05)] }, exercise: { experiment: 'suppression', fields: { threshold: 0.5 }, of: 'boxes that stay' },
    java: 'Overlap.IOU.of(a, 0, b, 0)\nSuppression.above(0.5).keep(boxes, scores)\nFullyConvolutional.over(classifier, picture)     // all windows in one pass\n// ./fovea detect yolox-nano photo.jpg --out found.png' },
];
