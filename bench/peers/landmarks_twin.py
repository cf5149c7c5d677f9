#!/usr/bin/env python3
"""PyTorch's side of `fovea run landmarks`: the same faces, network, loss, optimiser, schedule and about the same augmentation.

  landmarks_twin.py DIR [EPOCHS]

DIR has the folder london-faces. Prints the mean error in % of the pupils' distance. Needs torch, numpy and Pillow.
"""
import csv, math, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

torch.set_num_threads(1)
SIDE, POINTS, MIRRORED = 64, [0, 1, 18, 22, 23, 27, 87, 93, 129], [1, 0, 5, 4, 3, 2, 7, 6, 8]
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
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


def changed(x, y):
    """Mirrors half, turns by up to 10 degrees, scales by up to 15 % and shifts by up to 6 %; brightness and contrast by up to 30 %."""
    n = len(x)
    flip = torch.rand(n) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    y = torch.where(flip[:, None, None], y[:, MIRRORED] * torch.tensor([-1.0, 1.0]), y)
    turn, scale = (torch.rand(n) * 2 - 1) * math.radians(10), 1 + (torch.rand(n) * 2 - 1) * 0.15
    shift = (torch.rand(n, 2) * 2 - 1) * 0.06
    a, b = scale * torch.cos(turn), scale * torch.sin(turn)
    y = torch.stack([a[:, None] * y[..., 0] - b[:, None] * y[..., 1], b[:, None] * y[..., 0] + a[:, None] * y[..., 1]], 2) + shift[:, None]
    square = scale ** 2
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, 0, 1], theta[:, 1, 0] = a / square, a / square, b / square, -b / square
    theta[:, :, 2] = -2 * torch.einsum("nij,nj->ni", theta[:, :, :2].clone(), shift)
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
    x = x * (0.7 + 0.6 * torch.rand(n, 1, 1, 1))
    mean = x.mean((1, 2, 3), keepdim=True)
    return ((x - mean) * (0.7 + 0.6 * torch.rand(n, 1, 1, 1)) + mean).clamp(0, 255), y


def wave(a, b, t):
    return b + (a - b) * (1 + math.cos(math.pi * min(1, t))) / 2


def one_cycle(step, total):
    t = step / max(1, total - 1)
    return wave(1 / 25, 1, t / 0.3) if t < 0.3 else wave(1, 4e-6, (t - 0.3) / 0.7)


torch.manual_seed(1)
model = net()
optimizer = torch.optim.Adam(model.parameters(), 2e-3)
step, total = 0, EPOCHS * -(-len(x) // 16)
for _ in range(EPOCHS):
    for at in torch.randperm(len(x)).split(16):
        for g in optimizer.param_groups:
            g["lr"] = 2e-3 * one_cycle(step, total)
        step += 1
        pictures, points = changed(x[at], y[at])
        optimizer.zero_grad()
        (model(pictures / 255) - points).abs().mean().backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    told = model(test_x / 255)
pupils = (test_y[:, 0] - test_y[:, 1]).norm(dim=1)[:, None]
print(f"mean error {100 * ((told - test_y).norm(dim=2) / pupils).mean():.4f}, of the 7 points {100 * ((told - test_y)[:, 2:].norm(dim=2) / pupils).mean():.4f}")
