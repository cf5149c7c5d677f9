// @ts-check
import { choice, range } from './experiment.js';

const stack = { name: 'field', controls: [choice('kernel', 'kernel', [1, 3, 5, 7], 3), range('layers', 'layers', 1, 4, 3), choice('stride', 'stride of each layer', [1, 2]), choice('dilation', 'dilation', [1, 2, 3])] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'The receptive field',
  steps: [
    { text: 'One result of a 3 × 3 convolution depends on 3 × 3 pixels. A second 3 × 3 layer looks at 3 × 3 of those results. The pixels that can change one number of a layer are its receptive field.',
      predict: { question: 'How wide is the field of three 3 × 3 layers with stride 1?', choices: ['5 pixels', '7 pixels', '9 pixels'], right: 1, why: 'Each layer adds kernel − 1 = 2 pixels: 1 + 2 + 2 + 2 = 7. Three such layers have 27 weights for each pair of channels; one 7 × 7 kernel has 49.' }, experiment: stack },
    { text: 'Not all pixels of the field count alike. Here all weights are 1, so the numbers count the paths from each pixel to the result.',
      predict: { question: 'Three 3 × 3 layers: one path leads from the corner pixel to the result. How many lead from the middle pixel?', choices: ['9', '27', '49'], right: 2, why: 'Along each direction there are 1, 3, 6, 7, 6, 3, 1 paths; from the middle 7 · 7 = 49. The effective field is smaller than the theoretical one, and fades towards the edge.' }, experiment: stack },
    { text: 'A stride multiplies: after a layer with stride 2, every further layer takes steps of two pixels. So the field grows by (kernel − 1) × the product of all strides before.', experiment: stack,
      exercise: { question: 'How wide is the field of three 3 × 3 layers, each with stride 2?', experiment: 'field', fields: { kernel: 3, layers: 3, stride: 2 }, of: 'receptive field' },
      java: 'model.summary().rows().getLast().field();                 // 7 × 7\nEffectiveField.of(model, "2", List.of(picture));          // how much each pixel counts' },
  ],
};
