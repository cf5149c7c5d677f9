// @ts-check
import { choice } from './experiment.js';

const few = { name: 'transfer', controls: [choice('each', 'pictures of each digit', [2, 5, 10, 20, 50], 5)], button: 'learn 5 to 9, three times' };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Transfer learning',
  steps: [
    { text: 'The first layers of a trained network find edges and strokes, which are good for more than one task. So take a network that has learned something else, put a new last layer on it, and train that alone. Here the network knows the digits 0 to 4 and is to learn 5 to 9.',
      predict: { question: 'Five pictures of each new digit. Who reads new ones better?', choices: ['A network from scratch', 'One that begins with features of 0 to 4'], right: 1, why: 'From 25 pictures nobody can learn what a stroke is. The features of 0 to 4 know it already.' }, experiment: few },
    { text: 'Frozen: only the new last layer learns, which is fast and cannot spoil the features. Fine-tuned: everything goes on learning, at a lower rate. With few pictures the frozen one is safer; the more there are, the more is won by training everything.',
      predict: { question: 'With 50 pictures of each digit, what becomes of the lead over learning from scratch?', choices: ['It grows', 'It shrinks'], right: 1, why: 'The more pictures there are, the less it matters where learning begins. Features of large data sets help longer than those of five digits.' }, experiment: { ...few, controls: [choice('each', 'pictures of each digit', [2, 5, 10, 20, 50], 50)] } },
    { text: 'A frozen network trains little.', experiment: few,
      exercise: { question: 'The features are 7 × 7 × 16 numbers; the new last layer has 5 classes, with biases. How many weights are trained while the features are frozen?', experiment: 'transfer', fields: { each: 2 }, of: 'trained weights, frozen' },
      java: 'Model model = ClassifierHead.of(pretrained).replaced(5, Seed.of(1)).freeze("0.*", "3.*");\n// ./fovea train --from network.safetensors --freeze … does the same with pictures in folders' },
  ],
};
