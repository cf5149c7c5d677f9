// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'The way back through a convolution',
  steps: [
    { text: 'Training asks how the loss changes with each weight. A weight has multiplied a number in every window; its gradient is the sum of those numbers times the gradients of the results.', room: 'convolution', state: 'example=backward&tab=backward',
      predict: { question: 'Which operation is that, of the input X with dY?', choices: ['a correlation', 'a product element by element', 'a pooling'], right: 0, why: 'dY slides over X as a kernel does: dW = X ⋆ dY.' } },
    { text: 'Each input gets dY × weight back from every window that it was in. Change a number of dY and see where it goes.', room: 'convolution', state: 'example=backward&tab=backward',
      exercise: { question: 'The upper left weight has met 1, 2, 4, 5 with dY = 1, 2, 3, 4. What is its gradient?', setting: examples.backward.setting, of: 'weight', at: 0 },
      java: 'TrainingStep step = TrainingStep.of(model, loss, sgd(0.1), batch);\nfloat loss = step.gradients(batch, seed);' },
  ],
};
