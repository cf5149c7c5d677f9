#!/usr/bin/env python3
"""PyTorch's side of `fovea train ssd-small` and `fovea train retinanet-small` with `--data voc --data-dir DIR --input 192x256x3
--epochs 40 --augment flip,vflip,scale:0.25,shift:0.1,contrast:0.25,brightness:0.2`: torchvision's SSD and RetinaNet over the same
layers and anchors, by the same recipe and changes of pictures.

  one_stage_twin.py DIR --net ssd-small [--epochs 40] [--seed 1] [--threads 2] [--limit 0]

DIR is a folder in the form of Pascal VOC. What differs: random numbers, and what faster_rcnn_twin.py names of pictures. Prints
one JSON object per epoch. Needs what faster_rcnn_twin.py needs, beside which it lies.
"""
import math
from collections import OrderedDict
from functools import partial
import torch
from torch import nn
from torchvision.models.detection import RetinaNet
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.models.detection.ssd import SSD
from faster_rcnn_twin import HEIGHT, WIDTH, Recipe, arguments, train

STRIDES = (8, 16, 32)
WEIGHTS = (10.0, 10.0, 5.0, 5.0)
LOOK = dict(image_mean=[0.5] * 3, image_std=[0.25] * 3, score_thresh=0.01, nms_thresh=0.45, detections_per_img=100)


class Anchors(AnchorGenerator):
    """Boxes of some sizes (width, height) in pixels around the middle of each cell of each map."""

    def __init__(self, sizes, strides=STRIDES):
        super().__init__(((1,),) * len(sizes), ((1.0,),) * len(sizes))
        self.sizes_of_maps, self.strides = sizes, strides

    def num_anchors_per_location(self):
        return [len(s) for s in self.sizes_of_maps]

    def forward(self, image_list, feature_maps):
        boxes = []
        for sizes, stride, f in zip(self.sizes_of_maps, self.strides, feature_maps):
            y, x = torch.meshgrid(torch.arange(f.shape[2]) + 0.5, torch.arange(f.shape[3]) + 0.5, indexing="ij")
            middle = torch.stack([x, y], -1).reshape(-1, 1, 2) * stride
            half = torch.tensor(sizes, dtype=torch.float32).reshape(1, -1, 2) / 2
            boxes.append(torch.cat([middle - half, middle + half], -1).reshape(-1, 4))
        return [torch.cat(boxes) for _ in image_list.image_sizes]


def block(inputs, outputs, kernel=3, stride=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1))


def rows(inputs, count, bias=0.0):
    conv = nn.Conv2d(inputs, count, 1)
    nn.init.normal_(conv.weight, std=0.01)
    nn.init.constant_(conv.bias, bias)
    return conv


def flat(maps, numbers):
    """Maps [N, A·numbers, H, W] as rows [N, H·W·A of all maps, numbers]."""
    return torch.cat([m.permute(0, 2, 3, 1).reshape(m.shape[0], -1, numbers) for m in maps], 1)


class Stages(nn.Module):
    """Maps of strides 8, 16 and 32, for RetinaNet with a pyramid over them."""

    def __init__(self, deep, pyramid):
        super().__init__()
        first = [block(3, 16), nn.MaxPool2d(2), block(16, 32), nn.MaxPool2d(2), block(32, 64), nn.MaxPool2d(2), block(64, 128)]
        first += [block(128, 64, 1), block(64, 128)] if deep else []
        self.stages = nn.ModuleList([
            nn.Sequential(*first),
            nn.Sequential(nn.MaxPool2d(2), block(128, 256), block(256, 128, 1), block(128, 256)),
            nn.Sequential(nn.MaxPool2d(2), block(256, 128, 1), block(128, 256))])
        self.laterals = nn.ModuleList([nn.Conv2d(c, 64, 1) for c in (128, 256, 256)]) if pyramid else None
        self.outs = nn.ModuleList([block(64, 64) for _ in STRIDES]) if pyramid else None
        self.out_channels = 64

    def forward(self, x):
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        if self.laterals is not None:
            above = None
            for i in reversed(range(len(maps))):
                own = self.laterals[i](maps[i])
                above = own if above is None else own + nn.functional.interpolate(above, scale_factor=2)
                maps[i] = self.outs[i](above)
        return OrderedDict(enumerate(maps))


class Rows(nn.Module):
    """SSD's heads: a 3×3 layer and a 1×1 one for each map, of boxes and classes together."""

    def __init__(self, classes):
        super().__init__()
        self.classes = classes
        self.maps = nn.ModuleList([nn.Sequential(block(c, 128), rows(128, 4 * (4 + classes))) for c in (128, 256, 256)])

    def forward(self, maps):
        both = flat([head(m) for head, m in zip(self.maps, maps)], 4 + self.classes)
        return dict(bbox_regression=both[..., :4], cls_logits=both[..., 4:])


class FromZero(RetinaNet):
    """RetinaNet whose classes are told from 1 on and learned from 0 on, for it has no background."""

    def forward(self, images, targets=None):
        found = super().forward(images, targets and [dict(t, labels=t["labels"] - 1) for t in targets])
        return found if self.training else [dict(f, labels=f["labels"] + 1) for f in found]


def ssd(count):
    side, wide, scales = math.sqrt(HEIGHT * WIDTH), math.sqrt(4 / 3), (0.06, 0.16, 0.32, 0.5)
    sizes = []
    for i in range(len(STRIDES)):
        s, between = scales[i] * side, math.sqrt(scales[i] * scales[i + 1]) * side
        sizes.append([(s, s), (between, between), (s * wide, s / wide), (s / wide, s * wide)])
    return SSD(Stages(True, False), Anchors(sizes), (WIDTH, HEIGHT), count + 1, head=Rows(count + 1), **LOOK)


def retinanet(count):
    ratios = (1, 4 / 3, 3 / 4)
    sizes = [[(s * math.sqrt(r), s / math.sqrt(r)) for r in ratios for s in (2 * t, 2 * math.sqrt(2) * t)] for t in STRIDES]
    head = RetinaNetHead(64, len(sizes[0]), count, norm_layer=partial(nn.GroupNorm, 8))
    for part, last, numbers, bias in (("classification_head", "cls_logits", count, -math.log(99)), ("regression_head", "bbox_reg", 4, 0)):
        own = getattr(head, part)
        own.conv = nn.Sequential(*list(own.conv)[:2])
        for m in own.conv.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
        setattr(own, last, rows(64, len(sizes[0]) * numbers, bias))
    head.regression_head.box_coder = BoxCoder(WEIGHTS)
    head.regression_head._loss_type = "smooth_l1"
    net = FromZero(Stages(False, True), count, min_size=HEIGHT, max_size=WIDTH, anchor_generator=Anchors(sizes), head=head, **LOOK)
    net.box_coder = BoxCoder(WEIGHTS)
    return net


def main():
    parser = arguments(epochs=40)
    parser.add_argument("--net", choices=("ssd-small", "retinanet-small"), required=True)
    a = parser.parse_args()
    train(a, *((ssd, Recipe(16, 4e-3, True)) if a.net == "ssd-small" else (retinanet, Recipe(16, 3e-3, True))))


if __name__ == "__main__":
    main()
