// @ts-check
/** The lessons in order: each is one module with a title and steps. */

/**
 * A step: a text; perhaps a question that is asked before what follows is shown; a room or an experiment to try it in;
 * an exercise whose answer Java computes, as a convolution or as a number of an experiment; and the lines of Java.
 * @typedef {{question: string, setting?: import('../js/examples.js').Setting, of: string, at?: number,
 *   experiment?: string, fields?: Record<string, unknown>, within?: number}} Exercise
 * @typedef {{text: string, room?: string, state?: string, experiment?: import('./experiment.js').Asked,
 *   predict?: {question: string, choices: string[], right: number, why: string}, exercise?: Exercise, java?: string}} Step
 * @typedef {{title: string, steps: Step[]}} Lesson
 */

/** @type {{name: string, title: string, load: () => Promise<{lesson: Lesson}>}[]} */
export const lessons = [
  ['padding', 'Valid, same, full'],
  ['stride', 'Stride and padding'],
  ['dilation', 'Dilation'],
  ['correlation', 'Convolution and correlation'],
  ['channels', 'Over channels'],
  ['field', 'The receptive field'],
  ['sharing', 'Shared weights'],
  ['pooling', 'Pooling and invariance'],
  ['activation', 'ReLU and other activations'],
  ['matrix', 'im2col, FFT, Winograd'],
  ['backward', 'The way back through a convolution'],
  ['norm', 'Batch norm, dropout, LRN'],
  ['history', 'From LeNet to MobileNet'],
  ['residuals', 'Residual connections'],
  ['units', 'What networks learn'],
  ['explain', 'Why did it say that?'],
  ['transfer', 'Transfer learning'],
  ['augment', 'Augmentation and overfitting'],
  ['detection', 'From sliding windows to YOLO'],
  ['segmentation', 'FCN and U-Net'],
  ['generate', 'Autoencoders, style, GANs'],
].map(([name, title]) => ({ name, title, load: () => import(`./${name}.js`) }));
