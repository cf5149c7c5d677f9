// @ts-check
import { choice, range } from './experiment.js';

const batch = { name: 'norm', controls: [range('last', 'last number of the batch', -10, 40, 8), range('steps', 'steps before inference', 0, 100, 10, 5), range('channel', 'middle channel for LRN', 0, 50, 10, 5)] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Batch norm, dropout, LRN',
  steps: [
    { text: 'Each layer multiplies. If weights begin a little too large, numbers grow from layer to layer; a little too small, and they fade. The setting is the size of the first weights, as a multiple of He’s rule √(2 / inputs).',
      predict: { question: 'Weights begin 1.5 times too large. How much too large are the results after 12 layers?', choices: ['about 1.5 times', 'about 18 times', 'about 130 times'], right: 2, why: 'Each layer multiplies by 1.5, and 1.5¹² ≈ 130. Batch norm sets mean and variance of every channel anew in each layer, so nothing adds up.' },
      experiment: { name: 'depth', controls: [range('gain', 'size of the first weights', 0.5, 2, 1.5, 0.25)] } },
    { text: 'In training, batch norm takes the mean and variance of the batch: (x − mean) / √(variance + ε), then a weight and a bias that are learned. One outlier changes the results of the whole batch.',
      predict: { question: 'The batch is 2, 4, 6, 8: mean 5, variance 5. What becomes of 2?', choices: ['−3', '−1.34', '−0.6'], right: 1, why: '(2 − 5) / √5 = −1.34. In inference there may be one picture only, so running averages of the batches stand in; after few steps they are still far from the batch’s own.' }, experiment: batch },
    { text: 'Dropout sets numbers to 0 at random in training, so that no unit can rely on one other. In inference it does nothing.',
      predict: { question: 'Half of the numbers become 0. How is the mean kept?', choices: ['The others are doubled', 'It is halved in inference', 'It is not kept'], right: 0, why: 'What stays is multiplied by 1 / (1 − rate), here 2.' },
      experiment: { name: 'dropout', controls: [range('rate', 'rate', 0, 0.9, 0.5, 0.1), range('step', 'step', 1, 100, 1)] } },
    { text: 'AlexNet had a forerunner, local response normalisation: a channel is divided by a power of k + α/n · Σ x² over its n neighbours among the channels. A strong one pushes its neighbours down. Here n = 5, α = 1, β = ¾, k = 2.', experiment: batch,
      exercise: { question: 'A batch norm has seen no batch yet: its running mean is 0, its variance 1. What does it make of 2 in inference? (Two digits behind the point.)', experiment: 'norm', fields: { last: 8, steps: 0 }, of: 'first result, inference', within: 0.005 },
      java: 'sequence(conv2d(32, 3).same().noBias(), batchNorm(), relu())\ndropout(0.5)\nlocalResponseNorm(5).alpha(5e-4f).beta(0.75f).k(2)   // as in AlexNet' },
  ],
};
