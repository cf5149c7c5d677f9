// @ts-check
import { choice } from './experiment.js';

const weights = { name: 'sharing', controls: [choice('size', 'picture', [28, 64, 224, 512], 512), choice('channels', 'channels', [1, 3], 3), choice('kernel', 'kernel', [3, 5, 7], 5), choice('units', 'units or filters', [1, 10, 64])] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Shared weights',
  steps: [
    { text: 'A unit of a dense layer has a weight for every number of the picture. A filter has a weight for every number of its window, and uses the same weights at every place.',
      predict: { question: 'A colour picture of 512 × 512: how many weights does one dense unit need?', choices: ['1,536', '262,144', '786,432'], right: 2, why: '512 · 512 · 3 = 786,432. One 5 × 5 filter needs 5 · 5 · 3 = 75.' }, experiment: weights },
    { text: 'Sharing says: what is worth finding in one corner is worth finding in the others, and neighbours belong together. This is true of pictures. What if it were not? Put the pixels of all digits into one random order, the same for every picture: no information is lost.',
      predict: { question: 'Which network reads the shuffled digits about as well as the plain ones?', choices: ['The dense one', 'The convolutional one', 'Both'], right: 0, why: 'A dense layer does not know which pixels are neighbours, so it does not notice. The convolutional network has lost what made it better.' },
      experiment: { name: 'shuffled', button: 'train four small networks' } },
    { text: 'Count for yourself.', experiment: weights,
      exercise: { question: 'How many weights have 10 filters of 3 × 3 over 3 channels, without biases?', experiment: 'sharing', fields: { size: 28, channels: 3, kernel: 3, units: 10 }, of: 'weights, convolution' },
      java: 'conv2d(10, 3)        // 270 weights and 10 biases, at any size of picture\ndense(10)            // 10 weights for each number of the picture' },
  ],
};
