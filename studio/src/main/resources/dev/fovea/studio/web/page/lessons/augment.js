// @ts-check
import { choice, range } from './experiment.js';

const CHANGES = ['shift,rotate,scale', 'shift', 'rotate', 'scale', 'elastic', 'noise', 'none'];
const learn = (/** @type {number} */ count, changes = CHANGES[0]) => ({ name: 'augment', controls: [range('count', 'digits to learn from', 20, 400, count, 20), choice('changes', 'changes', CHANGES, changes)], button: 'learn 40 epochs, twice' });

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Augmentation and overfitting',
  steps: [
    { text: 'A network with thousands of weights can learn a hundred pictures by heart. It then reads those without a mistake, and new ones much worse. The gap between the two curves is overfitting.',
      predict: { question: '100 digits, 40 epochs: which share of the learned digits does it read at the end?', choices: ['about 60 %', 'about 80 %', 'nearly all'], right: 2, why: 'The loss asks for nothing else. Only digits that it has never seen tell what it has understood.' }, experiment: learn(100) },
    { text: 'Augmentation shows every picture a little differently in each epoch: moved, turned, scaled. The label stays. So there is nothing to learn by heart, and the network must learn what all versions have in common.',
      predict: { question: 'What happens to the accuracy on the learned digits while it trains with changes?', choices: ['It rises more slowly', 'It rises faster'], right: 0, why: 'The task has become harder. What counts is the curve of new digits.' }, experiment: learn(100) },
    { text: 'Which changes help depends on the data: a digit may be turned by 15°, but not by 180°, where a 6 becomes a 9; letters must not be mirrored, photos of cats may be.', experiment: learn(60, 'elastic'),
      exercise: { question: 'How many steps are 40 epochs over 100 digits in batches of 32? (The last batch of an epoch is smaller; changes do not add pictures.)', experiment: 'epochs', fields: { count: 100, batch: 32, epochs: 40 }, of: 'steps' },
      java: 'digits.augmentTrain(Augmentations.parse("shift,rotate,scale"))\n// ./fovea train lenet5 --augment shift,rotate,scale' },
  ],
};
