#!/usr/bin/env python3
"""PyTorch's side of `fovea run steering`: the same frames, network, optimiser, schedule and augmentation.

  steering_twin.py DIR [EPOCHS [SEEDS]]

DIR has the folder donkey-steering. Prints mean error and root of the mean square of the angle, means of SEEDS seeds from 1 on (3). Needs what
twins.py needs.
"""
import json, math, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from twins import lit

torch.set_num_threads(1)
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
SEEDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
folder = sys.argv[1] + "/donkey-steering/"
rows = [json.loads(l) for l in open(folder + "catalog_0.catalog") if l.strip()]
load = lambda f: np.asarray(Image.open(folder + "images/" + f).convert("RGB").resize((80, 60), Image.BILINEAR), np.float32)
pictures = torch.from_numpy(np.stack([load(r["cam/image_array"]) for r in rows])).permute(0, 3, 1, 2)
angles = torch.tensor([r["user/angle"] for r in rows], dtype=torch.float32)
test = [i for i in range(len(rows)) if i % 250 >= 200]
train = [i for i in range(len(rows)) if (0 if i < 250 else 10) <= i % 250 < 190]
pictures = pictures[:, :, 26:]
x = torch.cat([pictures[train], pictures[train].flip(3)])
y = torch.cat([angles[train], -angles[train]])


def net():
    layers, last = [], 3
    for width, kernel, stride in ((24, 5, 2), (36, 5, 2), (48, 3, 2), (64, 3, 1)):
        layers += [nn.Conv2d(last, width, kernel, stride, kernel // 2), nn.BatchNorm2d(width), nn.ReLU()]
        last = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.5), nn.Linear(64 * 50, 100), nn.ReLU(),
                         nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 1))


results = []
for seed in range(1, SEEDS + 1):
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    step, total = 0, EPOCHS * -(-len(x) // 32)
    for _ in range(EPOCHS):
        for at in torch.randperm(len(x)).split(32):
            for g in optimizer.param_groups:
                g["lr"] = 1e-3 * (1 + math.cos(math.pi * step / total)) / 2
            step += 1
            optimizer.zero_grad()
            F.mse_loss(model(lit(x[at], rng, 0.3, 0.3) / 255)[:, 0], y[at]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        off = model(pictures[test] / 255)[:, 0] - angles[test]
    results.append((off.abs().mean().item(), off.square().mean().sqrt().item()))
    print(f"seed {seed}: mean error {results[-1][0]:.4f}, root of the mean square {results[-1][1]:.4f}", flush=True)
print("mean of the seeds: %.4f, %.4f" % tuple(np.mean(results, 0)))
