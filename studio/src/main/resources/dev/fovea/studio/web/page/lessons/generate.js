// @ts-check
import { choice, range } from './experiment.js';

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'Autoencoders, style, GANs',
  steps: [
    { text: 'An autoencoder draws its own input again, through a layer of few numbers, the code. It needs no labels. What it cannot pass through the code is lost, so the code must hold what matters.',
      predict: { question: 'A digit of 784 pixels through 2 numbers: what comes out?', choices: ['noise', 'a blurred digit, sometimes the wrong one', 'the same digit, sharp'], right: 1, why: 'Two numbers can tell roughly which digit and which slant. With 32 there is room for this hand’s strokes.' }, experiment: { name: 'autoencoder', controls: [choice('code', 'numbers of the code', [2, 8, 32], 2)], fixed: { noise: 0 }, button: 'train 200 steps' } },
    { text: 'Give it noisy pictures and ask for the clean ones. Noise has nothing in common from picture to picture, so it does not fit through the code. PSNR is −10 · log₁₀ of the mean squared error, in decibels: more is better.',
      predict: { question: 'Noise with a standard deviation of 0.3 on values from 0 to 1: what PSNR has the noisy picture?', choices: ['about 3 dB', 'about 10.5 dB', 'about 30 dB'], right: 1, why: 'The mean squared error is 0.3² = 0.09, and −10 · log₁₀ 0.09 ≈ 10.5.' }, experiment: { name: 'autoencoder', controls: [choice('noise', 'noise', [0.1, 0.3, 0.5], 0.3), choice('code', 'numbers of the code', [8, 32], 32)], button: 'train 200 steps' } },
    { text: 'Style transfer asks for a picture with the content of one and the style of another. Content: the maps of a deep layer. Style: how often features occur together, whatever the place. That is the Gram matrix Gᵢⱼ = Σ Fᵢ · Fⱼ.',
      predict: { question: 'All places of all maps change places in the same way. What does the Gram matrix do?', choices: ['It stays', 'It changes too'], right: 0, why: 'The sum over the places has the same terms in another order. So it describes texture, not arrangement.' }, experiment: { name: 'gram', controls: [choice('places', 'places', ['as they are', 'moved'])] },
      exercise: { question: 'Maps [1 2; 3 4] and [0 1; 1 0]: what is G₁₂, before division by the number of places?', experiment: 'gram', fields: { places: 'as they are' }, of: 'map 1 with map 2' } },
    { text: 'In a GAN two networks play: the generator makes something of noise, the discriminator tells it from the real. Each is the other’s teacher. Here they play over single numbers, so that one can see the whole game.',
      predict: { question: 'The generator has become perfect. What is left for the discriminator?', choices: ['It is right every time', 'It can only guess, and its loss is 2 · ln 2'], right: 1, why: 'Real and made numbers look alike, so it says ½ to both: −ln ½ − ln ½ = 1.386.' }, experiment: { name: 'gan', controls: [range('steps', 'steps', 0, 1000, 600, 100)], button: 'play' },
      java: 'TrainingStep judge = TrainingStep.of(…, discriminator);\nTrainingStep make = TrainingStep.of(…, generator);       // in turn; see the Javadoc of TrainingStep\n// ./fovea run gan, ./fovea run style-transfer' },
  ],
};
