// @ts-check
/** The lessons in order: each is one module with its steps, whose texts stand with those of the page. */
import { t } from '../js/texts.js';

/**
 * A step: perhaps which choice is the right one, where a question is asked before what follows is shown; a room or an experiment to try it in;
 * an exercise whose answer Java computes, as a convolution or as a number of an experiment; and the lines of Java.
 * @typedef {{setting?: import('../js/examples.js').Setting, of: string, at?: number,
 *   experiment?: string, fields?: Record<string, unknown>, within?: number}} Exercise
 * @typedef {{right?: number, room?: string, state?: string, experiment?: import('./experiment.js').Asked, exercise?: Exercise, java?: string}} Step
 * @typedef {{text: string, question?: string, choices: string[], why?: string, exercise?: string}} Words of a step
 */

/** @type {{name: string, title: string, load: () => Promise<{steps: Step[]}>}[]} */
export const lessons = [
  'padding', 'stride', 'dilation', 'correlation', 'channels', 'field', 'sharing', 'pooling', 'activation',
  'matrix', 'backward', 'norm', 'history', 'residuals', 'units', 'explain', 'transfer', 'augment',
  'detection', 'segmentation', 'generate',
].map((name) => ({ name, get title() { return t(`lessons.${name}.title`); }, load: () => import(`./${name}.js`) }));
