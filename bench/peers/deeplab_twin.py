#!/usr/bin/env python3
"""PyTorch's side of `fovea train deeplab-v3-small --data masks --data-dir DIR --augment symmetry,invert:0.3`: the same layers, initial
values, losses, recipe and changes of pictures.

  deeplab_twin.py DIR [--epochs 25] [--seed 1] [--threads 2] [--limit 0]

DIR is that of unet_twin.py, beside which it lies and whose needs it has. What differs: random numbers. The parameters that are printed
include those of the auxiliary head, which Fovea leaves out when the training has ended.
"""
import torch
import torch.nn.functional as F
from torch import nn
from twins import arguments, he
from unet_twin import CLASSES, loss, train

WIDTHS, CHANNELS, RATES, AUXILIARY = (16, 32, 64, 128), 64, (6, 12, 18), 0.4


def conv(inputs, outputs, kernel, stride=1, dilation=1):
    return he(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 * dilation, dilation, bias=False))


def block(inputs, outputs, kernel, stride=1, dilation=1):
    return nn.Sequential(conv(inputs, outputs, kernel, stride, dilation), nn.BatchNorm2d(outputs), nn.ReLU())


class Basic(nn.Module):
    def __init__(self, inputs, outputs, dilation, project):
        super().__init__()
        self.body = nn.Sequential(block(inputs, outputs, 3, 1, dilation), conv(outputs, outputs, 3, 1, dilation), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential(conv(inputs, outputs, 1), nn.BatchNorm2d(outputs)) if project else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


class Pyramid(nn.Module):
    """Atrous spatial pyramid pooling."""

    def __init__(self, inputs):
        super().__init__()
        self.convs = nn.ModuleList([block(inputs, CHANNELS, 1)] + [block(inputs, CHANNELS, 3, 1, r) for r in RATES])
        self.mean = nn.Sequential(nn.AdaptiveAvgPool2d(1), block(inputs, CHANNELS, 1))
        self.project = nn.Sequential(block((len(RATES) + 2) * CHANNELS, CHANNELS, 1), nn.Dropout(0.5))

    def forward(self, x):
        maps = [c(x) for c in self.convs]
        return self.project(torch.cat(maps + [self.mean(x).expand_as(maps[0])], 1))


class DeepLab(nn.Module):
    """DeepLab v3 on ResNet-18, a quarter as wide, of stride 4."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(block(3, WIDTHS[0], 7, 2), nn.MaxPool2d(3, 2, 1))
        stages, inputs, dilation = [], WIDTHS[0], 1
        for i, w in enumerate(WIDTHS):
            first, dilation = dilation, dilation * (2 if i else 1)
            stages.append(nn.Sequential(Basic(inputs, w, first, i > 0), Basic(w, w, dilation, False)))
            inputs = w
        self.stages = nn.ModuleList(stages)
        self.classifier = nn.Sequential(Pyramid(inputs), block(CHANNELS, CHANNELS, 3), he(nn.Conv2d(CHANNELS, CLASSES, 1)))
        self.auxiliary = nn.Sequential(block(WIDTHS[2], CHANNELS, 3), nn.Dropout(0.1), he(nn.Conv2d(CHANNELS, CLASSES, 1)))

    def forward(self, x):
        maps = [self.stem(x)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        enlarged = lambda y: F.interpolate(y, x.shape[2:], mode="bilinear")
        logits = enlarged(self.classifier(maps[-1]))
        return (logits, enlarged(self.auxiliary(maps[-2]))) if self.training else logits


def both(told, masks):
    """The losses of the logits, and the cross-entropy of the auxiliary head."""
    return loss(told[0], masks) + AUXILIARY * F.cross_entropy(told[1], masks)


if __name__ == "__main__":
    train(arguments(epochs=25).parse_args(), DeepLab, both)
