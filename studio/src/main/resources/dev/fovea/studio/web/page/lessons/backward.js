// @ts-check
import { examples } from '../js/examples.js';
import { choice } from './experiment.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'The way back through a convolution',
  steps: [
    { text: 'Training asks how the loss changes with each weight. A weight has multiplied a number in every window; its gradient is the sum of those numbers times the gradients of the results.', room: 'convolution', state: 'example=backward&tab=backward',
      predict: { question: 'Which operation is that, of the input X with dY?', choices: ['a correlation', 'a product element by element', 'a pooling'], right: 0, why: 'dY slides over X as a kernel does: dW = X ⋆ dY.' } },
    { text: 'Each input gets dY × weight back from every window that it was in. Change a number of dY and see where it goes.', room: 'convolution', state: 'example=backward&tab=backward',
      exercise: { question: 'The upper left weight has met 1, 2, 4, 5 with dY = 1, 2, 3, 4. What is its gradient?', setting: examples.backward.setting, of: 'weight', at: 0 } },
    { text: 'Do not believe it, try it: make one weight a little larger, then a little smaller, and see how the loss Σ Y · dY answers. (L(w + h) − L(w − h)) / 2h must be the gradient. Fovea’s tests check every gradient so.',
      predict: { question: 'The loss is linear in each weight here. How small must h be?', choices: ['as small as possible', 'any h will do'], right: 1, why: 'On a straight line the quotient is the slope for every h. A very small h is worse: rounding errors are divided by it.' },
      experiment: { name: 'difference', controls: [choice('weight', 'weight', [1, 2, 3, 4]), choice('step', 'h', [0.001, 0.01, 0.1, 1], 0.1)] },
      java: 'ConvolutionBackward back = ConvolutionBackward.of(x, w, dy);   // dW, dX, db\nTrainingStep step = TrainingStep.of(model, loss, sgd(0.1), 32);\nfloat l = step.gradients(batch, seed);' },
  ],
};
