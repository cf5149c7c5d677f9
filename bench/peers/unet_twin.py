#!/usr/bin/env python3
"""PyTorch's side of `fovea train unet-small --data masks --data-dir DIR --augment symmetry,invert:0.3`, and of fcn-32s-small, fcn-16s-small
and fcn-8s-small: the same layers, initial values, losses, recipe and changes of pictures.

  unet_twin.py DIR [--net unet-small] [--epochs 25] [--seed 1] [--threads 2] [--limit 0]

DIR has pictures in `images` and masks of the same names in `masks/0`, from 128 on an object; every fifth is to test with. What differs:
random numbers. Prints one JSON object per epoch; IoU and Dice are of the object over all pixels of the test pictures. Needs torch, numpy,
pillow and pycocotools, and twins.py beside it.
"""
import glob, os
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from twins import Recipe, arguments, begin, fit, glorot, he

LEVELS, BASE, CLASSES = 4, 16, 2
STAGES = ((16, 16), (32, 32), (64, 64, 64), (128, 128, 128), (128, 128, 128))
RECIPE = Recipe(16, 3e-3, 0.01, None)


# ---- data

def read(folder, test, limit):
    """Pictures [N, 3, H, W] of 0 … 255 and the class of each pixel [N, H, W]."""
    files = sorted(glob.glob(os.path.join(folder, "images", "*.png")))
    own = [f for i, f in enumerate(files) if (i % 5 == 0) == test][:limit or None]
    pictures = np.stack([np.asarray(Image.open(f).convert("RGB")) for f in own])
    masks = np.stack([np.asarray(Image.open(os.path.join(folder, "masks", "0", os.path.basename(f))).convert("L")) for f in own])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float(), torch.from_numpy((masks >= 128).astype(np.int64))


def changed(picture, mask, rng):
    """A symmetry of the square, and three of ten as negatives."""
    which = rng.integers(8)
    for bit, axis in ((1, -1), (2, -2)):
        if which & bit:
            picture, mask = picture.flip(axis), mask.flip(axis)
    if which & 4:
        picture, mask = picture.transpose(-1, -2), mask.transpose(-1, -2)
    return 255 - picture if rng.uniform() < 0.3 else picture, mask


# ---- networks

def twice(inputs, outputs):
    layers = []
    for i in (inputs, outputs):
        layers += [he(nn.Conv2d(i, outputs, 3, padding=1, bias=False)), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        wide = [BASE << i for i in range(LEVELS + 1)]
        self.down = nn.ModuleList([twice(i, o) for i, o in zip([3] + wide, wide[:LEVELS])])
        self.bottom = twice(wide[LEVELS - 1], wide[LEVELS])
        self.up = nn.ModuleList([glorot(nn.ConvTranspose2d(2 * w, w, 2, 2)) for w in wide[:LEVELS]])
        self.join = nn.ModuleList([twice(2 * w, w) for w in wide[:LEVELS]])
        self.head = glorot(nn.Conv2d(BASE, CLASSES, 1))

    def forward(self, x):
        bridges = []
        for level in self.down:
            x = level(x)
            bridges.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottom(x)
        for i in reversed(range(LEVELS)):
            x = self.join[i](torch.cat([bridges[i], self.up[i](x)], 1))
        return self.head(x)


def bilinear(by):
    """The weights that enlarge each class bilinearly."""
    line = 1 - (torch.arange(2 * by) - by + 0.5).abs() / by
    return (line[:, None] * line).expand(CLASSES, 1, -1, -1).clone()


def score(inputs):
    conv = nn.Conv2d(inputs, CLASSES, 1)
    nn.init.zeros_(conv.weight)
    nn.init.zeros_(conv.bias)
    return conv


class Fcn(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride, inputs, stages = stride, 3, []
        for widths in STAGES:
            layers = []
            for w in widths:
                layers += [he(nn.Conv2d(inputs, w, 3, padding=1)), nn.BatchNorm2d(w), nn.ReLU()]
                inputs = w
            stages.append(nn.Sequential(*layers, nn.MaxPool2d(2)))
        self.stages = nn.ModuleList(stages)
        self.classifier = nn.Sequential(
            he(nn.Conv2d(inputs, 256, 3, padding=1)), nn.ReLU(), he(nn.Conv2d(256, 256, 1)), nn.ReLU(), score(256))
        skips = {32: [], 16: [3], 8: [3, 2]}[stride]
        self.scores = nn.ModuleDict({str(s): score(STAGES[s][-1]) for s in skips})
        self.doubled = nn.ParameterDict({str(s): nn.Parameter(bilinear(2)) for s in skips})
        self.register_buffer("last", bilinear(stride))

    def forward(self, x):
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        x = self.classifier(x)
        for s in self.scores:
            x = F.conv_transpose2d(x, self.doubled[s], stride=2, padding=1, groups=CLASSES) + self.scores[s](maps[int(s)])
        return F.conv_transpose2d(x, self.last, stride=self.stride, padding=self.stride // 2, groups=CLASSES)


NETS = {"unet-small": UNet, **{f"fcn-{s}s-small": lambda s=s: Fcn(s) for s in (32, 16, 8)}}


# ---- training

def loss(logits, masks):
    """Cross-entropy, and 1 − the Dice of the object, the mean over pictures."""
    p, t = logits.softmax(1)[:, 1].flatten(1), masks.flatten(1).float()
    dice = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
    return F.cross_entropy(logits, masks) + 1 - dice.mean()


def train(a, network, losses):
    """Trains a network by `losses` of what it tells, which in training may be more than the logits that are measured."""
    rng = begin(a)
    pictures, masks = read(a.folder, False, a.limit)
    tests, truth = read(a.folder, True, a.limit)
    net = network()

    def step(some):
        both = [changed(pictures[i], masks[i], rng) for i in some]
        return losses(net(torch.stack([p for p, _ in both]) / 255), torch.stack([m for _, m in both]))

    def figures():
        told = torch.cat([net(x / 255).argmax(1) for x in tests.split(RECIPE.batch)])
        both, either = int((told & truth).sum()), int((told | truth).sum())
        return dict(iou=both / max(1, either), dice=2 * both / max(1, both + either), accuracy=float((told == truth).float().mean()))

    fit(a, net, RECIPE, len(pictures), rng, step, figures)


def main():
    parser = arguments(epochs=25)
    parser.add_argument("--net", choices=NETS, default="unet-small")
    a = parser.parse_args()
    train(a, NETS[a.net], loss)


if __name__ == "__main__":
    main()
