// @ts-check
import { choice, range } from './experiment.js';

const shortcut = { name: 'shortcut', controls: [choice('method', 'method', ['hires-cam', 'grad-cam', 'saliency', 'occlusion'])] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Why did it say that?',
  steps: [
    { text: 'The simplest question: how does the score change with each pixel? That is the gradient, drawn as a map. Grad-CAM asks coarser: which maps of the last convolution speak for the class, and where are they strong? Occlusion asks by experiment: how does the score fall where the picture is covered?', room: 'explain', state: '',
      predict: { question: 'Do the methods agree?', choices: ['Yes, they explain the same number', 'Often not'], right: 1, why: 'They answer different questions. Where they disagree, doubt them all.' } },
    { text: 'A map can be pretty and still say nothing. The check: throw the weights about, layer by layer from the top. A map that stays as it was did not look at what the network has learned.', room: 'explain', state: 'method=guided-backprop',
      predict: { question: 'Which map changes least when the weights are random?', choices: ['Grad-CAM', 'guided backpropagation', 'the gradient'], right: 1, why: 'Guided backpropagation comes near to copying the edges of the picture (Adebayo et al., 2018).' } },
    { text: 'Explanations find what accuracy hides. Here a network learned digits that all bear a small white square in the top rows, at a place that tells the class. It reads such digits well.',
      predict: { question: 'Take the squares away. What happens?', choices: ['It reads nearly as well', 'It reads far worse'], right: 1, why: 'The square was the shortest way to a low loss, so it learned the square. Marks of hospitals on X-ray films have misled real networks in the same way.' }, experiment: shortcut },
    { text: 'HiResCAM shows it before the accident does: its map lies on the square. Grad-CAM does not: it averages the gradient over all places first, and behind the dense layer of this network each place has its own. Grad-CAM by hand: with an average over H × W places and a dense layer behind the maps Aₖ, αₖ = wₖ / (H · W), and the map is ReLU(Σ αₖ · Aₖ).', experiment: { name: 'cam', controls: [range('first', 'weight of map 1', -4, 4, 2), range('second', 'weight of map 2', -4, 4, -4)] },
      exercise: { question: 'Maps [1 2; 3 4] and [0 1; 1 0], weights 2 and −4: what is the lower right number of the Grad-CAM map?', experiment: 'cam', fields: { first: 2, second: -4 }, of: 'lower right' },
      java: 'Explainer why = Explainer.of(model, Target.logit(7));\nwhy.explain(Method.GRAD_CAM, input).map();                // one number per pixel\nwhy.randomisation(Method.GRAD_CAM, input);                // does it look at the weights?' },
  ],
};
