#!/usr/bin/env python3
"""PyTorch's side of `fovea train mask-rcnn-small --augment flip,brightness:0.2,contrast:0.25`: torchvision's Mask R-CNN over the same layers,
anchors, initial values and numbers of samples, by the same recipe and changes of pictures.

  mask_twin.py SHAPES [--epochs 25] [--seed 0] [--threads 2] [--limit 0]

SHAPES is what `fovea run bench/peers/shapes_writer.java SHAPES` writes. What differs: random numbers; torchvision's RoIAlign and targets of
masks, which lie half a pixel beside Fovea's (not aligned); its pasting of masks, which rounds boxes. Prints one JSON object per epoch. Needs
torch, torchvision, pycocotools, numpy and pillow, and faster_rcnn_twin.py, one_stage_twin.py and twins.py beside it.
"""
from collections import OrderedDict
import numpy as np
import torch
from pycocotools import mask as rle
from torch import nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.roi_heads import RoIHeads, maskrcnn_loss
from torchvision.ops import MultiScaleRoIAlign
from faster_rcnn_twin import box
from one_stage_twin import Anchors, block
from twins import Recipe, arguments, begin, drawn, fit, glorot, he, lit, precision

SIDE, STRIDES, RECIPE = 128, (4, 8, 16), Recipe(8, 2e-3, 5e-3, 10)
SIZES, RATIOS = ((0.08, 0.13), (0.21, 0.32), (0.48, 0.7)), (0.6, 1.0, 1.67)
DETECTIONS, EACH, MASKS = 50, 3, 12


# ---- network

class Pyramid(nn.Module):
    """Maps of strides 4, 8 and 16, with a feature pyramid over them."""

    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([
            nn.Sequential(block(3, 24, 5, 2), block(24, 48, 3, 2), block(48, 64)),
            nn.Sequential(block(64, 128, 3, 2), block(128, 128)),
            nn.Sequential(block(128, 128, 3, 2), block(128, 128))])
        self.laterals = nn.ModuleList([glorot(nn.Conv2d(c, 64, 1)) for c in (64, 128, 128)])
        self.outs = nn.ModuleList([glorot(nn.Conv2d(64, 64, 3, padding=1)) for _ in STRIDES])
        self.out_channels = 64

    def forward(self, x):
        maps, above = [], None
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        for i in reversed(range(len(maps))):
            own = self.laterals[i](maps[i])
            above = own if above is None else own + nn.functional.interpolate(above, scale_factor=2)
            maps[i] = self.outs[i](above)
        return OrderedDict((str(i), m) for i, m in enumerate(maps))


class Masks(nn.Module):
    """Twice the resolution and a map for each class; the background, which torchvision counts, has none."""

    def __init__(self, count):
        super().__init__()
        self.up, self.logits = he(nn.ConvTranspose2d(48, 48, 2, 2)), glorot(nn.Conv2d(48, count, 1))

    def forward(self, x):
        return nn.functional.pad(self.logits(self.up(x).relu()), (0, 0, 0, 0, 1, 0))


class FewRegions(RoIHeads):
    """torchvision's second stage, which remembers its regions."""

    def select_training_samples(self, proposals, targets):
        self.sampled = super().select_training_samples(proposals, targets)
        return self.sampled

    def first(self, most):
        """The first regions with objects of each picture, and the numbers of their objects."""
        sampled, matched, labels, _ = self.sampled
        chosen = [torch.where(own > 0)[0][:most] for own in labels]
        return ([t[i] for t, i in zip(both, chosen)] for both in (sampled, matched))


class FewMasks(FewRegions):
    """The first regions with objects alone learn masks."""

    def has_mask(self):
        return not self.training

    def forward(self, features, proposals, image_shapes, targets=None):
        found, losses = super().forward(features, proposals, image_shapes, targets)
        if self.training:
            regions, matched = self.first(MASKS)
            logits = self.mask_predictor(self.mask_head(self.mask_roi_pool(features, regions, image_shapes)))
            masks, classes = ([t[name] for t in targets] for name in ("masks", "labels"))
            losses["loss_mask"] = maskrcnn_loss(logits, regions, masks, classes, matched)
        return found, losses


def second(classes, inputs=64 * 49):
    head, told = TwoMLPHead(inputs, 256), FastRCNNPredictor(256, classes)
    he(head.fc6), he(head.fc7)
    for layer, std in ((told.cls_score, 0.01), (told.bbox_pred, 0.001)):
        nn.init.normal_(layer.weight, std=std)
        nn.init.zeros_(layer.bias)
    return head, told


def stages(count, side=SIDE, sizes=None, detections=DETECTIONS):
    """What torchvision's networks are told of both stages for boxes of a number of classes, for square pictures; the anchors of each map are
    `sizes` (width, height) or the usual ones."""
    sizes = sizes or [[(s * side / r ** 0.5, s * side * r ** 0.5) for s in own for r in RATIOS] for own in SIZES]
    head, told = second(count + 1)
    proposals = EACH * detections
    return dict(
        backbone=Pyramid(), min_size=side, max_size=side, image_mean=[0.5] * 3, image_std=[0.25] * 3, size_divisible=16,
        rpn_anchor_generator=Anchors(sizes, STRIDES),
        rpn_pre_nms_top_n_train=2 * proposals, rpn_post_nms_top_n_train=proposals,
        rpn_pre_nms_top_n_test=2 * proposals, rpn_post_nms_top_n_test=proposals,
        rpn_batch_size_per_image=128, box_batch_size_per_image=64, box_positive_fraction=0.4,
        box_roi_pool=MultiScaleRoIAlign(["0", "1", "2"], 7, 2, canonical_scale=112), box_head=head, box_predictor=told,
        box_score_thresh=0.01, box_nms_thresh=0.5, box_detections_per_img=detections)


def details(*channels):
    """What reads 14×14 bins of a region, and 3×3 convolutions over them."""
    layers = [m for i, o in zip((64, *channels), channels) for m in (he(nn.Conv2d(i, o, 3, padding=1)), nn.ReLU())]
    return MultiScaleRoIAlign(["0", "1", "2"], 14, 2), nn.Sequential(*layers)


def network(count, side=SIDE, sizes=None, detections=DETECTIONS):
    """The network of a number of classes; see `stages`."""
    # Random numbers are drawn in this order.
    both, masks, (pool, head) = stages(count, side, sizes, detections), Masks(count), details(48, 48)
    net = MaskRCNN(**both, mask_roi_pool=pool, mask_head=head, mask_predictor=masks)
    net.roi_heads.__class__ = FewMasks
    return net


# ---- data and figures

def targets(coco):
    """For each picture boxes [M, 4], labels [M] and masks [M, H, W]."""
    rows = []
    for image in coco.loadImgs(sorted(coco.getImgIds())):
        own = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        boxes = torch.tensor([a["bbox"] for a in own], dtype=torch.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        masks = np.array([coco.annToMask(a) for a in own], np.uint8).reshape(-1, image["height"], image["width"])
        rows.append(dict(boxes=boxes, labels=torch.tensor([a["category_id"] for a in own], dtype=torch.int64), masks=torch.from_numpy(masks)))
    return rows


def mirrored(picture, t):
    boxes = t["boxes"].clone()
    boxes[:, [0, 2]] = picture.shape[2] - boxes[:, [2, 0]]
    return picture.flip(2), dict(t, boxes=boxes, masks=t["masks"].flip(2))


def results(coco, found):
    """COCO's results of boxes and masks."""
    rows = []
    for image, f in zip(sorted(coco.getImgIds()), found):
        for row, score, label, mask in zip(f["boxes"], f["scores"], f["labels"], f["masks"]):
            runs = rle.encode(np.asfortranarray((mask[0] >= 0.5).numpy().astype(np.uint8)))
            rows.append(dict(image_id=image, category_id=int(label), score=float(score), bbox=box(row), segmentation=runs))
    return rows


def measured(net, pictures, coco):
    """The figures of what is found in pictures [N, 3, H, W] of 0 … 255."""
    rows = results(coco, [f for x in pictures.split(RECIPE.batch) for f in net(list(x / 255))])
    boxes = [{k: v for k, v in r.items() if k != "segmentation"} for r in rows]
    (mask_ap, mask_ap50), (ap, ap50) = precision(coco, rows, "segm"), precision(coco, boxes, "bbox")
    return dict(mask_ap=mask_ap, mask_ap50=mask_ap50, ap=ap, ap50=ap50)


def main():
    parser = arguments(epochs=25)
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    rng = begin(a)
    pictures, coco = drawn(a.folder, "train", a.limit)
    tests, truth = drawn(a.folder, "test", a.limit)
    marks, net = targets(coco), network(len(coco.getCatIds()))

    def loss(some):
        both = [mirrored(pictures[i], marks[i]) if rng.uniform() < 0.5 else (pictures[i], marks[i]) for i in some]
        x = lit(torch.stack([p for p, _ in both]), rng)
        return sum(net(list(x / 255), [t for _, t in both]).values())

    fit(a, net, RECIPE, len(pictures), rng, loss, lambda: measured(net, tests, truth))


if __name__ == "__main__":
    main()
