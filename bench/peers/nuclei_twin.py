#!/usr/bin/env python3
"""PyTorch's side of `fovea train mask-rcnn-small --data masks --data-dir DIR --input 192x192x3 --anchors auto --epochs 12 --augment
symmetry,invert:0.3`: mask_twin.py's Mask R-CNN, by the same recipe and changes of pictures.

  nuclei_twin.py DIR [--epochs 12] [--seed 1] [--threads 2] [--limit 0]

DIR is what unet_twin.py reads. Objects are the connected parts of a mask, of 9 pixels and more. What differs: what mask_twin.py names; the
anchors, which are those that k-means gave for these objects; and masks, which are brought to the size of the input by their nearest
pixels. 115 objects are the most that a picture has, and so many are found at most. Prints one JSON object per epoch. Needs what mask_twin.py
needs and scipy, and mask_twin.py and unet_twin.py beside it.
"""
import numpy as np
import torch
from pycocotools import mask as rle
from scipy import ndimage
from mask_twin import RECIPE, measured, network
from twins import arguments, begin, fit, of
from unet_twin import changed, read

SIDE, LEAST, DETECTIONS = 192, 9, 115
ANCHORS = (
    ((8, 6), (6, 10), (8, 8), (12, 6), (10, 8), (8, 10)),
    ((10, 10), (8, 16), (18, 8), (14, 12), (12, 14), (10, 22)),
    ((16, 16), (18, 20), (20, 26), (32, 24), (26, 36), (46, 48)))


def objects(mask):
    """The masks of the parts of a mask [M, H, W]."""
    numbers, count = ndimage.label(mask, np.ones((3, 3)))
    parts = numbers == np.arange(1, count + 1)[:, None, None]
    return parts[parts.sum((1, 2)) >= LEAST]


def box(mask):
    y, x = np.nonzero(mask)
    return [float(x.min()), float(y.min()), float(x.max() + 1), float(y.max() + 1)]


def marks(masks):
    """Boxes [M, 4], labels [M] and masks [M, H, W], as torchvision has them."""
    boxes = torch.tensor([box(m) for m in masks]).reshape(-1, 4)
    return dict(boxes=boxes, labels=torch.ones(len(masks), dtype=torch.int64), masks=torch.from_numpy(masks.astype(np.uint8)))


def labels(masks):
    """COCO's labels of the objects of all pictures."""
    truth, images = [], []
    for i, mask in enumerate(masks.numpy()):
        images.append(dict(id=i + 1, height=mask.shape[0], width=mask.shape[1]))
        for own in objects(mask):
            left, top, right, bottom = box(own)
            truth.append(dict(
                id=len(truth) + 1, image_id=i + 1, category_id=1, iscrowd=0, area=float(own.sum()), bbox=[left, top, right - left, bottom - top],
                segmentation=rle.encode(np.asfortranarray(own.astype(np.uint8)))))
    return of(dict(images=images, annotations=truth, categories=[dict(id=1, name="object")]))


def main():
    a = arguments(epochs=12).parse_args()
    rng = begin(a)
    pictures, masks = read(a.folder, False, a.limit)
    tests, truth = read(a.folder, True, a.limit)
    net, coco = network(1, SIDE, ANCHORS, DETECTIONS), labels(truth)

    def loss(some):
        both = [changed(pictures[i], masks[i], rng) for i in some]
        return sum(net([p / 255 for p, _ in both], [marks(objects(m.numpy())) for _, m in both]).values())

    fit(a, net, RECIPE, len(pictures), rng, loss, lambda: measured(net, tests, coco))


if __name__ == "__main__":
    main()
