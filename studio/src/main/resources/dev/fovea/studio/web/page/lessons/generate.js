// @ts-check
import { choice, range } from './experiment.js';

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 1, experiment: { name: 'autoencoder', controls: [choice('code', [2, 8, 32], 2)], fixed: { noise: 0 }, button: true } },
  { right: 1, experiment: { name: 'autoencoder', controls: [choice('noise', [0.1, 0.3, 0.5], 0.3), choice('code', [8, 32], 32)], button: true } },
  { right: 0, experiment: { name: 'gram', controls: [choice('places', ['as they are', 'moved'])] }, exercise: { experiment: 'gram', fields: { places: 'as they are' }, of: 'map 1 with map 2' } },
  { right: 1, experiment: { name: 'gan', controls: [range('steps', 0, 1000, 600, 100)], button: true },
    java: 'TrainingStep judge = TrainingStep.of(…, discriminator);\nTrainingStep make = TrainingStep.of(…, generator);       // in turn; see the Javadoc of TrainingStep\n// ./fovea run gan, ./fovea run style-transfer' },
];
