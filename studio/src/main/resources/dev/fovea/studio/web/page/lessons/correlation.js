// @ts-check
import { examples } from '../js/examples.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Convolution and correlation',
  steps: [
    { text: 'Mathematicians turn the kernel by 180° before they slide it. Networks do not: they learn the weights, so it does not matter which way round they lie.', room: 'kernels', state: 'kernel=emboss',
      predict: { question: 'You turn the emboss kernel by 180°. What changes?', choices: ['Nothing', 'The light comes from the other side', 'Edges vanish'], right: 1, why: 'Light and shadow change sides: its two halves are each other’s opposite.' } },
    { text: 'Some kernels look the same after half a turn. Try laplacian, box and gaussian.', room: 'kernels', state: 'kernel=laplacian',
      predict: { question: 'Which kernel changes nothing when turned by 180°?', choices: ['sobel-left', 'gaussian', 'emboss'], right: 1, why: 'It is symmetric around its middle, so convolution and correlation with it are the same.' },
      exercise: { question: 'X = 1 … 9 in 3 × 3, kernel [1 0; 0 −1], as a correlation: every result is the same number. Which?', setting: examples.backward.setting, of: 'values', at: 0 },
      java: 'ImageKernel k = ImageKernels.find("emboss").kernel().orElseThrow();\nk.correlate(image);            // as networks do\nk.convolve(image, Border.ZERO) // turned first' },
  ],
};
