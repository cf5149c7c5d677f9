// @ts-check
import { examples } from '../js/examples.js';
import { choice } from './experiment.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { room: 'convolution', state: 'example=backward&tab=backward', right: 0 },
  { room: 'convolution', state: 'example=backward&tab=backward', exercise: { setting: examples.backward.setting, of: 'weight', at: 0 } },
  { right: 1, experiment: { name: 'difference', controls: [choice('weight', [1, 2, 3, 4]), choice('step', [0.001, 0.01, 0.1, 1], 0.1)] },
    java: 'ConvolutionBackward back = ConvolutionBackward.of(x, w, dy);   // dW, dX, db\nTrainingStep step = TrainingStep.of(model, loss, sgd(0.1), 32);\nfloat l = step.gradients(batch, seed);' },
];
