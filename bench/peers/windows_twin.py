#!/usr/bin/env python3
"""PyTorch's side of `fovea train sliding-window-small --data voc --data-dir DIR --input 192x256x3`: the same windows, layers, loss, recipe and
changes of pictures.

  windows_twin.py DIR [--epochs 10] [--seed 0] [--threads 2] [--limit 0]

DIR is a folder in the form of Pascal VOC. It learns single windows, and is asked about all windows of a size in one pass. What differs:
random numbers, those by which windows are drawn too, and what faster_rcnn_twin.py names of pictures. Prints one JSON object per epoch. Needs what faster_rcnn_twin.py needs, beside which it lies.
"""
import math
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import batched_nms, box_iou, roi_align
import faster_rcnn_twin as twin
import twins

SMALLEST, SIZES = 0.06, 7
SIDE, STEP = 48, 8
DRAWN, OBJECTS = 64, 25
SCORE, OVERLAP, MOST = 0.01, 0.3, 100


def valid(inputs, outputs):
    return [twins.he(nn.Conv2d(inputs, outputs, 3, bias=False)), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1)]


def level(side):
    """Pixels of the picture per pixel of it in the size in which windows of this side are the network's, and how many windows it has then."""
    pixel = side / SIDE
    return pixel, *(1 + math.ceil(max(0, extent / pixel - SIDE) / STEP) for extent in (twin.HEIGHT, twin.WIDTH))


def cut(pictures, regions, size):
    return roi_align(pictures, regions, size, 1.0, 2, aligned=True)


def some(which, count):
    """At most so many of the numbers at which something is true, drawn."""
    found = which.nonzero()[:, 0]
    return found[torch.randperm(len(found))[:count]]


class Windows(nn.Module):
    """A detector of pictures [3, H, W] with values 0 … 1 in the manner of torchvision's; its dense layers are convolutions, which say the same."""

    def __init__(self, classes):
        super().__init__()
        told = nn.Conv2d(256, classes + 1, 1)
        nn.init.normal_(told.weight, std=0.01)
        nn.init.zeros_(told.bias)
        self.told = nn.Sequential(
            *valid(3, 16), nn.MaxPool2d(2), *valid(16, 32), nn.MaxPool2d(2), *valid(32, 64), nn.MaxPool2d(2), *valid(64, 128),
            twins.he(nn.Conv2d(128, 256, 2)), nn.ReLU(), told)
        self.sides = [SMALLEST * math.sqrt(twin.HEIGHT * twin.WIDTH) * 2 ** (i / 2) for i in range(SIZES)]
        windows = []
        for side in self.sides:
            pixel, rows, columns = level(side)
            y, x = torch.meshgrid(torch.arange(rows) * STEP * pixel, torch.arange(columns) * STEP * pixel, indexing="ij")
            windows.append(torch.stack([x, y, x + side, y + side], -1).reshape(-1, 4))
        self.register_buffer("windows", torch.cat(windows))

    def forward(self, images, targets=None):
        x = (torch.stack(images) - 0.5) / 0.25
        if not self.training:
            return [self.found(picture[None]) for picture in x]
        drawn, labels = zip(*(self.drawn(g) for g in targets))
        return dict(loss=F.cross_entropy(self.told(cut(x, list(drawn), SIDE))[:, :, 0, 0], torch.cat(labels)))

    def drawn(self, g):
        """Windows of a picture, and objects' own boxes among them, that are learned, and their labels."""
        regions = torch.cat([self.windows, g["boxes"]])
        label = torch.zeros(len(regions), dtype=torch.int64)
        if len(g["boxes"]):
            most, nearest = box_iou(regions, g["boxes"]).max(1)
            label = torch.where(most >= 0.5, g["labels"][nearest], label)
        objects = some(label > 0, OBJECTS)
        both = torch.cat([objects, some(label == 0, DRAWN - len(objects))])
        return regions[both], label[both]

    def probabilities(self, picture):
        """Of each window [windows, classes], background first."""
        said = []
        for side in self.sides:
            pixel, rows, columns = level(side)
            height, width = (SIDE + STEP * (n - 1) for n in (rows, columns))
            whole = torch.tensor([[0, 0, width * pixel, height * pixel]])
            said.append(self.told(cut(picture, [whole], (height, width)))[0].flatten(1).T)
        return torch.cat(said).softmax(1)

    def found(self, picture):
        edge = torch.tensor([twin.WIDTH, twin.HEIGHT] * 2, dtype=torch.float32)
        boxes, scores = torch.minimum(self.windows.clamp(min=0), edge), self.probabilities(picture)[:, 1:]
        large = (boxes[:, 2:] - boxes[:, :2] >= 1).all(1)
        box, label = ((scores > SCORE) & large[:, None]).nonzero(as_tuple=True)
        sure = scores[box, label]
        kept = batched_nms(boxes[box], sure, label, OVERLAP)[:MOST]
        return dict(boxes=boxes[box[kept]], scores=sure[kept], labels=label[kept] + 1)


def main():
    parser = twin.arguments(epochs=10)
    parser.set_defaults(seed=0)
    twin.train(parser.parse_args(), Windows, twin.Recipe(8, 1.5e-3, False))


if __name__ == "__main__":
    main()
