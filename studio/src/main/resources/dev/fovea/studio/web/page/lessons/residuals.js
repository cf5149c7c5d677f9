// @ts-check
import { choice } from './experiment.js';

const flow = { name: 'gradient-flow', controls: [choice('depth', 'convolutions', [8, 20, 32, 56], 20)] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Residual connections',
  steps: [
    { text: 'A deeper network can do all that a shallower one can: its further layers only had to pass their input on. Yet plain networks of 56 layers learned worse than those of 20, even on the pictures they trained on. The gradient has a long way back, and each layer multiplies it.',
      predict: { question: '20 plain convolutions: how large is the gradient behind the first block, compared with the last?', choices: ['about as large', 'a tenth', 'less than a hundredth'], right: 2, why: 'About half of a ReLU’s numbers pass no gradient, and these first weights do not make up for it: each layer takes a share away.' }, experiment: flow },
    { text: 'A residual block gives x + F(x). Its derivative is 1 + F′: whatever F does, the gradient also takes the way of the 1.',
      predict: { question: 'With skips, what happens as the network becomes deeper?', choices: ['The gradient fades as before', 'It stays, or even grows', 'It is exactly 1 everywhere'], right: 1, why: 'The sum keeps what comes through the skip, and each block adds its part. This is why residual networks use batch norm as well: so that sums do not grow.' }, experiment: { ...flow, controls: [choice('depth', 'convolutions', [8, 20, 32, 56], 56)] } },
    { text: 'When stride or channels change, x does not fit F(x). Then the skip is a 1 × 1 convolution with that stride, or zeros fill the new channels.', experiment: flow,
      exercise: { question: 'A block passes 64 channels to 128. How many weights has the 1 × 1 convolution on its skip, without biases?', experiment: 'sharing', fields: { size: 8, channels: 64, kernel: 1, units: 128 }, of: 'weights, convolution' },
      java: 'residual(sequence(conv2d(64, 3).same(), batchNorm(), relu(), conv2d(64, 3).same(), batchNorm()))\nadd(conv2d(128, 1).stride(2), branch)     // where the shape changes' },
  ],
};
