// @ts-check
import { choice, range } from './experiment.js';

const curve = { name: 'activation', controls: [choice('function', 'function', ['relu', 'leaky_relu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus']), range('at', 'x', -4, 4, -1, 0.5)] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'ReLU and other activations',
  steps: [
    { text: 'Two convolutions one after the other are again one convolution: without something in between, depth is worth nothing. An activation is a function of one number that bends the line. ReLU is max(0, x).',
      predict: { question: 'What is the derivative of ReLU at x = −1?', choices: ['−1', '0', '1'], right: 1, why: 'To the left of 0 the function is flat: no gradient passes. To the right it is 1, whatever x is: the gradient passes unchanged.' }, experiment: curve },
    { text: 'Sigmoid and tanh flatten on both sides. Where a unit lies there, hardly any gradient passes: it is saturated. Choose sigmoid and move x.',
      predict: { question: 'How large is the derivative of the sigmoid at most?', choices: ['¼', '½', '1'], right: 0, why: 'σ′ = σ · (1 − σ), at most ½ · ½ at x = 0. Ten such layers multiply the gradient by at most ¼ ten times: about one millionth.' }, experiment: { ...curve, controls: [choice('function', 'function', ['sigmoid', 'tanh', 'relu', 'gelu']), range('at', 'x', -4, 4, 0, 0.5)] } },
    { text: 'A ReLU unit whose sum is negative for every picture gives 0 and gets no gradient: it is dead, and stays so. Too high a learning rate throws units there.',
      predict: { question: 'Which activation keeps units alive at a high rate?', choices: ['ReLU', 'leaky ReLU'], right: 1, why: 'Leaky ReLU is a · x on the left, here with a = 0.1: a small gradient brings the unit back.' },
      experiment: { name: 'dead-units', controls: [choice('rate', 'learning rate', [0.01, 0.1, 0.2, 0.4], 0.4), choice('function', 'activation', ['relu', 'leaky_relu'])], button: 'train 20 steps' } },
    { text: 'Read the number from the curve.', experiment: curve,
      exercise: { question: 'What does leaky ReLU with slope 0.1 make of −2?', experiment: 'activation', fields: { function: 'leaky_relu', at: -2 }, of: 'f(x)' },
      java: 'relu()\nleakyRelu(0.1)\nUnitHealth.of(Layers.of(model), model.observe("2"), pictures);   // dead units' },
  ],
};
