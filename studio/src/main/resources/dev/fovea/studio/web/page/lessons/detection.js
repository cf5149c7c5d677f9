// @ts-check
import { choice, range } from './experiment.js';

const windows = { name: 'windows', controls: [range('side', 'side of the picture', 28, 128, 64, 4), choice('bins', 'bins of RoI pooling', [1, 2, 3, 4], 2)] };

/** @type {import('./index.js').Lesson} */
export const lesson = {
  title: 'From sliding windows to YOLO',
  steps: [
    { text: 'A classifier says what a picture shows, not where. The simplest detector asks it about every window of a larger picture. The windows overlap, so most is computed again and again. A network of convolutions can compute what they share once: the dense layer becomes a convolution too.',
      predict: { question: 'Picture of 64 × 64, windows of 28 × 28 every 4 pixels: how many windows?', choices: ['16', '81', '100'], right: 2, why: '(64 − 28) / 4 + 1 = 10 each way. In one pass the same 100 scores take a fraction of the work.' }, experiment: windows },
    { text: 'R-CNN (2014) asks about some 2,000 regions that a search proposes, one by one. Fast R-CNN (2015) runs the convolutions once over the picture and cuts each region out of the map: RoI pooling lays a grid over it and keeps the largest number of each cell.',
      predict: { question: 'Regions differ in size. What size has the result of RoI pooling?', choices: ['that of the region', 'always the same'], right: 1, why: 'The grid has a fixed number of cells, such as 7 × 7, so dense layers can follow.' }, experiment: windows },
    { text: 'Faster R-CNN (2015) lets a network propose the regions. At each place of the map it starts from anchors, boxes of some sizes and shapes, and learns to move the ones that fit. SSD and YOLO do without the second stage: they tell class and box at once.',
      predict: { question: 'A map of 8 × 8 places with 3 sizes and 3 shapes: how many anchors?', choices: ['72', '192', '576'], right: 2, why: '8 · 8 · 3 · 3 = 576. Most of them see no object, which makes the two kinds so unequal in training.' }, experiment: { name: 'anchors', controls: [choice('stride', 'pixels from place to place', [8, 16, 32], 16), choice('sizes', 'sizes', [1, 2, 3], 3), choice('ratios', 'shapes', [1, 3], 3)] } },
    { text: 'How well does a box fit? Intersection over union: the area that both cover, divided by the area that either covers.',
      predict: { question: 'Two equal squares overlap by half. What is their IoU?', choices: ['½', '⅓', '¼'], right: 1, why: 'Half of one is shared; together they cover one and a half: ½ / 1½ = ⅓.' }, experiment: { name: 'overlap', controls: [range('left', 'left', 0, 60, 40), range('top', 'top', 0, 60, 20), range('size', 'size', 10, 60, 40)] } },
    { text: 'Detectors find each object many times. Non-maximum suppression keeps the surest box, drops all that overlap it too much, and goes on with the next.', experiment: { name: 'suppression', controls: [range('threshold', 'most IoU', 0, 1, 0.5, 0.05)] },
      exercise: { question: 'How many of the six boxes stay where boxes may overlap by an IoU of at most 0.5?', experiment: 'suppression', fields: { threshold: 0.5 }, of: 'boxes that stay' },
      java: 'Overlap.IOU.of(a, 0, b, 0)\nSuppression.above(0.5).keep(boxes, scores)\nFullyConvolutional.over(classifier, picture)     // all windows in one pass\n// ./fovea detect yolox-nano photo.jpg --out found.png' },
  ],
};
