#!/usr/bin/env python3
"""PyTorch's side of `fovea train pose-paf`: the same layers, initial values, targets, loss, recipe, changes of pictures and decoding.

  paf_twin.py SHAPES [--epochs 60] [--seed 0] [--threads 2] [--limit 0]

SHAPES is what `fovea run bench/peers/shapes_writer.java SHAPES 2 4` writes. What differs: random numbers. Prints one JSON object per epoch;
OKS-AP is pycocotools'. Needs torch, numpy, pillow and pycocotools, and pose_twin.py and twins.py beside it.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from pose_twin import SIDE, Data, Moves, Residual, block, changed, doubled, marked, mirrored, normal, similar, small
from twins import Recipe, arguments, begin, drawn, fit

STRIDE, SIGMA, THICKNESS, EMPHASIS = 2, 1.4, 1.5, 10
FARTHEST, LEAST_SHARE = 4.6052, 0.1
LEAST_PEAK, WEAK_PEAK, DISTANCE = 0.3, 0.1, 4
MOVES, RECIPE = Moves(True, 10, 0.2, 0.08), Recipe(8, 3e-3, 1e-3, 10)


# ---- data

def figures(folder, part, limit):
    """All figures of each picture: of each the key points and then the corners of its box, which move along as points do."""
    pictures, coco = drawn(folder, part, limit)
    labels = marked(coco)
    kinds, own = len(mirrored(labels)), [labels.imgToAnns[i] for i in sorted(coco.getImgIds())]
    shape = len(own), max(map(len, own)), kinds + 4
    points, known = np.zeros((*shape, 2)), np.zeros(shape, bool)
    for i, objects in enumerate(own):
        for k, a in enumerate(objects):
            joints, (x, y, w, h) = np.reshape(a["keypoints"], (kinds, 3)), a["bbox"]
            points[i, k] = [*joints[:, :2], (x, y), (x + w, y), (x, y + h), (x + w, y + h)]
            known[i, k, :kinds] = joints[:, 2] > 0
    return Data(pictures, torch.from_numpy(points).flatten(1, 2).float(), torch.from_numpy(known).flatten(1), None, labels)


# ---- network

class Fields(nn.Module):
    """Answers with the maps and fields of the second stage and those of the first."""

    def __init__(self, channels):
        super().__init__()
        self.stride2, self.stride4 = nn.Sequential(*block(3, 24, 3, 2)), nn.Sequential(*block(24, 32, 3, 2))
        self.stride8 = nn.Sequential(*block(32, 64, 3, 2), Residual(64))
        self.stride16 = nn.Sequential(*block(64, 128, 3, 2), Residual(128), Residual(128))
        self.up8, self.up4 = nn.Sequential(*doubled(128, 64)), nn.Sequential(*doubled(128, 64))
        self.joined = nn.Sequential(*block(96, 64, 3, 1))
        self.up2, self.features = nn.Sequential(*doubled(64, 48)), nn.Sequential(*block(72, 48, 3, 1))
        self.stage1 = small(nn.Conv2d(48, channels, 1))
        self.stage2 = nn.Sequential(*block(48 + channels, 48, 1, 1), *block(48, 48, 3, 1), small(nn.Conv2d(48, channels, 1)))

    def forward(self, x):
        finest = self.stride2(x)
        fine = self.stride4(finest)
        coarse = self.stride8(fine)
        eight = torch.cat([self.up8(self.stride16(coarse)), coarse], 1)
        four = self.joined(torch.cat([self.up4(eight), fine], 1))
        seen = self.features(torch.cat([self.up2(four), finest], 1))
        draft = self.stage1(seen)
        return self.stage2(torch.cat([seen, draft], 1)), draft


# ---- targets

def targets(points, known, bones):
    """Confidence maps, that of the background and fields [N, C, H, W], and the weights of cells [N, H, W]."""
    kinds = max(map(max, bones)) + 1
    places, known = points.unflatten(1, (-1, kinds + 4)), known.unflatten(1, (-1, kinds + 4))[..., :kinds]
    cells = torch.arange(SIDE // STRIDE) + 0.5
    # A figure of whose box hardly anything is left in the picture is none.
    low, high = places[:, :, kinds:].amin(2), places[:, :, kinds:].amax(2)
    left = high.clamp(0, SIDE) - low.clamp(0, SIDE)
    kept = (left > 0).all(2) & (left.prod(2) >= LEAST_SHARE * (high - low).prod(2))
    known = known & kept[..., None]

    places = places[:, :, :kinds] / STRIDE
    d2 = (cells - places[..., None]) ** 2 / (2 * SIGMA ** 2)
    d2 = d2[..., 1, :, None] + d2[..., 0, None, :]
    maps = ((-d2).exp() * ((d2 <= FARTHEST) & known[..., None, None])).sum(1).clamp(max=1)

    starts, ends = zip(*bones)
    a, b = places[:, :, starts], places[:, :, ends]
    length = (b - a).norm(dim=-1, keepdim=True)
    unit = (b - a) / length.clamp(min=1e-7)
    there = known[:, :, starts] & known[:, :, ends] & (length[..., 0] >= 1e-7)
    along = cells - a[..., None]
    away = along[..., 0, None, :] * unit[..., 1, None, None] - along[..., 1, :, None] * unit[..., 0, None, None]
    around = cells > (torch.minimum(a, b) - 0.5 - THICKNESS).floor()[..., None]
    around &= cells < (torch.maximum(a, b) - 0.5 + THICKNESS).floor()[..., None]
    limb = (away.abs() <= THICKNESS) & around[..., 1, :, None] & around[..., 0, None, :] & there[..., None, None]
    fields = torch.einsum("nflhw,nflc->nlchw", limb.float(), unit) / limb.sum(1).clamp(min=1)[:, :, None]

    most = maps.amax(1, keepdim=True)
    inside = (cells * STRIDE >= low[..., None]) & (cells * STRIDE < high[..., None])
    unmarked = inside[..., 1, :, None] & inside[..., 0, None, :] & (kept & ~known.any(2))[..., None, None]
    return torch.cat([maps, 1 - most, fields.flatten(1, 2)], 1), (1 + EMPHASIS * most[:, 0]) * ~unmarked.any(1)


def loss(told, wanted, weights):
    return (weights[:, None] * (told - wanted) ** 2).mean()


# ---- decoding

def peaks(maps, least):
    """For each kind the cells (x, y, value) that are higher than their four neighbours, column by column; of near ones the highest."""
    maps = np.where(maps >= least, maps, 0)
    wide = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    tops = maps > np.maximum.reduce([wide[:, 1:-1, :-2], wide[:, 1:-1, 2:], wide[:, :-2, 1:-1], wide[:, 2:, 1:-1]])
    found = []
    for m, top in zip(maps, tops):
        kept = []
        for value, x, y in sorted((-m[y, x], x, y) for y, x in np.argwhere(top)):
            if all(np.hypot(x - p[0], y - p[1]) >= DISTANCE for p in kept):
                kept.append((x, y, -value))
        found.append(sorted(kept))
    return found


def agreement(field, starts, ends):
    """How well a field [2, H, W] agrees with the lines from some peaks to others [A, B]."""
    a, b = (np.array([p[:2] for p in some], np.float32).reshape(-1, 2) for some in (starts, ends))
    d = b - a[:, None]
    steps = np.arange(10, dtype=np.float32)[:, None]
    at = np.rint(np.float32(1 / 9) * d[:, :, None] * steps + a[:, None, None]).astype(int).clip(0, SIDE - 1)
    unit = d / (np.sqrt((d ** 2).sum(-1, keepdims=True)) + np.float32(1e-6))
    products = (field[:, at[..., 1], at[..., 0]] * unit.transpose(2, 0, 1)[..., None]).sum(0)
    good = products > 0.05
    return np.where(good.sum(-1) > 8, (products * good).sum(-1) / (good.sum(-1) + 1e-6), 0)


def grouped(found, fields, bones):
    """Persons, each a dictionary of peaks by kind and a score, limb by limb; of limbs that share a point the one that agrees best."""
    persons = []
    for ends, field in zip(bones, fields):
        used, score = set(), agreement(field, *(found[k] for k in ends))
        for s, _, _, pair in sorted((-score[a, b], b, a, ((ends[0], a), (ends[1], b))) for a, b in np.argwhere(score > 0)):
            if used & {*pair}:
                continue
            used |= {*pair}
            points = [(k, found[k][i]) for k, i in pair]
            first, second = (next((p for p in persons if p[0].get(k) == at), [{k: at}, at[2]]) for k, at in points)
            if not first[0].keys() & second[0].keys():
                persons = [p for p in persons if p is not first and p is not second]
                persons.append([first[0] | second[0], first[1] + second[1] - s])
    return [(points, score) for points, score in persons if len(points) >= 3 and score / len(points) >= 0.2]


def complete(points, weak, fields, bones):
    """Places what a person lacks at weaker peaks where the field of a limb agrees, round by round."""
    reached = set(points)
    while reached:
        best = {}
        for (start, end), field in zip(bones, fields):
            for kind, other in ((start, end), (end, start)):
                if kind not in points and other in reached:
                    known = [points[other]]
                    scores = agreement(field, *((known, weak[kind]) if kind == end else (weak[kind], known))).flatten()
                    for peak, score in zip(weak[kind], scores):
                        if peak[2] * score > best.get(kind, (0,))[0]:
                            best[kind] = peak[2] * score, peak
        points.update((kind, peak) for kind, (_, peak) in best.items())
        reached = set(best)


def between(values, at):
    """Where the parabola through a peak of a row and its neighbours is highest."""
    if not 0 < at < len(values) - 1:
        return at + 0.5
    before, middle, after = values[at - 1:at + 2].tolist()
    bend = 2 * (2 * middle - before - after)
    return at + 0.5 + ((after - before) / bend if bend else 0)


def poses(told, bones):
    """The poses of a picture: of each the places [K, 2], (0, 0) where a point is missing, and how sure it is."""
    large = F.interpolate(told[None], (SIDE, SIDE), mode="bicubic", align_corners=False)[0].numpy()
    kinds = max(map(max, bones)) + 1
    maps, fields = large[:kinds], large[kinds + 1:].reshape(len(bones), 2, SIDE, SIDE)
    persons, result = grouped(peaks(maps, LEAST_PEAK), fields, bones), []
    weak = peaks(maps, WEAK_PEAK) if persons else None
    for points, score in persons:
        complete(points, weak, fields, bones)
        places = np.zeros((kinds, 2))
        for k, (x, y, _) in points.items():
            places[k] = between(maps[k, y], x), between(maps[k, :, x], y)
        result.append((places, min(score / (2 * kinds - 1), 1)))
    return result


# ---- training

def main():
    parser = arguments(epochs=60)
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    rng = begin(a)
    data, tests = figures(a.folder, "train", a.limit), figures(a.folder, "test", a.limit)
    # Each bone touches those before it and begins there, as limbs must.
    bones, pairs = [(i - 1, j - 1) for i, j in data.coco.dataset["categories"][0]["skeleton"]], mirrored(data.coco)
    each = len(pairs) + 4
    partners = [i + k for i in range(0, data.points.shape[1], each) for k in [*pairs, *range(each - 4, each)]]
    net = Fields(len(pairs) + 1 + 2 * len(bones))

    def step(some):
        x, points, known = changed(data, torch.from_numpy(some), MOVES, partners, rng)
        wanted, weights = targets(points, known, bones)
        return sum(loss(told, wanted, weights) for told in net(normal(x)))

    def measured():
        told = (one for x in tests.pictures.split(RECIPE.batch) for one in net(normal(x))[0])
        ap, ap50 = similar(tests.coco, [poses(one, bones) for one in told])
        return dict(oks_ap=ap, oks_ap50=ap50)

    fit(a, net, RECIPE, len(data.pictures), rng, step, measured)


if __name__ == "__main__":
    main()
