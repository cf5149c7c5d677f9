// @ts-check
import { choice } from './experiment.js';

const few = { name: 'transfer', controls: [choice('each', [2, 5, 10, 20, 50], 5)], button: true };

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 1, experiment: few },
  { right: 1, experiment: { ...few, controls: [choice('each', [2, 5, 10, 20, 50], 50)] } },
  { experiment: few, exercise: { experiment: 'transfer', fields: { each: 2 }, of: 'trained weights, frozen' },
    java: 'Model model = ClassifierHead.of(pretrained).replaced(5, Seed.of(1)).freeze("0.*", "3.*");\n// ./fovea train --from network.safetensors --freeze … does the same with pictures in folders' },
];
