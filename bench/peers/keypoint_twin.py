#!/usr/bin/env python3
"""PyTorch's side of `fovea train keypoint-rcnn-small`: torchvision's Keypoint R-CNN over the same layers, anchors, initial values and numbers
of samples, by the same recipe and changes of pictures.

  keypoint_twin.py SHAPES [--epochs 25] [--seed 0] [--threads 2] [--limit 0]

SHAPES is what `fovea run bench/peers/shapes_writer.java SHAPES 1 3` writes. What differs: random numbers, and torchvision's RoIAlign, which
lies half a pixel beside Fovea's (not aligned). Prints one JSON object per epoch; figures are pycocotools'. Needs what mask_twin.py needs,
beside which it lies, with pose_twin.py.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection import KeypointRCNN
from torchvision.models.detection.roi_heads import keypointrcnn_loss
from faster_rcnn_twin import box
from mask_twin import RECIPE, FewRegions, details, stages
from pose_twin import SIDE, Data, Moves, changed, marked, mirrored, similar
from twins import arguments, begin, drawn, fit, glorot, precision

MOVES, POINTS, LEAST_SHARE = Moves(True, 0, 0.25, 0.1, 0.25), 12, 0.1


# ---- network

class Points(nn.Module):
    """Four times the resolution and a map for each kind of point."""

    def __init__(self, kinds):
        super().__init__()
        self.up = glorot(nn.ConvTranspose2d(64, kinds, 4, 2, 1))

    def forward(self, x):
        return F.interpolate(self.up(x), scale_factor=2, mode="bilinear", align_corners=False)


class FewPoints(FewRegions):
    """The first regions with objects alone learn key points."""

    def forward(self, features, proposals, image_shapes, targets=None):
        predictor = self.keypoint_predictor
        self.keypoint_predictor = None if self.training else predictor
        found, losses = super().forward(features, proposals, image_shapes, targets)
        self.keypoint_predictor = predictor
        if self.training:
            regions, matched = self.first(POINTS)
            logits = self.keypoint_predictor(self.keypoint_head(self.keypoint_roi_pool(features, regions, image_shapes)))
            losses["loss_keypoint"] = keypointrcnn_loss(logits, regions, [t["keypoints"] for t in targets], matched)
        return found, losses


def network(count, kinds):
    """The network of a number of classes and of kinds of points."""
    pool, head = details(64, 64, 64)
    net = KeypointRCNN(
        **stages(count), keypoint_roi_pool=pool, keypoint_head=head, keypoint_predictor=Points(kinds))
    net.roi_heads.__class__ = FewPoints
    return net


# ---- data and figures

def objects(folder, part, limit):
    """All objects of each picture: of each the key points and then the corners of its box, which move along as points do; their classes
    [N, M], 0 where there is none; and COCO's labels of all."""
    pictures, coco = drawn(folder, part, limit)
    labels = marked(coco)
    joints = {a["id"]: a["keypoints"] for a in labels.dataset["annotations"]}
    kinds, own = len(mirrored(labels)), [coco.imgToAnns[i] for i in sorted(coco.getImgIds())]
    shape = len(own), max(map(len, own)), kinds + 4
    points, known, classes = np.zeros((*shape, 2)), np.zeros(shape, bool), np.zeros(shape[:2], int)
    for i, some in enumerate(own):
        for k, a in enumerate(some):
            rows, (x, y, w, h) = np.reshape(joints.get(a["id"], [0] * 3 * kinds), (kinds, 3)), a["bbox"]
            points[i, k] = [*rows[:, :2], (x, y), (x + w, y), (x, y + h), (x + w, y + h)]
            known[i, k, :kinds] = rows[:, 2] > 0
            classes[i, k] = a["category_id"]
    flat = torch.from_numpy(points).flatten(1, 2).float(), torch.from_numpy(known).flatten(1)
    return Data(pictures, *flat, None, labels), torch.from_numpy(classes), coco


def targets(points, known, classes, kinds):
    """For each picture boxes [M, 4], labels [M] and key points [M, K, 3] of the objects of which enough is left in it."""
    places, known = points.unflatten(1, (-1, kinds + 4)), known.unflatten(1, (-1, kinds + 4))[..., :kinds, None]
    low, high = places[:, :, kinds:].amin(2), places[:, :, kinds:].amax(2)
    inside = low.clamp(0, SIDE), high.clamp(0, SIDE)
    left = inside[1] - inside[0]
    kept = (classes > 0) & (left > 0).all(2) & (left.prod(2) >= LEAST_SHARE * (high - low).prod(2))
    boxes, joints = torch.cat(inside, 2), torch.cat([places[:, :, :kinds], known], 3)
    return [dict(boxes=b[k], labels=c[k], keypoints=j[k]) for b, c, j, k in zip(boxes, classes, joints, kept)]


def measured(net, data, coco):
    """The figures of what is found in pictures [N, 3, H, W] of 0 … 255."""
    figure, boxes, poses = data.coco.dataset["categories"][0]["id"], [], []
    found = [f for x in data.pictures.split(RECIPE.batch) for f in net(list(x / 255))]
    for image, f in zip(sorted(coco.getImgIds()), found):
        rows = list(zip(f["boxes"], f["scores"], f["labels"], f["keypoints"]))
        boxes += [dict(image_id=image, category_id=int(label), score=float(score), bbox=box(b)) for b, score, label, _ in rows]
        poses.append([(points[:, :2].double().numpy(), score) for _, score, label, points in rows if label == figure])
    (ap, ap50), (oks_ap, oks_ap50) = precision(coco, boxes, "bbox"), similar(data.coco, poses)
    return dict(oks_ap=oks_ap, oks_ap50=oks_ap50, ap=ap, ap50=ap50)


def main():
    parser = arguments(epochs=25)
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    rng = begin(a)
    data, classes, coco = objects(a.folder, "train", a.limit)
    tests, _, truth = objects(a.folder, "test", a.limit)
    pairs = mirrored(data.coco)
    kinds = len(pairs)
    # A corner in a mirror image is the other one; boxes are the corners' least and largest coordinates either way.
    partners = [i + k for i in range(0, data.points.shape[1], kinds + 4) for k in [*pairs, *range(kinds, kinds + 4)]]
    net = network(len(coco.getCatIds()), kinds)

    def loss(some):
        some = torch.from_numpy(some)
        x, points, known = changed(data, some, MOVES, partners, rng)
        return sum(net(list(x / 255), targets(points, known, classes[some], kinds)).values())

    fit(a, net, RECIPE, len(data.pictures), rng, loss, lambda: measured(net, tests, truth))


if __name__ == "__main__":
    main()
