// @ts-check
/** The lessons in order: each is one module with a title and steps. */

/**
 * @typedef {{text: string, room?: string, state?: string,
 *   predict?: {question: string, choices: string[], right: number, why: string},
 *   exercise?: {question: string, setting: import('../js/examples.js').Setting, of: 'values' | 'weight' | 'x' | 'rows', at: number},
 *   java?: string}} Step
 * @typedef {{title: string, steps: Step[]}} Lesson
 */

/** @type {{name: string, title: string, load: () => Promise<{lesson: Lesson}>}[]} */
export const lessons = [
  ['padding', 'Valid, same, full'],
  ['stride', 'Stride and padding'],
  ['dilation', 'Dilation'],
  ['correlation', 'Convolution and correlation'],
  ['channels', 'Over channels'],
  ['pooling', 'Pooling and invariance'],
  ['matrix', 'A convolution is a product of matrices'],
  ['backward', 'The way back through a convolution'],
].map(([name, title]) => ({ name, title, load: () => import(`./${name}.js`) }));
