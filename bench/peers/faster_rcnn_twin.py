#!/usr/bin/env python3
"""PyTorch's side of `fovea train faster-rcnn-small --data voc --data-dir DIR --input 192x256x3`: torchvision's Faster R-CNN
over the same layers, anchors and numbers of samples, by the same recipe and changes of pictures.

  faster_rcnn_twin.py DIR [--epochs 15] [--seed 1] [--threads 2] [--limit 0]

DIR is a folder in the form of Pascal VOC (Annotations, JPEGImages, ImageSets/Main). What differs: random numbers; torchvision's loss of boxes
and its RoIAlign (not aligned); and pictures: Pillow resizes and moves them in whole numbers, what is brought in beside moved ones is grey, and
contrast is changed about the mean of all channels, after brightness, without a limit to values between the two. Prints one JSON object per
epoch. Needs torch, torchvision, pycocotools, numpy and pillow, and twins.py beside it.
"""
import collections, math, os
import xml.etree.ElementTree as ET
import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.rpn import AnchorGenerator
from torchvision.ops import MultiScaleRoIAlign
import twins
from twins import arguments

HEIGHT, WIDTH, DECAY, CLIP = 192, 256, 5e-3, 10
Recipe = collections.namedtuple("Recipe", "batch rate vflip")
SIZES, RATIOS = (0.072, 0.18, 0.37), (0.75, 1.0, 1.33)


# ---- data

def read(folder, split, names, limit):
    """Pictures [N, H, W, 3] in the size of the input, and rows [left, top, right, bottom, class] of each."""
    with open(os.path.join(folder, "ImageSets/Main", split + ".txt")) as f:
        stems = [line.split()[0] for line in f if line.strip()]
    pictures, boxes = [], []
    for stem in stems[:limit or None]:
        image = Image.open(os.path.join(folder, "JPEGImages", stem + ".jpg")).convert("RGB")
        pictures.append(np.asarray(image.resize((WIDTH, HEIGHT), Image.BILINEAR), np.float32))
        x, y = WIDTH / image.width, HEIGHT / image.height
        rows = []
        for o in ET.parse(os.path.join(folder, "Annotations", stem + ".xml")).getroot().findall("object"):
            left, top, right, bottom = (float(o.find("bndbox/" + side).text) for side in ("xmin", "ymin", "xmax", "ymax"))
            # VOC's pixels are whole, counted from 1, the last one included.
            if right > left and bottom > top:
                rows.append([(left - 1) * x, (top - 1) * y, right * x, bottom * y, names.index(o.find("name").text)])
        boxes.append(np.array(rows, np.float32).reshape(-1, 5))
    return pictures, boxes


def classes(folder):
    names = set()
    for file in os.listdir(os.path.join(folder, "Annotations")):
        names |= {o.find("name").text for o in ET.parse(os.path.join(folder, "Annotations", file)).getroot().findall("object")}
    return sorted(names)


def changed(picture, boxes, rng, vflip):
    """flip, vflip if asked for, scale:0.25, shift:0.1, brightness:0.2, contrast:0.25; boxes of which less than a tenth is left are dropped."""
    boxes = boxes.copy()
    if rng.uniform() < 0.5:
        picture = picture[:, ::-1]
        boxes[:, [0, 2]] = WIDTH - boxes[:, [2, 0]]
    if vflip and rng.uniform() < 0.5:
        picture = picture[::-1]
        boxes[:, [1, 3]] = HEIGHT - boxes[:, [3, 1]]
    s = math.exp(rng.uniform(-1, 1) * math.log(1.25))
    dx, dy = rng.uniform(-0.1, 0.1) * WIDTH, rng.uniform(-0.1, 0.1) * HEIGHT
    image = Image.fromarray(np.ascontiguousarray(picture).astype(np.uint8))
    back = (1 / s, 0, WIDTH / 2 - (WIDTH / 2 + dx) / s, 0, 1 / s, HEIGHT / 2 - (HEIGHT / 2 + dy) / s)
    picture = np.asarray(image.transform((WIDTH, HEIGHT), Image.AFFINE, back, Image.BILINEAR, fillcolor=(128, 128, 128)), np.float32)
    boxes[:, [0, 2]] = (boxes[:, [0, 2]] - WIDTH / 2) * s + WIDTH / 2 + dx
    boxes[:, [1, 3]] = (boxes[:, [1, 3]] - HEIGHT / 2) * s + HEIGHT / 2 + dy
    whole = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    boxes[:, [0, 2]] = boxes[:, [0, 2]].clip(0, WIDTH)
    boxes[:, [1, 3]] = boxes[:, [1, 3]].clip(0, HEIGHT)
    seen = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    boxes = boxes[(seen >= 0.1 * whole) & (seen > 0)]
    picture = picture * rng.uniform(0.8, 1.2)
    mean = picture.mean()
    return (mean + rng.uniform(0.75, 1.25) * (picture - mean)).clip(0, 255).astype(np.float32), boxes


# ---- network

def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1))


def backbone():
    """The layers up to the map of stride 8."""
    layers = nn.Sequential(block(3, 16), nn.MaxPool2d(2), block(16, 32), nn.MaxPool2d(2), block(32, 64), nn.MaxPool2d(2),
                           block(64, 128), block(128, 128), block(128, 128))
    for m in layers.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)
    layers.out_channels = 128
    return layers


def network(count):
    side = math.sqrt(HEIGHT * WIDTH)
    return FasterRCNN(
        backbone(), min_size=HEIGHT, max_size=WIDTH, image_mean=[0.5] * 3, image_std=[0.25] * 3, size_divisible=8,
        rpn_anchor_generator=AnchorGenerator((tuple(s * side for s in SIZES),), (RATIOS,)),
        rpn_pre_nms_top_n_train=600, rpn_post_nms_top_n_train=200, rpn_pre_nms_top_n_test=600, rpn_post_nms_top_n_test=200,
        rpn_batch_size_per_image=128, box_batch_size_per_image=64, box_positive_fraction=0.4,
        box_roi_pool=MultiScaleRoIAlign(["0"], 7, 2), box_head=TwoMLPHead(128 * 49, 256), box_predictor=FastRCNNPredictor(256, count + 1),
        box_score_thresh=0.01, box_nms_thresh=0.5, box_detections_per_img=100)


def tensors(pictures):
    return [torch.from_numpy(np.ascontiguousarray(p / np.float32(255))).permute(2, 0, 1) for p in pictures]


# ---- figures

def box(row):
    return [float(row[0]), float(row[1]), float(row[2] - row[0]), float(row[3] - row[1])]


def labels(boxes, names):
    """COCO's labels of boxes."""
    truth = []
    for i, rows in enumerate(boxes):
        for row in rows:
            area = float((row[2] - row[0]) * (row[3] - row[1]))
            truth.append(dict(id=len(truth) + 1, image_id=i + 1, category_id=int(row[4]) + 1, bbox=box(row), area=area, iscrowd=0))
    return twins.of(dict(annotations=truth, images=[dict(id=i + 1) for i in range(len(boxes))],
                         categories=[dict(id=c + 1, name=n) for c, n in enumerate(names)]))


def results(found):
    """COCO's results of what was found in each picture, whose ids count from 1."""
    return [dict(image_id=i + 1, category_id=int(label), bbox=box(row), score=float(score))
            for i, f in enumerate(found) for row, score, label in zip(f["boxes"], f["scores"], f["labels"])]


def detect(net, pictures, batch):
    found = []
    for i in range(0, len(pictures), batch):
        found += net(tensors(pictures[i:i + batch]))
    return found


# ---- training

def train(a, network, recipe):
    """Trains the network that a number of classes gives; `recipe` says batch, rate, and whether pictures are turned upside down.

    Returns it, the pictures and boxes that it has learned from, and what measures it.
    """
    rng = twins.begin(a)
    names = classes(a.folder)
    pictures, boxes = read(a.folder, "trainval", names, a.limit)
    tests, truth = read(a.folder, "test", names, a.limit)
    net, coco = network(len(names)), labels(truth, names)

    def loss(some):
        both = [changed(pictures[j], boxes[j], rng, recipe.vflip) for j in some]
        targets = [dict(boxes=torch.from_numpy(b[:, :4].copy()), labels=torch.from_numpy(b[:, 4].astype(np.int64)) + 1) for _, b in both]
        return sum(net(tensors([p for p, _ in both]), targets).values())

    def figures(change=lambda picture: picture):
        ap, ap50 = twins.precision(coco, results(detect(net, [change(p) for p in tests], recipe.batch)), "bbox")
        return dict(ap=ap, ap50=ap50)

    twins.fit(a, net, twins.Recipe(recipe.batch, recipe.rate, DECAY, CLIP), len(pictures), rng, loss, figures)
    return net, pictures, boxes, figures


def main():
    train(arguments(epochs=15).parse_args(), network, Recipe(8, 1.5e-3, False))


if __name__ == "__main__":
    main()
