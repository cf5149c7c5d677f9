#!/usr/bin/env python3
"""PyTorch's side of `fovea train yolo-fastest --data voc --data-dir DIR --input 192x256x3 --limit 200 --epochs 8 --batch 8`, with and without
`--from yolo-fastest-1.1.weights`: the network of Darknet's file, by the same losses, recipe and changes of pictures.

  yolo_fastest_twin.py DIR --cfg yolo-fastest-1.1.cfg [--weights yolo-fastest-1.1.weights] [--limit 200] [--epochs 8] [--batch 8] [--seed 1]
                       [--threads 2]

DIR is a folder in the form of Pascal VOC. Of the weights all is taken but the two layers before the sections `yolo`, which tell other
classes and begin at random; anchors are those that k-means gives for the boxes to train on. What differs: random numbers, those of k-means
too, and what faster_rcnn_twin.py names of pictures. Prints one JSON object per epoch. Needs what faster_rcnn_twin.py needs; it and yolo_twin.py lie beside this.
"""
import sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import box_iou, complete_box_iou_loss
import faster_rcnn_twin as twin
import yolo_twin

STRIDES, ANCHORS = (16, 32), 6
STARTS, ROUNDS = 8, 300


# ---- Darknet's files

def sections(file):
    """The sections of a cfg file: their kinds and options."""
    found = []
    with open(file) as f:
        for line in (line.split("#")[0].strip() for line in f):
            if line.startswith("["):
                found.append((line[1:-1], {}))
            elif line:
                name, value = line.split("=")
                found[-1][1][name.strip()] = value.strip()
    return found


def numbers(text):
    return [int(n) for n in text.split(",")]


def convolution(o, inputs):
    size, norm = int(o["size"]), o.get("batch_normalize") == "1"
    conv = nn.Conv2d(inputs, int(o["filters"]), size, int(o.get("stride", 1)), size // 2 if o.get("pad") == "1" else 0,
                     groups=int(o.get("groups", 1)), bias=not norm)
    nn.init.kaiming_normal_(conv.weight)
    parts = [conv, nn.BatchNorm2d(conv.out_channels)] if norm else [conv]
    return nn.Sequential(*parts, *dict(leaky=[nn.LeakyReLU(0.1)], linear=[])[o["activation"]])


class Darknet(nn.Module):
    """The network of a cfg file's sections, with heads of so many classes: a map for each section `yolo`."""

    def __init__(self, all_sections, classes):
        super().__init__()
        self.sections, self.layers = all_sections[1:], nn.ModuleList()
        widths, now = [], 3
        for i, (kind, o) in enumerate(self.sections):
            layer = nn.Identity()
            if kind == "convolutional" and self.sections[i + 1][0] == "yolo":
                layer = yolo_twin.rows(now, 5 + classes, -4, len(numbers(self.sections[i + 1][1]["mask"])))
                now = layer.out_channels
            elif kind == "convolutional":
                layer, now = convolution(o, now), int(o["filters"])
            elif kind == "maxpool":
                layer = nn.MaxPool2d(int(o["size"]), int(o["stride"]), int(o["size"]) // 2)
            elif kind == "upsample":
                layer = nn.Upsample(scale_factor=int(o["stride"]))
            elif kind == "dropout":
                layer = nn.Dropout(float(o["probability"]))
            elif kind == "route":
                now = sum(widths[n] for n in numbers(o["layers"]))
            elif kind not in ("shortcut", "yolo"):
                raise ValueError(f"a section [{kind}]")
            self.layers.append(layer)
            widths.append(now)

    def forward(self, x):
        done, heads = [], []
        for (kind, o), layer in zip(self.sections, self.layers):
            if kind == "route":
                x = torch.cat([done[n] for n in numbers(o["layers"])], 1)
            elif kind == "shortcut":
                x = x + done[int(o["from"])]
            elif kind == "yolo":
                heads.append(x)
            else:
                x = layer(x)
            done.append(x)
        return heads

    def read(self, file):
        """Takes the numbers of a weights file: of each convolution biases, what its batch norm has beside them, and weights."""
        with open(file, "rb") as f:
            major, minor, _ = np.fromfile(f, "<i4", 3)
            np.fromfile(f, "<i8" if major * 10 + minor >= 2 else "<i4", 1)
            rest = torch.from_numpy(np.fromfile(f, "<f4"))
        at = 0
        for layer in self.layers:
            parts = [m for m in layer.modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d))]
            if not parts:
                continue
            conv, norm = parts[0], parts[-1]
            kept = (norm.bias, norm.weight, norm.running_mean, norm.running_var) if len(parts) > 1 else (conv.bias,)
            for tensor in (*kept, conv.weight):
                tensor.data.copy_(rest[at:at + tensor.numel()].view(tensor.shape))
                at += tensor.numel()
        if at != len(rest):
            raise ValueError(f"{file}: {len(rest)} numbers, the network takes {at}")
        return self


# ---- anchors

def overlaps(sizes, centres):
    """IoU of sizes [N, 2] and centres [K, 2] with one middle."""
    both = np.minimum(sizes[:, None], centres[None]).prod(2)
    return both / (sizes.prod(1)[:, None] + centres.prod(1)[None] - both)


def clusters(sizes, count, rng):
    """Anchors by k-means with the distance 1 − IoU and medians for centres; of several beginnings that of the largest mean IoU."""
    best = (-1, None)
    for _ in range(STARTS):
        centres = sizes[rng.integers(len(sizes))][None]
        while len(centres) < count:
            far = 1 - overlaps(sizes, centres).max(1)
            centres = np.concatenate([centres, sizes[rng.choice(len(sizes), p=far / far.sum())][None]])
        for _ in range(ROUNDS):
            own = overlaps(sizes, centres).argmax(1)
            after = np.stack([np.median(sizes[own == c], 0) if (own == c).any() else centres[c] for c in range(count)])
            if (after == centres).all():
                break
            centres = after
        best = max(best, (overlaps(sizes, centres).max(1).mean(), centres), key=lambda b: b[0])
    return np.rint(10 * best[1][best[1].prod(1).argsort()]) / 10


# ---- training

class Fastest(yolo_twin.Rows):
    mean, std = 0.0, 1.0

    def __init__(self, all_sections, classes, anchors):
        super().__init__()
        self.numbers = 5 + classes
        self.darknet = Darknet(all_sections, classes)
        self.lay(torch.from_numpy(anchors).split(ANCHORS // len(STRIDES)), STRIDES)

    def told(self, x):
        return self.joined(self.darknet(x)[::-1])

    def begin(self, own):
        """Takes over what another network of the same file has in the same shape."""
        mine = self.darknet.state_dict()
        same = {k: v for k, v in own.state_dict().items() if v.shape == mine[k].shape}
        self.darknet.load_state_dict(same, strict=False)
        taken, all_of = (sum("num_batches" not in k for k in names) for names in (same, mine))
        print(f"{taken} of {all_of} tensors begin as in the file", file=sys.stderr)

    def losses(self, t, targets):
        """As of yolo-tiny, but of several objects of one row, which are usual with cells so large, the last is learned, with all their classes."""
        boxes, wanted, counted = self.boxes(t), torch.zeros_like(t), torch.ones_like(t[..., 4])
        for i, g in enumerate(targets):
            if len(g["boxes"]):
                counted[i][box_iou(boxes[i].detach(), g["boxes"]).max(1)[0] > 0.6] = 0
                for obj, row in zip(*self.asked(g["boxes"])):  # one by one: of a row's objects the last is kept
                    wanted[i, row, :4], wanted[i, row, 4], wanted[i, row, 4 + g["labels"][obj]] = g["boxes"][obj], 1, 1
        assigned = wanted[..., 4] == 1
        entropy = F.binary_cross_entropy_with_logits(t[..., 4:], wanted[..., 4:], reduction="none")
        objects = max(1, sum(len(g["boxes"]) for g in targets))
        return dict(boxes=2 * complete_box_iou_loss(boxes[assigned], wanted[..., :4][assigned], reduction="sum") / objects,
                    objects=(entropy[..., 0] * torch.where(assigned, 1.0, counted)).sum() / objects,
                    classes=entropy[..., 1:][assigned].sum() / objects)


def main():
    parser = twin.arguments(epochs=8)
    parser.add_argument("--cfg", required=True)
    parser.add_argument("--weights")
    parser.add_argument("--batch", type=int, default=8)
    parser.set_defaults(limit=200)
    a = parser.parse_args()
    twin.DECAY = 5e-4
    layers = sections(a.cfg)

    def network(classes):
        _, boxes = twin.read(a.folder, "trainval", twin.classes(a.folder), a.limit)
        boxes = np.concatenate(boxes).astype(np.float64)
        net = Fastest(layers, classes, clusters(boxes[:, 2:4] - boxes[:, :2], ANCHORS, np.random.default_rng(0)))
        if a.weights:
            net.begin(Darknet(layers, int(layers[-1][1]["classes"])).read(a.weights))
        return net

    twin.train(a, network, twin.Recipe(a.batch, 2e-3, False))


if __name__ == "__main__":
    main()
