// @ts-check
import { choice, range } from './experiment.js';

const NETWORKS = ['lenet5', 'alexnet', 'zfnet', 'vgg16', 'inception-v1', 'resnet18', 'resnet50', 'densenet121', 'squeezenet1-0', 'mobilenet'];
const drawn = (/** @type {string} */ network, /** @type {string} */ style, depth = 5) => ({ name: 'history', controls: [choice('network', 'network', NETWORKS, network), choice('style', 'drawn as', ['BLOCKS', 'LENET', 'ALEXNET'], style), range('depth', 'parts of a path that are kept', 1, 5, depth)] });

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'From LeNet to MobileNet',
  steps: [
    { text: 'LeNet-5 (1998) reads digits: convolution, pooling, convolution, pooling, then dense layers. AlexNet (2012) is the same idea, much larger, with ReLU, dropout and two graphics cards; it won ImageNet by a wide margin.',
      predict: { question: 'How many times more parameters than LeNet-5 has AlexNet?', choices: ['10 times', '100 times', '1,000 times'], right: 2, why: '61,706 against 62,378,344. Nearly all of AlexNet’s are in its dense layers.' }, experiment: drawn('lenet5', 'LENET') },
    { text: 'ZFNet (2013) looked inside AlexNet and made the first kernels smaller: 7 × 7 with stride 2 instead of 11 × 11 with stride 4. VGG (2014) uses nothing but 3 × 3, up to 19 layers deep. GoogLeNet (2014) puts 1 × 1, 3 × 3 and 5 × 5 side by side, and drops the large dense layers.',
      predict: { question: 'VGG-16 has 138 million parameters. And GoogLeNet, with 22 layers?', choices: ['about 7 million', 'about 70 million', 'about 190 million'], right: 0, why: '1 × 1 convolutions make few channels of many before the large kernels, and an average over all places replaces the dense layers.' }, experiment: drawn('vgg16', 'ALEXNET') },
    { text: 'ResNet (2015) adds the input of each block to its output, so that 152 layers can be trained. DenseNet (2016) hands every layer’s output to all that follow. MobileNet (2017) splits a convolution in two: one kernel for each channel, then 1 × 1 over the channels. Fold the drawing by shorter paths to see the blocks.',
      predict: { question: 'A 3 × 3 convolution from 256 to 256 channels: what share of its multiplications does MobileNet’s split need?', choices: ['about a half', 'about a ninth', 'about a hundredth'], right: 1, why: '1/256 + 1/9 ≈ 0.115: for each place 9 · 256 + 256 · 256 instead of 9 · 256 · 256.' }, experiment: drawn('resnet18', 'BLOCKS', 2) },
    { text: 'Look up the counts yourself.', experiment: drawn('mobilenet', 'BLOCKS', 1),
      exercise: { question: 'LeNet-5: 6 filters of 5 × 5, 16 filters of 5 × 5 over 6 channels, then 400 → 120 → 84 → 10, all with biases. How many parameters?', experiment: 'history', fields: { network: 'lenet5', style: 'LENET' }, of: 'parameters' },
      java: 'Zoo.find("resnet18").model(Scale.full(1000), Shape.of(224, 224, 3), Seed.of(0), engine).summary();\nArchitectureDrawing.BLOCKS.svg(NetworkGraph.of(model), "ResNet-18");   // or ./fovea draw resnet18 --out r.svg' },
  ],
};
