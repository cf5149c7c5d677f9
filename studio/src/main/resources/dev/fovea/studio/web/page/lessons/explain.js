// @ts-check
import { choice, range } from './experiment.js';

const shortcut = { name: 'shortcut', controls: [choice('method', ['hires-cam', 'grad-cam', 'saliency', 'occlusion'])] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'explain', state: '', right: 1 },
  { room: 'explain', state: 'method=guided-backprop', right: 1 },
  { right: 1, experiment: shortcut },
  { experiment: { name: 'cam', controls: [range('first', -4, 4, 2), range('second', -4, 4, -4)] }, exercise: { experiment: 'cam', fields: { first: 2, second: -4 }, of: 'lower right' },
    java: 'Explainer why = Explainer.of(model, Target.logit(7));\nwhy.explain(Method.GRAD_CAM, input).map();                // one number per pixel\nwhy.randomisation(Method.GRAD_CAM, input);                // does it look at the weights?' },
];
