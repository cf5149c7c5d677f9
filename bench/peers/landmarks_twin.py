#!/usr/bin/env python3
"""PyTorch's side of `fovea run landmarks`: the same faces, network, loss, optimiser, schedule and augmentation.

  landmarks_twin.py DIR [EPOCHS [SEEDS]]

DIR has the folder london-faces. Prints the mean error in % of the pupils' distance, mean of SEEDS seeds from 1 on (6). Needs what twins.py needs.
"""
import csv, math, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from twins import lit, one_cycle

torch.set_num_threads(1)
SIDE, POINTS, MIRRORED = 64, [0, 1, 18, 22, 23, 27, 87, 93, 129], [1, 0, 5, 4, 3, 2, 7, 6, 8]
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
SEEDS = int(sys.argv[3]) if len(sys.argv) > 3 else 6
folder = sys.argv[1] + "/london-faces/"


def read(name, test):
    pictures, points = [], []
    for i, row in enumerate(list(csv.reader(open(folder + name + "-landmarks.csv")))[1:]):
        places = [[float(row[1 + 2 * p]) + 0.5, float(row[2 + 2 * p]) + 0.5] for p in POINTS]
        if (i % 5 == 0) == test and max(map(max, places)) <= 256:
            grey = Image.open(folder + name + "/" + row[0]).convert("L")
            pictures.append(np.asarray(grey.resize((SIDE, SIDE), Image.BILINEAR), np.float32))
            points.append(places)
    return torch.from_numpy(np.stack(pictures))[:, None], torch.tensor(points) / 256 - 0.5


parts = [read("neutral", False), read("canada", False)]
x, y = torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])
test_x, test_y = read("neutral", True)


def net():
    layers, last = [], 1
    for width, pool in ((24, 1), (32, 1), (48, 1), (64, 0)):
        layers += [nn.Conv2d(last, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()] + [nn.MaxPool2d(2)] * pool
        last = width
    head = nn.Linear(64 * (SIDE // 8) ** 2, 2 * len(POINTS))
    nn.init.normal_(head.weight, 0, 0.001)
    nn.init.zeros_(head.bias)
    return nn.Sequential(*layers, nn.Flatten(), head, nn.Unflatten(1, (len(POINTS), 2)))


def changed(x, y, rng):
    """Mirrors half, turns by up to 10 degrees, scales by 1/1.15 to 1.15 and shifts by up to 6 %; brightness and contrast by up to 30 %."""
    n = len(x)
    flip = torch.rand(n) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    y = torch.where(flip[:, None, None], y[:, MIRRORED] * torch.tensor([-1.0, 1.0]), y)
    turn, scale = (torch.rand(n) * 2 - 1) * math.radians(10), torch.exp((torch.rand(n) * 2 - 1) * math.log(1.15))
    shift = (torch.rand(n, 2) * 2 - 1) * 0.06
    a, b = scale * torch.cos(turn), scale * torch.sin(turn)
    y = torch.stack([a[:, None] * y[..., 0] - b[:, None] * y[..., 1], b[:, None] * y[..., 0] + a[:, None] * y[..., 1]], 2) + shift[:, None]
    square = scale ** 2
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, 0, 1], theta[:, 1, 0] = a / square, a / square, b / square, -b / square
    theta[:, :, 2] = -2 * torch.einsum("nij,nj->ni", theta[:, :, :2].clone(), shift)
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
    return lit(x, rng, 0.3, 0.3), y


results = []
for seed in range(1, SEEDS + 1):
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), net()
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    step, total = 0, EPOCHS * -(-len(x) // 16)
    for _ in range(EPOCHS):
        for at in torch.randperm(len(x)).split(16):
            for g in optimizer.param_groups:
                g["lr"] = 2e-3 * one_cycle(step, total)
            step += 1
            pictures, points = changed(x[at], y[at], rng)
            optimizer.zero_grad()
            (model(pictures / 255) - points).abs().mean().backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        told = model(test_x / 255)
    pupils = (test_y[:, 0] - test_y[:, 1]).norm(dim=1)[:, None]
    off = 100 * (told - test_y).norm(dim=2) / pupils
    results.append((off.mean().item(), off[:, 2:].mean().item()))
    print("seed %d: mean error %.4f, of the 7 points %.4f" % (seed, *results[-1]), flush=True)
print("mean of the seeds: %.4f, %.4f" % tuple(np.mean(results, 0)))
