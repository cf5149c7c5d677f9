#!/usr/bin/env python3
"""PyTorch's side of `fovea train yolo-tiny --data voc --data-dir DIR --input 192x256x3 --epochs 40 --augment
flip,vflip,scale:0.25,shift:0.1,contrast:0.25,brightness:0.2`, and of `yolo-v1` with `--input 224x224x3`: the same layers, losses,
recipe and changes of pictures.

  yolo_twin.py DIR --net yolo-tiny [--epochs 40] [--seed 1] [--threads 2] [--limit 0]

DIR is a folder in the form of Pascal VOC. What differs: random numbers; the anchors of yolo-tiny, which are those that k-means gave for
BCCD's boxes; that each of several objects of one row of yolo-tiny is learned, where Fovea learns the last; and what faster_rcnn_twin.py
names of pictures. Prints one JSON object per epoch. Needs what
faster_rcnn_twin.py needs, beside which it lies.
"""
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import batched_nms, box_iou, complete_box_iou_loss
import faster_rcnn_twin as twin

ANCHORS = (((0.0625, 0.0625), (0.152, 0.15)), ((0.152, 0.15), (0.18, 0.169), (0.339, 0.306)))
STRIDES = (8, 16)
GRID, BOXES = 7, 2


def block(inputs, outputs, kernel=3):
    conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1))


def rows(inputs, numbers, bias=0.0, repeated=1):
    """A 1×1 layer whose fifth number of each row begins with a bias."""
    conv = nn.Conv2d(inputs, numbers * repeated, 1)
    nn.init.normal_(conv.weight, std=0.01)
    nn.init.zeros_(conv.bias)
    with torch.no_grad():
        conv.bias.view(repeated, numbers)[:, 4] = bias
    return conv


def fine():
    return [block(3, 16), nn.MaxPool2d(2), block(16, 32), nn.MaxPool2d(2), block(32, 64), nn.MaxPool2d(2), block(64, 128)]


class Yolo(nn.Module):
    """A detector of pictures [3, H, W] with values 0 … 1 in the manner of torchvision's."""
    mean, std = 0.5, 0.25

    def forward(self, images, targets=None):
        x = self.told((torch.stack(images) - self.mean) / self.std)
        if self.training:
            return self.losses(x, targets)
        return [self.kept(boxes, scores) for boxes, scores in zip(*self.found(x))]

    def kept(self, boxes, scores):
        """Boxes [M, 4] and their scores of each class [M, classes], suppressed class by class."""
        box, label = (scores > 0.01).nonzero(as_tuple=True)
        sure = scores[box, label]
        edge = torch.tensor([twin.WIDTH, twin.HEIGHT] * 2, dtype=torch.float32)
        where = torch.minimum(boxes[box].clamp(min=0), edge)
        kept = batched_nms(where, sure, label, 0.45)[:100]
        return dict(boxes=where[kept], scores=sure[kept], labels=label[kept] + 1)


class Rows(Yolo):
    """What networks that tell rows [x, y, width, height, object, classes…] of anchors have in common: `told` gives [N, rows, numbers]."""

    def lay(self, anchors, strides):
        """Lays anchors, in pixels for each map, over the cells of the maps."""
        places, sizes = [], []
        for stride, own in zip(strides, anchors):
            y, x = torch.meshgrid(torch.arange(twin.HEIGHT // stride), torch.arange(twin.WIDTH // stride), indexing="ij")
            cells = torch.stack([x, y], -1).reshape(-1, 1, 2).expand(-1, len(own), 2).reshape(-1, 2)
            places.append(torch.cat([cells.float(), torch.full((len(cells), 1), float(stride))], 1))
            sizes.append(own.repeat(len(cells) // len(own), 1))
        self.register_buffer("places", torch.cat(places))
        self.register_buffer("sizes", torch.cat(sizes).float())

    def joined(self, maps):
        return torch.cat([m.permute(0, 2, 3, 1).reshape(len(m), -1, self.numbers) for m in maps], 1)

    def boxes(self, t):
        middle = (self.places[:, :2] + t[..., :2].sigmoid() * 2 - 0.5) * self.places[:, 2:]
        half = self.sizes * t[..., 2:4].clamp(max=10).exp() / 2
        return torch.cat([middle - half, middle + half], -1)

    def found(self, t):
        return self.boxes(t), t[..., 4:5].sigmoid() * t[..., 5:].sigmoid()

    def asked(self, boxes):
        """For each object the rows that learn it: those of its cell whose anchor is the best in size, or fits by more than 0.55."""
        middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        both = torch.minimum(size[:, None], self.sizes[None]).prod(2)
        fit = both / (size.prod(1)[:, None] + self.sizes.prod(1)[None] - both)
        here = (torch.floor(middle[:, None] / self.places[None, :, 2:]) == self.places[None, :, :2]).all(2)
        best = fit >= fit.max(1, keepdim=True)[0] - 1e-6
        return (here & (best | (fit > 0.55))).nonzero(as_tuple=True)

    def losses(self, t, targets):
        boxes, wanted, counted, loss = self.boxes(t), torch.zeros_like(t[..., 4]), torch.ones_like(t[..., 4]), 0
        objects = max(1, sum(len(g["boxes"]) for g in targets))
        for i, g in enumerate(targets):
            if len(g["boxes"]):
                counted[i][box_iou(boxes[i].detach(), g["boxes"]).max(1)[0] > 0.6] = 0
                obj, row = self.asked(g["boxes"])
                wanted[i][row] = 1
                counted[i][row] = 1
                loss = loss + 2 * complete_box_iou_loss(boxes[i][row], g["boxes"][obj], reduction="sum")
                classes = F.one_hot(g["labels"][obj] - 1, self.numbers - 5).float()
                loss = loss + F.binary_cross_entropy_with_logits(t[i][row, 5:], classes, reduction="sum")
        loss = loss + (counted * F.binary_cross_entropy_with_logits(t[..., 4], wanted, reduction="none")).sum()
        return dict(loss=loss / objects)


class Tiny(Rows):
    def __init__(self, classes):
        super().__init__()
        self.fine = nn.Sequential(*fine())
        self.coarse = nn.Sequential(nn.MaxPool2d(2), block(128, 256), block(256, 128, 1), block(128, 256), block(256, 128, 1))
        self.up = nn.Sequential(block(128, 64, 1), nn.Upsample(scale_factor=2))
        self.numbers = 5 + classes
        self.fine_rows = nn.Sequential(block(192, 128), rows(128, self.numbers, -4, len(ANCHORS[0])))
        self.coarse_rows = nn.Sequential(block(128, 256), rows(256, self.numbers, -4, len(ANCHORS[1])))
        self.lay([torch.tensor(own) * torch.tensor([twin.WIDTH, twin.HEIGHT]) for own in ANCHORS], STRIDES)

    def told(self, x):
        f = self.fine(x)
        c = self.coarse(f)
        return self.joined([self.fine_rows(torch.cat([f, self.up(c)], 1)), self.coarse_rows(c)])


class First(Yolo):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes
        self.features = nn.Sequential(
            *fine(), nn.MaxPool2d(2), block(128, 256), nn.MaxPool2d(2), block(256, 256), block(256, 256))
        self.cells = rows(256, classes + 5 * BOXES)
        y, x = torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")
        self.register_buffer("corners", torch.stack([x, y], -1).reshape(-1, 1, 2).float())

    def told(self, x):
        """Classes [N, 49, classes], confidences [N, 49, 2], then places in the cell and roots of sides [N, 49, 2, 4]."""
        y = self.cells(self.features(x)).permute(0, 2, 3, 1).reshape(len(x), GRID * GRID, -1)
        box = y[..., self.classes + BOXES:].reshape(len(x), GRID * GRID, BOXES, 4)
        return y[..., :self.classes], y[..., self.classes:self.classes + BOXES].sigmoid(), torch.cat([box[..., :2].sigmoid(), box[..., 2:]], -1)

    def boxes(self, box):
        """Boxes in shares of the picture."""
        middle, half = (self.corners + box[..., :2]) / GRID, box[..., 2:] ** 2 / 2
        return torch.cat([middle - half, middle + half], -1)

    def found(self, told):
        classes, sure, box = told
        side = torch.tensor([twin.WIDTH, twin.HEIGHT] * 2, dtype=torch.float32)
        scores = (sure[..., None] * classes[:, :, None]).clamp(0, 1)
        return (self.boxes(box) * side).flatten(1, 2), scores.flatten(1, 2)

    def losses(self, told, targets):
        classes, sure, box = told
        aim, weight, loss = torch.zeros_like(sure), torch.full_like(sure, 0.5), 0
        with torch.no_grad():
            boxes = self.boxes(box)
        side = torch.tensor([twin.WIDTH, twin.HEIGHT], dtype=torch.float32)
        for i, g in enumerate(targets):
            taken = set()
            for b, label in zip(g["boxes"], g["labels"]):
                place, size = (b[:2] + b[2:]) / 2 / side * GRID, (b[2:] - b[:2]) / side
                column, row = (int(min(GRID - 1, v)) for v in place)
                cell = row * GRID + column
                if cell in taken:
                    continue
                taken.add(cell)
                wanted = torch.cat([place - torch.tensor([column, row]), size.sqrt()])
                overlap = box_iou(boxes[i, cell], (b / side.repeat(2))[None])[:, 0].nan_to_num()
                apart = ((boxes[i, cell] - b / side.repeat(2)) ** 2).sum(1)
                k = int(overlap.argmax() if overlap.max() > 0 else apart.argmin())
                aim[i, cell, k], weight[i, cell, k] = overlap[k], 1
                loss = loss + 5 * ((box[i, cell, k] - wanted) ** 2).sum()
                loss = loss + ((classes[i, cell] - F.one_hot(label - 1, self.classes)) ** 2).sum()
        return dict(loss=(loss + (weight * (sure - aim) ** 2).sum()) / len(targets))


def main():
    parser = twin.arguments(epochs=40)
    parser.add_argument("--net", choices=("yolo-tiny", "yolo-v1"), required=True)
    a = parser.parse_args()
    if a.net == "yolo-v1":
        twin.HEIGHT = twin.WIDTH = 224
    twin.train(a, Tiny if a.net == "yolo-tiny" else First, twin.Recipe(16, 4e-3, True))


if __name__ == "__main__":
    main()
