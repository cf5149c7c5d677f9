#!/usr/bin/env python3
"""PyTorch's side of `fovea run features`: the same networks, optimiser, schedule, epochs and about the same augmentation.

  features_twin.py DIR [digits|smiles]

DIR has mnist and london-faces. Prints the accuracy of the networks; that of smiles is the mean of five parts of the persons.
Needs torch, numpy and Pillow.
"""
import glob, gzip, math, os, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

torch.set_num_threads(1)
DIR, WHICH = sys.argv[1], sys.argv[2:] or ["digits", "smiles"]
uniform = lambda n, r: (torch.rand(n) * 2 - 1) * r


def started(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return net


def digits():
    return started(nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(32 * 49, 10)))


def faces():
    layers, last = [], 1
    for width, kernel in ((16, 5), (24, 3), (32, 3)):
        layers += [nn.Conv2d(last, width, kernel, padding=kernel // 2), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
        last = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.5), nn.Linear(32 * 36, 2))


def moved(x, shift, turn=0.0, scale=0.0, flip=False):
    """Shifts by a share of the side, turns by degrees, scales and mirrors, each evenly."""
    n = len(x)
    angle, size = uniform(n, math.radians(turn)), 1 + uniform(n, scale)
    mirror = torch.where(torch.rand(n) < 0.5, -1.0, 1.0) if flip else torch.ones(n)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = mirror * torch.cos(angle) / size, -torch.sin(angle) / size
    theta[:, 1, 0], theta[:, 1, 1] = mirror * torch.sin(angle) / size, torch.cos(angle) / size
    theta[:, :, 2] = (torch.rand(n, 2) * 2 - 1) * 2 * shift
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), padding_mode=EDGE, align_corners=False)


def lit(x, brightness, contrast=0.0):
    x = x * (1 + uniform(len(x), brightness)).view(-1, 1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    return ((x - mean) * (1 + uniform(len(x), contrast)).view(-1, 1, 1, 1) + mean).clamp(0, 1)


def learn(net, x, y, epochs, change):
    optimizer = torch.optim.Adam(net.parameters(), 2e-3)
    step, total = 0, epochs * -(-len(x) // 32)
    for _ in range(epochs):
        for at in torch.randperm(len(x)).split(32):
            for g in optimizer.param_groups:
                g["lr"] = 2e-3 * (1 + math.cos(math.pi * step / total)) / 2
            step += 1
            optimizer.zero_grad()
            F.cross_entropy(net(change(x[at])), y[at]).backward()
            optimizer.step()
    return net.eval()


def accuracy(net, x, y):
    with torch.no_grad():
        return (net(x).argmax(1) == y).float().mean().item()


def idx(name, count):
    data, labels = (gzip.open(f).read() if f.endswith(".gz") else open(f, "rb").read()
                    for f in (sorted(glob.glob(f"{DIR}/mnist/{name}-{kind}*"))[0] for kind in ("images", "labels")))
    x = np.frombuffer(data, np.uint8, offset=16).reshape(-1, 1, 28, 28)[:count]
    return torch.from_numpy(x.astype(np.float32) / 255), torch.from_numpy(np.frombuffer(labels, np.uint8, offset=8)[:count].astype(np.int64))


def face(file):
    grey = Image.open(file).convert("L").crop((64, 70, 192, 198)).resize((48, 48), Image.BILINEAR)
    return np.asarray(grey, np.float32)[None] / 255


EDGE = "zeros"
torch.manual_seed(1)
if "digits" in WHICH:
    net = learn(digits(), *idx("train", 3_000), 10, lambda x: moved(x, 0.07))
    print(f"digits {accuracy(net, *idx('t10k', 1_000)):.4f}", flush=True)
if "smiles" in WHICH:
    EDGE = os.environ.get("EDGE", "zeros")
    names = [(p, s, f"{DIR}/london-faces/" + n % p) for p in range(1, 174) for s, n in enumerate(("neutral/%03d_03.jpg", "smiling/%03d_08.jpg"))]
    names = [n for n in names if os.path.exists(n[2])]
    x, y = torch.from_numpy(np.stack([face(f) for _, _, f in names])), torch.tensor([s for _, s, _ in names])
    person = torch.tensor([p for p, _, _ in names])
    parts = []
    for k in range(5):
        test = person % 5 == k
        net = learn(faces(), x[~test], y[~test], 40, lambda x: lit(moved(x, 0.05, flip=True), 0.2))
        parts.append(accuracy(net, x[test], y[test]))
    print(f"smiles {np.mean(parts):.4f}, {' '.join(f'{p:.3f}' for p in parts)}")
