// @ts-check
import { choice, range } from './experiment.js';

const unit = (/** @type {number} */ layer) => ({ name: 'units', controls: [choice('layer', 'convolution', [1, 2], layer), range('channel', 'channel', 1, 8, 1)] });

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'What networks learn',
  steps: [
    { text: 'Nobody tells the filters what to find. Here is a small network that has just learned to read digits. Its first filters can be looked at as pictures.',
      predict: { question: 'What do filters of a first layer look like, in almost every trained network?', choices: ['small digits', 'edges and strokes of some direction', 'noise'], right: 1, why: 'Edges, strokes, blobs, and in colour pictures also pairs of colours: what all pictures are made of.' }, experiment: unit(1) },
    { text: 'Deeper filters cannot be read: they add channels, not pixels. So look for the parts of pictures at which a channel is strongest. They are cut out by its receptive field.',
      predict: { question: 'A 3 × 3 convolution, pooling by 2, a 3 × 3 convolution: how many pixels does a place of the second see, each way?', choices: ['6', '8', '9'], right: 1, why: '3, then 4 behind pooling, then 4 + 2 · 2 = 8.' }, experiment: unit(2) },
    { text: 'ZFNet’s authors projected the strongest answer back to the pixels, through the same filters and only through what was positive: the deconvnet. And one can search for a picture that the channel likes best of all, step by step uphill.',
      predict: { question: 'Does the imagined picture look like a digit?', choices: ['Yes', 'Rather like a pattern that repeats'], right: 1, why: 'The channel looks at few pixels, so it is content with its pattern everywhere. Only units that see the whole picture ask for whole things.' }, experiment: unit(2) },
    { text: 'Which layer is done first? Train, keep the weights every five steps, and measure how far each layer still is from where it ends.', experiment: { name: 'settling', controls: [choice('rate', 'learning rate', [0.001, 0.003, 0.01], 0.003)], button: 'train 100 steps' },
      exercise: { question: 'Two 5 × 5 convolutions with stride 1: how wide is the patch to be cut out for a place of the second?', experiment: 'field', fields: { kernel: 5, layers: 2 }, of: 'receptive field' },
      java: 'TopPatches.of(model, "4", digits.test(), 9);                     // where a channel is strongest\nImagination.of(model, Target.channel("4", 0), space, Search.robust(256, 4), Seed.of(1));' },
  ],
};
