// @ts-check
import { choice, range } from './experiment.js';

const curve = { name: 'activation', controls: [choice('function', ['relu', 'leaky_relu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus']), range('at', -4, 4, -1, 0.5)] };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 1, experiment: curve },
  { right: 0, experiment: { ...curve, controls: [choice('function', ['sigmoid', 'tanh', 'relu', 'gelu']), range('at', -4, 4, 0, 0.5)] } },
  { right: 1, experiment: { name: 'dead-units', controls: [choice('rate', [0.01, 0.1, 0.2, 0.4], 0.4), choice('function', ['relu', 'leaky_relu'])], button: true } },
  { experiment: curve, exercise: { experiment: 'activation', fields: { function: 'leaky_relu', at: -2 }, of: 'f(x)' },
    java: 'relu()\nleakyRelu(0.1)\nUnitHealth.of(Layers.of(model), model.observe("2"), pictures);   // dead units' },
];
