#!/usr/bin/env python3
"""PyTorch's side of `fovea train panoptic-fpn-small --input 192x192x3`: mask_twin.py's Mask R-CNN and the classes of pixels over the
same pyramid, by the same recipe, changes of pictures and rule by which objects and pixels become one map.

  panoptic_twin.py SHAPES [--epochs 25] [--seed 0] [--threads 2] [--limit 0]

SHAPES is what `fovea run bench/peers/shapes_writer.java SHAPES panoptic 192` writes. What differs: what mask_twin.py names. Prints one
JSON object per epoch, with PQ of all classes, SQ and RQ after every fifth epoch and the last; objects are not measured apart. Needs what mask_twin.py needs, beside which
it lies.
"""
import json, os
import numpy as np
import torch
from PIL import Image
from torch import nn
from mask_twin import STRIDES, mirrored, network, targets
from twins import Recipe, arguments, begin, drawn, fit, glorot, he, lit

SIDE, RECIPE = 192, Recipe(4, 2e-3, 5e-3, 10)
WEIGHT, SCORE, OVERLAP, LEAST = 0.5, 0.5, 0.5, 4096 / (800 * 1333)


# ---- network

class Pixels(nn.Module):
    """Logits of the classes of pixels, of which class 0 is objects of any kind: all maps are brought to stride 4 and added."""

    def __init__(self, count):
        super().__init__()
        step = lambda: [he(nn.Conv2d(64, 64, 3, padding=1, bias=False)), nn.GroupNorm(8, 64), nn.ReLU()]
        double = nn.Upsample(scale_factor=2, mode="bilinear")
        self.ways = nn.ModuleList([nn.Sequential(*step())])
        self.ways += [nn.Sequential(*(m for _ in range(i) for m in (*step(), double))) for i in range(1, len(STRIDES))]
        self.end = glorot(nn.Conv2d(64, count, 1))

    def forward(self, maps):
        together = sum(way(m) for way, m in zip(self.ways, maps.values()))
        return nn.functional.interpolate(self.end(together), scale_factor=STRIDES[0], mode="bilinear")


class Panoptic(nn.Module):
    """Gives what torchvision's Mask R-CNN gives, and logits of pixels."""

    def __init__(self, things, stuff):
        super().__init__()
        self.objects, self.pixels = network(things, SIDE), Pixels(1 + stuff)
        self.objects.backbone.register_forward_hook(self.keep)

    def keep(self, backbone, inputs, maps):
        self.maps = maps

    def forward(self, pictures, marks=None):
        told = self.objects(list(pictures), marks)
        return told, self.pixels(self.maps)


def merged(found, pixels, things, stuff):
    """The number of each pixel's segment, 0 for none, and the category of each segment by number; `pixels` is the class of each pixel."""
    numbers, classes = np.zeros(pixels.shape, int), {}

    def add(own, category):
        classes[len(classes) + 1] = category
        numbers[own] = len(classes)

    for score, label, mask in zip(*(found[name].numpy() for name in ("scores", "labels", "masks"))):
        own = mask[0] >= 0.5
        free = own & (numbers == 0)
        if score >= SCORE and free.any() and own.sum() - free.sum() <= OVERLAP * own.sum():
            add(free, int(label))
    for c in range(1, stuff + 1):
        own = (pixels == c) & (numbers == 0)
        if own.any() and own.sum() >= LEAST * own.size:
            add(own, things + c)
    return numbers, classes


# ---- data and figures

def segments(folder, part, coco):
    """For each picture the number of each pixel's segment, and the category of each segment by number; and how many categories are stuff."""
    with open(os.path.join(folder, "annotations", f"panoptic_{part}.json")) as f:
        told = json.load(f)
    names, rows = {i["id"]: i["file_name"] for i in told["images"]}, {}
    for a in told["annotations"]:
        rows[names[a["image_id"]]] = a
    maps = []
    for image in coco.loadImgs(sorted(coco.getImgIds())):
        a = rows[image["file_name"]]
        colours = np.asarray(Image.open(os.path.join(folder, "annotations", f"panoptic_{part}", a["file_name"])).convert("RGB"), int)
        maps.append((colours @ (1, 256, 65536), {s["id"]: s["category_id"] for s in a["segments_info"]}))
    return maps, sum(not c["isthing"] for c in told["categories"])


def classes_of_pixels(maps, things):
    """Class 0 is objects and void, then come the categories behind those of things [N, H, W]."""
    rows = []
    for numbers, classes in maps:
        of = np.zeros(max(classes, default=0) + 1, np.uint8)
        for number, category in classes.items():
            of[number] = max(0, category - things)
        rows.append(of[numbers])
    return torch.from_numpy(np.stack(rows))


class Quality:
    """Panoptic quality as panopticapi has it, without crowds: a pair of one category is right if its IoU is above ½, where void pixels of
    the truth do not count; a segment found of which more than half is void is not false."""

    def __init__(self, categories):
        self.right, self.wrong, self.missed, self.overlap = np.zeros((4, categories + 1))

    def add(self, truth, found):
        (a, a_classes), (b, b_classes) = truth, found
        base = int(b.max()) + 1
        common = {divmod(int(k), base): int(n) for k, n in zip(*np.unique(a.astype(int) * base + b, return_counts=True))}
        of_a, of_b = np.bincount(a.ravel()), np.bincount(b.ravel())
        a_left, b_left = dict(a_classes), dict(b_classes)
        for (t, p), n in common.items():
            if t and p and a_classes[t] == b_classes[p]:
                iou = n / (of_a[t] + of_b[p] - n - common.get((0, p), 0))
                if iou > 0.5:
                    self.right[a_left.pop(t)] += 1
                    self.overlap[b_left.pop(p)] += iou
        for c in a_left.values():
            self.missed[c] += 1
        for p, c in b_left.items():
            self.wrong[c] += common.get((0, p), 0) <= 0.5 * of_b[p]

    def figures(self):
        all = self.right + self.wrong / 2 + self.missed / 2
        there = all > 0
        means = [self.overlap / np.maximum(all, 0.5), self.overlap / np.maximum(self.right, 1), self.right / np.maximum(all, 0.5)]
        return dict(zip(("pq", "sq", "rq"), (float(m[there].mean()) if there.any() else 0.0 for m in means)))


def main():
    parser = arguments(epochs=25)
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    rng = begin(a)
    pictures, coco = drawn(a.folder, "train", a.limit)
    tests, truth = drawn(a.folder, "test", a.limit)
    things = len(coco.getCatIds())
    maps, stuff = segments(a.folder, "train", coco)
    marks, pixels = targets(coco), classes_of_pixels(maps, things)
    tested, _ = segments(a.folder, "test", truth)
    net, epoch = Panoptic(things, stuff), 0

    def changed(i):
        flipped = rng.uniform() < 0.5
        return (*mirrored(pictures[i], marks[i]), pixels[i].flip(1)) if flipped else (pictures[i], marks[i], pixels[i])

    def loss(some):
        some, own, classes = zip(*map(changed, some))
        losses, logits = net(lit(torch.stack(some), rng) / 255, list(own))
        return sum(losses.values()) + WEIGHT * nn.functional.cross_entropy(logits, torch.stack(classes).long())

    def figures():
        nonlocal epoch
        epoch += 1
        if epoch % 5 and epoch < a.epochs:
            return {}
        quality, rows = Quality(things + stuff), iter(tested)
        for x in tests.split(RECIPE.batch):
            for found, logits in zip(*net(x / 255)):
                quality.add(next(rows), merged(found, logits.argmax(0).numpy(), things, stuff))
        return quality.figures()

    fit(a, net, RECIPE, len(pictures), rng, loss, figures)


if __name__ == "__main__":
    main()
