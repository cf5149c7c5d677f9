#!/usr/bin/env python3
"""PyTorch's side of `fovea train pose-heatmap`, of `fovea train deeppose` and of `fovea train face-landmarks --data keypoints`: the same
layers, initial values, losses, recipes, changes of pictures and decoding.

  pose_twin.py SHAPES [--net pose-heatmap] [--epochs 40] [--seed 0] [--threads 2] [--limit 0]
  pose_twin.py FACES --net face-landmarks --epochs 60

SHAPES is what `fovea run bench/peers/shapes_writer.java SHAPES 1 1` writes, FACES the folder london-faces. What differs: random numbers, and
how photographs are decoded. Prints one JSON object per epoch; figures are Fovea's, OKS-AP by pycocotools. Needs torch, numpy, pillow and
pycocotools, and twins.py beside it.
"""
import csv, glob, math, os
from collections import namedtuple
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from twins import Recipe, arguments, begin, drawn, fit, glorot, he, lit, of, precision

SIDE, STRIDE, SIGMA, NEAR, OKS_SIGMA = 128, 4, 1.5, 0.1, 0.05
# Pictures [N, 3, 128, 128], points [N, K, 2], which are known [N, K], the longer side of the object's box [N], COCO's labels.
Data = namedtuple("Data", "pictures points known extent coco")
Moves = namedtuple("Moves", "flip turn scale shift contrast", defaults=[0.2])


# ---- data

def marked(coco):
    """The labels of figures alone. COCO's places count from the middle of the first pixel, these from its corner."""
    category = next(c for c in coco.dataset["categories"] if c["name"] == "figure")
    truth = [a for a in coco.dataset["annotations"] if a["category_id"] == category["id"]]
    for a in truth:
        a["keypoints"] = [v + 0.5 if k % 3 < 2 and a["keypoints"][k // 3 * 3 + 2] else v for k, v in enumerate(a["keypoints"])]
    return of(dict(coco.dataset, annotations=truth, categories=[category]))


def figures(folder, part, limit):
    """The largest figure of each picture."""
    pictures, coco = drawn(folder, part, limit)
    labels = marked(coco)
    kinds = len(labels.dataset["categories"][0]["keypoints"])
    points, known, extent = np.zeros((len(pictures), kinds, 3)), np.zeros((len(pictures), kinds), bool), np.zeros(len(pictures))
    for i, image in enumerate(sorted(coco.getImgIds())):
        own = labels.imgToAnns[image]
        if own:
            largest = max(own, key=lambda a: a["bbox"][2] * a["bbox"][3])
            points[i] = np.reshape(largest["keypoints"], (kinds, 3))
            known[i], extent[i] = points[i, :, 2] > 0, max(largest["bbox"][2:])
    return Data(pictures, torch.from_numpy(points[..., :2]).float(), torch.from_numpy(known), extent, labels)


def mirrored(coco):
    """For each kind of point the kind it is in a mirror image."""
    names = coco.dataset["categories"][0]["keypoints"]
    other = lambda n: n.replace("left", "\0").replace("right", "left").replace("\0", "right")
    return [names.index(other(n)) for n in names]


def faces(folder, part, limit):
    """Faces of the tables in a folder, every fifth to test with; points outside of the picture are not known."""
    rows = []
    for table in sorted(glob.glob(os.path.join(folder, "*-landmarks.csv"))):
        pictures = os.path.join(folder, os.path.basename(table).split("-")[0])
        rows += [(os.path.join(pictures, r[0]), r[1:]) for r in list(csv.reader(open(table)))[1:]]
    rows = [r for i, r in enumerate(rows) if (i % 5 == 0) == (part == "test")][:limit or None]
    pictures, points = [], []
    for file, numbers in rows:
        image = np.array(Image.open(file).convert("RGB"))
        points.append((np.array(numbers, float).reshape(-1, 2) + 0.5) * SIDE / np.array(image.shape[1::-1]))
        whole = torch.from_numpy(image).permute(2, 0, 1)[None].float()
        pictures.append(F.interpolate(whole, (SIDE, SIDE), mode="bilinear", antialias=True)[0])
    points = np.stack(points)
    known = ((points >= 0) & (points <= SIDE)).all(2)
    low, high = np.where(known[..., None], points, SIDE).min(1), np.where(known[..., None], points, 0).max(1)
    return Data(torch.stack(pictures), torch.from_numpy(points).float(), torch.from_numpy(known), (high - low).max(1), None)


def changed(data, some, moves, partners, rng):
    """Pictures, points and which are known after a mirroring, a turn, a scaling and a shift at once, and changes of light."""
    x, points, known = data.pictures[some], data.points[some].clone(), data.known[some].clone()
    if moves.flip:
        turned = torch.from_numpy(rng.uniform(size=len(x)) < 0.5)
        x = torch.where(turned[:, None, None, None], x.flip(3), x)
        other = points[:, partners] * torch.tensor([-1.0, 1.0]) + torch.tensor([float(SIDE), 0.0])
        points, known = torch.where(turned[:, None, None], other, points), torch.where(turned[:, None], known[:, partners], known)
    draw = lambda *shape: torch.from_numpy(rng.uniform(-1, 1, shape)).float()
    angle, scale = draw(len(x)) * math.radians(moves.turn), (draw(len(x)) * math.log1p(moves.scale)).exp()
    shift = draw(len(x), 2) * 2 * moves.shift
    c, s = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([c, -s], 1), torch.stack([s, c], 1)], 1)
    centred = points * 2 / SIDE - 1
    points = ((centred @ turn.transpose(1, 2) * scale[:, None, None] + shift[:, None]) + 1) * SIDE / 2
    back = turn.transpose(1, 2) / scale[:, None, None]
    theta = torch.cat([back, -back @ shift[:, :, None]], 2)
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
    return lit(x, rng, 0.2, moves.contrast), points, known & ((points >= 0) & (points < SIDE)).all(2)


# ---- networks

def normal(pictures):
    return (pictures / 255 - 0.5) / 0.25


def block(inputs, outputs, kernel, stride):
    return [he(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)), nn.BatchNorm2d(outputs), nn.ReLU()]


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(*block(channels, channels, 3, 1), *block(channels, channels, 3, 1)[:2])

    def forward(self, x):
        return F.relu(x + self.body(x))


def trunk():
    fine = [*block(3, 24, 3, 2), *block(24, 32, 3, 2), *block(32, 64, 3, 2), Residual(64)]
    return [*fine, *block(64, 128, 3, 2), Residual(128), Residual(128)]


def doubled(inputs, outputs):
    return [he(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)), nn.BatchNorm2d(outputs), nn.ReLU()]


def small(layer):
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)
    return layer


def heat_maps(kinds):
    return nn.Sequential(*trunk(), *doubled(128, 96), *doubled(96, 64), small(nn.Conv2d(64, kinds, 1)))


def coordinates(kinds):
    end = [nn.Flatten(), glorot(nn.Linear(64 * (SIDE // 16) ** 2, 256)), nn.ReLU(), nn.Dropout(0.2), small(nn.Linear(256, 2 * kinds))]
    return nn.Sequential(*trunk(), *block(128, 64, 1, 1), *end)


# ---- targets and decoding

def maps(points):
    """exp(−d² / (2σ²)) up to 3σ from the cell of a point."""
    cells = torch.arange(SIDE // STRIDE)
    places = points / STRIDE
    d = cells - (places[..., None] - 0.5)
    line = (-d ** 2 / (2 * SIGMA ** 2)).exp() * ((cells - places.floor()[..., None]).abs() <= math.floor(3 * SIGMA))
    return line[:, :, 1, :, None] * line[:, :, 0, None]


def loss(told, points, known):
    if told.dim() == 2:
        wanted, weights = (points / SIDE - 0.5).flatten(1), known.repeat_interleave(2, 1).float()
        # Places that are not known may be anywhere.
        return (weights * (told - torch.where(weights > 0, wanted, 0)) ** 2).mean()
    return (known[:, :, None, None] * (told - maps(points)) ** 2).mean()


def dark(maps):
    """Where a normal distribution like the surroundings of each map's highest cell has its peak [K, 2], and how high that cell is."""
    line = np.exp(-np.arange(-5, 6) ** 2 / 8)
    line /= line.sum()
    wide = np.pad(maps.astype(float), ((0, 0), (5, 5), (5, 5)))
    wide = sum(w * wide[:, :, i:i + maps.shape[2]] for i, w in enumerate(line))
    smooth = sum(w * wide[:, i:i + maps.shape[1]] for i, w in enumerate(line))
    places, values = [], []
    for m, s in zip(maps, smooth):
        y, x = np.unravel_index(m.argmax(), m.shape)
        place = np.array([x + 0.5, y + 0.5])
        if 1 < x < m.shape[1] - 2 and 1 < y < m.shape[0] - 2:
            g = np.log(np.maximum(s * m.max() / s.max(), 1e-10))
            dx, dy = (g[y, x + 1] - g[y, x - 1]) / 2, (g[y + 1, x] - g[y - 1, x]) / 2
            dxx, dyy = (g[y, x + 2] - 2 * g[y, x] + g[y, x - 2]) / 4, (g[y + 2, x] - 2 * g[y, x] + g[y - 2, x]) / 4
            dxy = (g[y + 1, x + 1] + g[y - 1, x - 1] - g[y - 1, x + 1] - g[y + 1, x - 1]) / 4
            det = dxx * dyy - dxy * dxy
            place += (np.array([dxy * dy - dyy * dx, dxy * dx - dxx * dy]) / det) if det else 0
        places.append(place * STRIDE)
        values.append(min(max(m.max(), 0), 1))
    return np.array(places), np.array(values)


def poses(told):
    """For each picture the places [K, 2] and how sure they are."""
    if told.dim() == 2:
        return [((one.reshape(-1, 2) + 0.5) * SIDE, 1.0) for one in told.numpy()]
    found = [dark(one) for one in told.numpy()]
    return [(places, values.mean()) for places, values in found]


# ---- figures

def near(data, found):
    """PCK@0.1: the mean over kinds of points of the share that is nearer than a tenth of the box's longer side."""
    hits, known = 0, (data.known & torch.from_numpy(data.extent > 0)[:, None]).numpy()
    for points, own, extent, (places, _) in zip(data.points.numpy(), known, data.extent, found):
        hits = hits + (own & (np.linalg.norm(places - points, axis=1) < NEAR * extent))
    return float((hits / np.maximum(1, known.sum(0)))[known.any(0)].mean())


def error(data, found):
    """The mean distance of points in distances of the pupils."""
    shares = []
    for points, known, (places, _) in zip(data.points.numpy(), data.known.numpy(), found):
        shares += list((np.linalg.norm(places - points, axis=1) / np.linalg.norm(points[0] - points[1]))[known])
    return float(np.mean(shares))


def similar(coco, found):
    """COCO's AP and AP50 by the similarity of key points, of the poses found in each picture."""
    results, category = [], coco.dataset["categories"][0]
    for image, some in zip(sorted(coco.getImgIds()), found):
        for places, score in some:
            rows = np.concatenate([places, np.ones((len(places), 1))], 1).flatten().tolist()
            results.append(dict(image_id=image, category_id=category["id"], keypoints=rows, score=float(score)))
    return precision(coco, results, "keypoints", [OKS_SIGMA] * len(category["keypoints"]))


# ---- training

SHAPES = Moves(True, 12, 0.2, 0.08)
NETS = dict([
    ("pose-heatmap", (heat_maps, figures, SHAPES, Recipe(8, 3e-3, 1e-3, 10))),
    ("deeppose", (coordinates, figures, SHAPES, Recipe(8, 2e-3, 1e-3, 10))),
    ("face-landmarks", (heat_maps, faces, Moves(False, 10, 0.15, 0.06), Recipe(8, 4e-3, 1e-3, 10)))])


def main():
    parser = arguments(epochs=40)
    parser.add_argument("--net", choices=NETS, default="pose-heatmap")
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    rng = begin(a)
    network, read, moves, recipe = NETS[a.net]
    data, tests = read(a.folder, "train", a.limit), read(a.folder, "test", a.limit)
    net = network(data.known.shape[1])
    partners = mirrored(data.coco) if moves.flip else None

    def step(some):
        x, points, known = changed(data, torch.from_numpy(some), moves, partners, rng)
        return loss(net(normal(x)), points, known)

    def measured():
        found = poses(torch.cat([net(normal(x)) for x in tests.pictures.split(recipe.batch)]))
        if tests.coco is None:
            return dict(nme=error(tests, found), pck=near(tests, found))
        ap, ap50 = similar(tests.coco, [[one] for one in found])
        return dict(pck=near(tests, found), oks_ap=ap, oks_ap50=ap50)

    fit(a, net, recipe, len(data.pictures), rng, step, measured)


if __name__ == "__main__":
    main()
