// @ts-check
import { choice, range } from './experiment.js';

const NETWORKS = ['lenet5', 'alexnet', 'zfnet', 'vgg16', 'inception-v1', 'resnet18', 'resnet50', 'densenet121', 'squeezenet1-0', 'mobilenet'];
const drawn = (/** @type {string} */ network, /** @type {string} */ style, depth = 5) => ({ name: 'history', controls: [choice('network', NETWORKS, network), choice('style', ['BLOCKS', 'LENET', 'ALEXNET'], style), range('depth', 1, 5, depth)] });

/** @type {import('./index.js').Step[]} */
export const steps = [
  { right: 2, experiment: drawn('lenet5', 'LENET') },
  { right: 0, experiment: drawn('vgg16', 'ALEXNET') },
  { right: 1, experiment: drawn('resnet18', 'BLOCKS', 2) },
  { experiment: drawn('mobilenet', 'BLOCKS', 1), exercise: { experiment: 'history', fields: { network: 'lenet5', style: 'LENET' }, of: 'parameters' },
    java: 'Zoo.find("resnet18").model(Scale.full(1000), Shape.of(224, 224, 3), Seed.of(0), engine).summary();\nArchitectureDrawing.BLOCKS.svg(NetworkGraph.of(model), "ResNet-18");   // or ./fovea draw resnet18 --out r.svg' },
];
